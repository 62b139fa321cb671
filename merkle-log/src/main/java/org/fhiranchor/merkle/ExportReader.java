package org.fhiranchor.merkle;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.Optional;

/** A file of an export while it is read, in bounded memory; counts and hashes what it gives. */
final class ExportReader implements Closeable {
  private static final int SHOWN = 300;

  private final String name;
  private final InputStream in;
  private final byte[] buffer = new byte[1 << 16];
  private final MessageDigest digest = Digest.newSha256();
  private int at;
  private int end;
  private long bytes;
  private long line = 1;

  ExportReader(ExportFolder folder, String name) throws IOException {
    this.name = name;
    this.in = folder.open(name);
  }

  /** Which line comes next, for people. */
  String where() {
    return name + ", line " + line;
  }

  /** The next byte; -1 at the end. */
  private int next() throws IOException {
    if (at == end) {
      end = in.read(buffer);
      at = 0;
      if (end <= 0) {
        end = 0;
        return -1;
      }
      digest.update(buffer, 0, end);
      bytes += end;
    }
    return buffer[at++] & 0xff;
  }

  /** The next line without its end; empty at the end of the file. */
  Optional<byte[]> line() throws IOException {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    int one = next();
    if (one < 0) {
      return Optional.empty();
    }
    while (one != '\n') {
      if (one < 0) {
        throw new ProofFormatException(where() + ": ends in the middle");
      }
      if (text.size() == ExportLeaves.MAX_LINE) {
        throw new ProofFormatException(where() + ": is too long");
      }
      text.write(one);
      one = next();
    }
    line++;
    return Optional.of(text.toByteArray());
  }

  /** Wants this text next. */
  void expect(String text, String reason) throws IOException {
    byte[] want = text.getBytes(UTF_8);
    for (int i = 0; i < want.length; i++) {
      int got = next();
      if (got != (want[i] & 0xff)) {
        throw StepFailure.not(
            Step.EXPORT_RECORDS, where() + ": " + reason, shown(want), rest(want, i, got));
      }
      line += got == '\n' ? 1 : 0;
    }
  }

  private static String shown(byte[] text) {
    return new String(text, 0, Math.min(text.length, SHOWN), UTF_8).strip();
  }

  /** What is there instead, as far as it is worth showing. */
  private String rest(byte[] want, int same, int first) throws IOException {
    ByteArrayOutputStream got = new ByteArrayOutputStream();
    got.write(want, 0, Math.min(same, SHOWN));
    for (int one = first; one >= 0 && one != '\n' && got.size() < SHOWN; one = next()) {
      got.write(one);
    }
    return got.size() == 0 ? "the end of the file" : shown(got.toByteArray());
  }

  /** Wants the end of the file. */
  void expectEnd(Step step) throws IOException {
    int got = next();
    if (got >= 0) {
      throw StepFailure.not(
          step,
          where() + ": more than there is in the export",
          "the end of the file",
          rest(new byte[0], 0, got));
    }
  }

  /** Reads to the end; length and digest of all of it. To be asked for once. */
  ExportManifest.FileEntry all() throws IOException {
    while (next() >= 0) {
      at = end;
    }
    return new ExportManifest.FileEntry(name, bytes, Digest.of(digest.digest()));
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
