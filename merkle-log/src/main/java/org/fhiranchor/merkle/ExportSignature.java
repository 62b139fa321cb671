package org.fhiranchor.merkle;

import java.nio.charset.StandardCharsets;

/**
 * The note that signs an export's manifest: {@code <origin>/export/v1} and the SHA-256 of the
 * manifest, signed like a checkpoint (C2SP signed-note). Its first line keeps every reader of
 * checkpoints from taking it for one.
 */
final class ExportSignature {
  private ExportSignature() {}

  static String text(LogVerifierKey key, byte[] manifest) {
    return key.name() + "/export/v1\n" + Digest.sha256(manifest).hex() + "\n";
  }

  /** Ends the check when the key's owner did not sign this very manifest. */
  static void check(LogVerifierKey key, byte[] manifest, String note) {
    String text = text(key, manifest);
    String beginning = text + "\n";
    if (!note.startsWith(beginning)
        || note.length() == beginning.length()
        || !note.endsWith("\n")) {
      throw StepFailure.not(
          Step.EXPORT_MANIFEST,
          ExportManifest.NAME + " is not the one that " + ExportManifest.SIGNATURE + " signs",
          text.strip().replace('\n', ' '),
          note.substring(0, Math.min(note.length(), 200)));
    }
    String line = note.substring(beginning.length(), note.length() - 1);
    if (!isSigned(key, text, line)) {
      throw StepFailure.not(
          Step.EXPORT_MANIFEST,
          "the log's key did not sign " + ExportManifest.NAME,
          "a signature by " + key,
          line);
    }
  }

  private static boolean isSigned(LogVerifierKey key, String text, String line) {
    try {
      NoteSignature signature = NoteSignature.parse(line);
      return signature.claims(key)
          && key.verifies(text.getBytes(StandardCharsets.UTF_8), signature.signature());
    } catch (ProofFormatException noSignature) {
      return false;
    }
  }
}
