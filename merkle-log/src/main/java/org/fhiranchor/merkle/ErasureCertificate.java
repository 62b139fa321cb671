package org.fhiranchor.merkle;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What an erasure came to, for whoever asked for it: a signed note under the log's key, whose first
 * line is the origin and {@value #SUFFIX}. It names leaves and no patient. Each line after the
 * first is a name, a space and a value.
 *
 * @param recorded when the first of its leaves was recorded
 * @param versions resource versions that were destroyed
 * @param events statements about consents and keys that were destroyed
 * @param leaves of both
 * @param contents disclosures whose content was destroyed
 * @param namedBy the erasure leaves that name all of this
 * @param checkpoint a head of the log that holds them
 */
public record ErasureCertificate(
    Instant recorded,
    String reason,
    String basis,
    long versions,
    long events,
    LeafRanges leaves,
    LeafRanges contents,
    LeafRanges namedBy,
    Checkpoint checkpoint) {
  /** What follows the origin in the first line. */
  public static final String SUFFIX = "/erasure/v1";

  /** Longest reason, and longest legal basis. */
  public static final int MAX_WORDS = 400;

  /** Longest note, in characters. */
  public static final int MAX_NOTE = 1 << 20;

  private static final List<String> NAMES =
      List.of(
          "recorded",
          "reason",
          "basis",
          "versions",
          "events",
          "leaves",
          "contents",
          "named-by",
          "size",
          "root");

  /**
   * Checks the words.
   *
   * @throws IllegalArgumentException for words that are empty, too long, or not on one line
   */
  public ErasureCertificate {
    words("reason", reason);
    words("basis", basis);
  }

  /**
   * Whether words can stand in a certificate.
   *
   * @throws IllegalArgumentException naming them when they cannot
   */
  public static void words(String what, String words) {
    boolean fits =
        !words.isBlank()
            && words.equals(words.strip())
            && words.length() <= MAX_WORDS
            && words.codePoints().noneMatch(ErasureCertificate::breaks);
    if (!fits) {
      throw new IllegalArgumentException(
          what + ": want 1 to " + MAX_WORDS + " characters on one line");
    }
  }

  private static boolean breaks(int character) {
    int type = Character.getType(character);
    return Character.isISOControl(character)
        || type == Character.LINE_SEPARATOR
        || type == Character.PARAGRAPH_SEPARATOR
        || type == Character.SURROGATE;
  }

  /** What is signed. */
  public String text() {
    List<String> values =
        List.of(
            InstantText.format(recorded),
            reason,
            basis,
            Long.toString(versions),
            Long.toString(events),
            leaves.toString(),
            contents.toString(),
            namedBy.toString(),
            checkpoint.size().toString(),
            checkpoint.root().base64());
    StringBuilder text = new StringBuilder(checkpoint.origin()).append(SUFFIX).append('\n');
    for (int i = 0; i < NAMES.size(); i++) {
      text.append(NAMES.get(i)).append(' ').append(values.get(i)).append('\n');
    }
    return text.toString();
  }

  /**
   * Reads a note and checks that the key's owner signed it.
   *
   * @throws ProofFormatException when it is no such note, or not signed by the key
   */
  public static ErasureCertificate open(String note, LogVerifierKey key) {
    int end = note.indexOf("\n\n");
    if (note.length() > MAX_NOTE || end < 0 || !note.endsWith("\n")) {
      throw new ProofFormatException("certificate: want text, a blank line and a signature");
    }
    String text = note.substring(0, end + 1);
    ErasureCertificate read = parse(text, key.name());
    if (!read.text().equals(text)) {
      throw new ProofFormatException("certificate: spelled otherwise than it is written");
    }
    boolean signed = false;
    String lines = note.substring(end + 2);
    for (String line : split(lines.substring(0, Math.max(0, lines.length() - 1)))) {
      NoteSignature signature = NoteSignature.parse(line);
      if (signature.claims(key)) {
        if (!key.verifies(text.getBytes(StandardCharsets.UTF_8), signature.signature())) {
          throw new ProofFormatException("certificate: the signature does not fit the text");
        }
        signed = true;
      }
    }
    if (!signed) {
      throw new ProofFormatException("certificate: no signature by " + key);
    }
    return read;
  }

  private static List<String> split(String text) {
    return Arrays.asList(text.split("\n", -1));
  }

  private static ErasureCertificate parse(String text, String origin) {
    List<String> lines = split(text);
    if (lines.size() != NAMES.size() + 2 || !lines.get(0).equals(origin + SUFFIX)) {
      throw new ProofFormatException("certificate: want the first line " + origin + SUFFIX);
    }
    List<String> values = new ArrayList<>();
    for (int i = 0; i < NAMES.size(); i++) {
      String start = NAMES.get(i) + " ";
      if (!lines.get(i + 1).startsWith(start)) {
        throw new ProofFormatException("certificate: want a line of " + NAMES.get(i));
      }
      values.add(lines.get(i + 1).substring(start.length()));
    }
    try {
      return new ErasureCertificate(
          InstantText.parse(values.get(0)),
          values.get(1),
          values.get(2),
          Long.parseLong(values.get(3)),
          Long.parseLong(values.get(4)),
          LeafRanges.parse(values.get(5)),
          LeafRanges.parse(values.get(6)),
          LeafRanges.parse(values.get(7)),
          Checkpoint.parse(origin + "\n" + values.get(8) + "\n" + values.get(9) + "\n"));
    } catch (IllegalArgumentException | DateTimeException wrong) {
      throw new ProofFormatException("certificate: " + wrong.getMessage());
    }
  }
}
