package org.fhiranchor.interceptors.export;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.ExportFilter;
import org.fhiranchor.merkle.ExportFormat;
import org.fhiranchor.merkle.ExportKind;
import org.fhiranchor.merkle.ExportManifest;
import org.fhiranchor.merkle.ExportOrigin;
import org.fhiranchor.merkle.ExportedLeaf;

/** The files of one export while they are written; appended to only. For one thread. */
final class ExportOutput implements Closeable {
  /** Names the patient of each record, for the journal; nobody downloads it. */
  static final String PATIENTS = "patients";

  private static final int BUFFER = 1 << 16;

  private final ExportFormat format;
  private final ExportFilter filter;
  private final ExportOrigin origin;
  private final Map<String, Appended> files = new LinkedHashMap<>();
  private final Map<ExportKind, Long> counts = new EnumMap<>(ExportKind.class);

  /** A file that is appended to. */
  private static final class Appended implements Closeable {
    private final FileChannel channel;
    private final OutputStream out;

    Appended(Path path, long length) throws IOException {
      channel =
          FileChannel.open(
              path,
              Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
              ExportFolders.FILE);
      if (channel.size() < length) {
        channel.close();
        throw new IOException("a file of the export is shorter than it was");
      }
      channel.truncate(length);
      channel.position(length);
      out = new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER);
    }

    void write(String text) throws IOException {
      out.write(text.getBytes(UTF_8));
    }

    /** What was written is on the disk from then on. */
    long durable() throws IOException {
      out.flush();
      channel.force(false);
      return channel.position();
    }

    @Override
    public void close() throws IOException {
      out.close();
    }
  }

  /**
   * Goes on where the mark says.
   *
   * @param proofs the names of the files beside those of records
   */
  ExportOutput(
      Path folder,
      ProvenanceExport.Order order,
      ExportOrigin origin,
      List<String> proofs,
      ExportMark mark)
      throws IOException {
    this.format = order.format();
    this.filter = order.filter();
    this.origin = origin;
    counts.putAll(mark.counts());
    for (String name : proofs) {
      files.put(name, new Appended(folder.resolve(name), mark.lengths().getOrDefault(name, 0L)));
    }
    files.put(
        PATIENTS,
        new Appended(folder.resolve(PATIENTS), mark.lengths().getOrDefault(PATIENTS, 0L)));
    for (String name : format.files()) {
      long length = mark.lengths().getOrDefault(name, 0L);
      Appended file = new Appended(folder.resolve(name), length);
      files.put(name, file);
      if (length == 0) {
        file.write(format.first());
      }
    }
  }

  /** A line of a file of proofs. */
  void proof(String name, String line) throws IOException {
    file(name).write(line + "\n");
  }

  /** The line of this leaf, if the export was asked for it. */
  void record(ExportedLeaf leaf) throws IOException {
    if (!filter.matches(leaf)) {
      return;
    }
    ExportKind kind = leaf.kind().orElseThrow();
    counts.merge(kind, 1L, Long::sum);
    file(format.fileOf(kind)).write(format.line(origin, leaf));
    if (leaf.patient().isPresent()) {
      file(PATIENTS).write(leaf.patient().get() + "\n");
    }
  }

  private Appended file(String name) {
    Appended file = files.get(name);
    if (file == null) {
      throw new IllegalStateException("no file " + name + " in this export");
    }
    return file;
  }

  Map<ExportKind, Long> counts() {
    return Map.copyOf(counts);
  }

  /** Makes all of it durable; the length of each file. */
  Map<String, Long> durable() throws IOException {
    Map<String, Long> lengths = new LinkedHashMap<>();
    for (Map.Entry<String, Appended> file : files.entrySet()) {
      lengths.put(file.getKey(), file.getValue().durable());
    }
    return lengths;
  }

  /** Writes the last lines. */
  void finish() throws IOException {
    for (String name : format.files()) {
      file(name).write(format.last(origin));
    }
    durable();
  }

  /** Length and digest of a file as it is on the disk. */
  static ExportManifest.FileEntry entry(Path folder, String name) throws IOException {
    MessageDigest digest = sha256();
    long bytes = 0;
    try (InputStream in =
        new DigestInputStream(Files.newInputStream(folder.resolve(name)), digest)) {
      byte[] page = new byte[BUFFER];
      for (int read = in.read(page); read >= 0; read = in.read(page)) {
        bytes += read;
      }
    }
    return new ExportManifest.FileEntry(name, bytes, Digest.of(digest.digest()));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java platform has SHA-256", impossible);
    }
  }

  @Override
  public void close() throws IOException {
    for (Appended file : files.values()) {
      file.close();
    }
  }
}
