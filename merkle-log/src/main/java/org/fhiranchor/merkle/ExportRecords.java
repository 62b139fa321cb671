package org.fhiranchor.merkle;

import java.io.Closeable;
import java.io.IOException;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** Holds the files of records against the leaves, line by line, while these are read. */
final class ExportRecords implements Closeable {
  private final ExportManifest manifest;
  private final Map<String, ExportReader> files = new LinkedHashMap<>();
  private final Map<ExportKind, Long> counts = new EnumMap<>(ExportKind.class);

  ExportRecords(ExportManifest manifest, ExportFolder folder) throws IOException {
    this.manifest = manifest;
    for (String name : manifest.format().files()) {
      ExportReader reader = new ExportReader(folder, name);
      files.put(name, reader);
      reader.expect(manifest.format().first(), "not the first line of such a file");
    }
  }

  /** The line of this leaf comes next, if the export was asked for it. */
  void next(ExportedLeaf leaf) throws IOException {
    if (!manifest.filter().matches(leaf)) {
      return;
    }
    ExportKind kind = leaf.kind().orElseThrow();
    counts.merge(kind, 1L, Long::sum);
    reader(manifest.format().fileOf(kind))
        .expect(
            manifest.format().line(manifest.origin(), leaf),
            "not what leaf " + leaf.index() + " says");
  }

  private ExportReader reader(String name) {
    ExportReader reader = files.get(name);
    if (reader == null) {
      throw new IllegalStateException("no file " + name);
    }
    return reader;
  }

  /** After the last leaf: nothing more, and as many as the manifest says. */
  void end() throws IOException {
    for (ExportReader reader : files.values()) {
      String last = manifest.format().last(manifest.origin());
      reader.expect(last, "not the last line of such a file");
      reader.expectEnd(Step.EXPORT_RECORDS);
    }
    for (ExportKind kind : manifest.filter().kinds()) {
      long want = counts.getOrDefault(kind, 0L);
      long got = manifest.counts().getOrDefault(kind, 0L);
      if (want != got) {
        throw StepFailure.not(
            Step.EXPORT_RECORDS,
            "the manifest counts another number of " + kind.word(),
            Long.toString(want),
            Long.toString(got));
      }
    }
  }

  Map<String, ExportReader> files() {
    return files;
  }

  @Override
  public void close() throws IOException {
    for (ExportReader reader : files.values()) {
      reader.close();
    }
  }
}
