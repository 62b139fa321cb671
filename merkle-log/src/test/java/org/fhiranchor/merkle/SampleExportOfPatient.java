package org.fhiranchor.merkle;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** The export of one patient that an honest server makes. */
final class SampleExportOfPatient {
  private static final String PATIENT = "Patient/anna";
  private static final String RECORD = "{\"user\":\"Practitioner/1\"}";

  final SampleAccounting world = new SampleAccounting();
  final long anchored;

  /** Two versions and two disclosures, one of another patient between them. */
  SampleExportOfPatient() {
    version(1);
    world.disclose("anna", "portal");
    world.disclose("ben", "ward");
    version(2);
    world.disclose("anna", "lab");
    anchored = world.heads();
  }

  private void version(int number) {
    world.log.append(
        new Statement.ResourceVersion(
            SampleLog.NOW,
            new ResourceKey("Patient", "anna"),
            Integer.toString(number),
            Operation.UPDATE,
            Optional.of(TreeHash.EMPTY),
            SampleExport.digest(RECORD),
            Optional.empty()));
  }

  SampleExport.Files export(ExportFormat format) {
    TreeSize size = new TreeSize(anchored);
    ExportOrigin origin =
        new ExportOrigin(world.log.checkpoint(size), Optional.of(world.log.anchor(anchored)));
    ExportFilter filter =
        new ExportFilter(
            Optional.empty(),
            Optional.empty(),
            Optional.of(PATIENT),
            List.of(),
            List.of(),
            Set.of(ExportKind.values()));
    Map<String, StringBuilder> texts = new TreeMap<>();
    format.files().forEach(name -> texts.put(name, new StringBuilder(format.first())));
    Map<ExportKind, Long> counts = new EnumMap<>(ExportKind.class);
    StringBuilder leaves = new StringBuilder();
    for (SampleAccounting.Told told : world.of("anna")) {
      ExportedLeaf leaf =
          ExportedLeaf.of(
              new LeafIndex(told.leaf()),
              world.log.statement(told.leaf()),
              Optional.of(told.record()));
      line(texts, counts, format, origin, leaf);
    }
    for (int i = 0; i < anchored; i++) {
      if (world.log.statement(i) instanceof Statement.ResourceVersion version) {
        leaves.append(ExportLeaves.write(opened(i, version))).append('\n');
        ExportedLeaf leaf = ExportedLeaf.of(new LeafIndex(i), version, Optional.of(RECORD));
        line(texts, counts, format, origin, leaf);
      }
    }
    format.files().forEach(name -> text(texts, name).append(format.last(origin)));
    texts.put(ExportLeaves.NAME, leaves);
    String accounting = String.join("\n", world.file("anna", anchored, world.of("anna"))) + "\n";
    texts.put(ExportManifest.ACCOUNTING, new StringBuilder(accounting));
    return signed(texts, origin, filter, format, counts);
  }

  private ExportLeaves.Opened opened(int index, Statement statement) {
    ProofFile proof = world.log.proof(index, anchored, Optional.empty());
    return new ExportLeaves.Opened(
        new LeafIndex(index),
        statement,
        proof.salt(),
        Optional.of(RECORD),
        Optional.of(proof.inclusionProof()));
  }

  private static void line(
      Map<String, StringBuilder> texts,
      Map<ExportKind, Long> counts,
      ExportFormat format,
      ExportOrigin origin,
      ExportedLeaf leaf) {
    ExportKind kind = leaf.kind().orElseThrow();
    counts.merge(kind, 1L, Long::sum);
    text(texts, format.fileOf(kind)).append(format.line(origin, leaf));
  }

  private static StringBuilder text(Map<String, StringBuilder> texts, String name) {
    return Objects.requireNonNull(texts.get(name), name);
  }

  private static SampleExport.Files signed(
      Map<String, StringBuilder> texts,
      ExportOrigin origin,
      ExportFilter filter,
      ExportFormat format,
      Map<ExportKind, Long> counts) {
    SampleExport.Files files = new SampleExport.Files();
    texts.forEach((name, text) -> files.content.put(name, text.toString().getBytes(UTF_8)));
    ExportManifest manifest =
        new ExportManifest(
            "2026-11-29T12:00:00.000Z",
            origin,
            Optional.empty(),
            filter,
            format,
            counts,
            0,
            List.of(),
            Optional.empty(),
            files.content.entrySet().stream()
                .map(
                    one ->
                        new ExportManifest.FileEntry(
                            one.getKey(), one.getValue().length, Digest.sha256(one.getValue())))
                .toList());
    SampleExport.sign(files, manifest.toJson());
    return files;
  }
}
