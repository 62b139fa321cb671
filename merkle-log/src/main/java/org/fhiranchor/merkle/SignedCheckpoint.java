package org.fhiranchor.merkle;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * A checkpoint with its signatures (C2SP signed-note). Having one says nothing about the
 * signatures: ask {@link #verify(LogVerifierKey)}.
 *
 * @param note the note verbatim
 */
public record SignedCheckpoint(Checkpoint checkpoint, String note) {
  /** Longest note, in characters. */
  public static final int MAX_NOTE = 8192;

  /** Most signature lines. */
  public static final int MAX_SIGNATURES = 16;

  static final String SIGNATURE_MARK = "\u2014 ";

  /** The answer to who signed. */
  public sealed interface Opened {
    /** Signed by the key asked for. */
    record Signed(SignedCheckpoint checkpoint) implements Opened {}

    /** Not to be believed. */
    record Refused(String reason, String want, String got) implements Opened {}
  }

  /**
   * Reads a note without looking at who signed.
   *
   * @throws ProofFormatException when it is no note with a checkpoint
   */
  public static SignedCheckpoint parse(String note) {
    if (note.length() > MAX_NOTE) {
      throw new ProofFormatException("checkpoint: want at most " + MAX_NOTE + " characters");
    }
    int end = note.indexOf("\n\n");
    if (end < 0 || !note.endsWith("\n")) {
      throw new ProofFormatException("checkpoint: want text, a blank line and signature lines");
    }
    List<String> lines = signatureLines(note, end);
    if (lines.isEmpty() || lines.size() > MAX_SIGNATURES) {
      throw new ProofFormatException("checkpoint: want 1 to " + MAX_SIGNATURES + " signatures");
    }
    for (String line : lines) {
      NoteSignature.parse(line);
    }
    try {
      return new SignedCheckpoint(Checkpoint.parse(note.substring(0, end + 1)), note);
    } catch (IllegalArgumentException wrong) {
      throw new ProofFormatException(String.valueOf(wrong.getMessage()));
    }
  }

  /**
   * Reads a note and checks that the key's owner signed it.
   *
   * @throws ProofFormatException when it is no note with a checkpoint
   */
  public static Opened open(String note, LogVerifierKey key) {
    return parse(note).verify(key);
  }

  /**
   * Whether the key's owner signed this. Signatures by others are ignored; one that claims this key
   * and does not fit refuses the whole note.
   */
  public Opened verify(LogVerifierKey key) {
    if (!checkpoint.origin().equals(key.name())) {
      return new Opened.Refused("another log's checkpoint", key.name(), checkpoint.origin());
    }
    byte[] text = checkpoint.text().getBytes(StandardCharsets.UTF_8);
    boolean signed = false;
    for (String line : signatureLines(note, note.indexOf("\n\n"))) {
      NoteSignature signature = NoteSignature.parse(line);
      if (!signature.claims(key)) {
        continue;
      }
      if (!key.verifies(text, signature.signature())) {
        return new Opened.Refused(
            "the signature does not fit the text", "a signature by " + key, line);
      }
      signed = true;
    }
    return signed
        ? new Opened.Signed(this)
        : new Opened.Refused("no signature by the expected key", key.toString(), signers());
  }

  private String signers() {
    StringBuilder names = new StringBuilder();
    for (String line : signatureLines(note, note.indexOf("\n\n"))) {
      NoteSignature signature = NoteSignature.parse(line);
      names.append(names.isEmpty() ? "" : ", ").append(signature.name()).append('+');
      names.append(HexFormat.of().formatHex(signature.keyId()));
    }
    return names.toString();
  }

  private static List<String> signatureLines(String note, int textEnd) {
    String part = note.substring(textEnd + 2);
    return part.isEmpty()
        ? List.of()
        : Arrays.asList(part.substring(0, part.length() - 1).split("\n", -1));
  }
}
