package org.fhiranchor.merkle;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * A proof of inclusion as C2SP text ({@value #FORMAT}), for tools that know nothing of FHIR.
 *
 * @param extra opaque data of the application; of ours, JSON with {@code statement} and {@code
 *     salt}
 */
public record TlogProof(
    Optional<String> extra, LeafIndex index, List<Digest> hashes, SignedCheckpoint checkpoint) {
  /** First line of the text. */
  public static final String FORMAT = "c2sp.org/tlog-proof@v1";

  /** Keeps an unmodifiable copy. */
  public TlogProof {
    hashes = List.copyOf(hashes);
  }

  /** The inclusion part of a proof file; statement and salt go into {@code extra}. */
  public static TlogProof of(ProofFile proof) {
    String extra =
        "{\"salt\":\""
            + proof.salt().base64()
            + "\",\"statement\":"
            + proof.statement().toJson().toJson()
            + "}";
    return new TlogProof(
        Optional.of(extra), proof.leafIndex(), proof.inclusionProof(), proof.checkpoint());
  }

  /** The text, checkpoint note included. */
  public String text() {
    StringBuilder text = new StringBuilder(FORMAT).append('\n');
    extra.ifPresent(
        data -> {
          byte[] utf8 = data.getBytes(StandardCharsets.UTF_8);
          text.append("extra ").append(Base64.getEncoder().encodeToString(utf8)).append('\n');
        });
    text.append("index ").append(index).append('\n');
    hashes.forEach(hash -> text.append(hash.base64()).append('\n'));
    return text.append('\n').append(checkpoint.note()).toString();
  }

  /**
   * Reads the text strictly, within the bounds of a proof file.
   *
   * @throws ProofFormatException for anything else
   */
  public static TlogProof parse(String text) {
    int end = text.indexOf("\n\n");
    if (text.length() > ProofFile.MAX_BYTES || end < 0 || !text.startsWith(FORMAT + "\n")) {
      throw new ProofFormatException("tlog-proof: want " + FORMAT + " and a checkpoint");
    }
    List<String> lines = List.of(text.substring(0, end).split("\n", -1));
    boolean hasExtra = lines.size() > 1 && lines.get(1).startsWith("extra ");
    int at = hasExtra ? 2 : 1;
    if (lines.size() <= at || lines.size() > at + 1 + ProofFile.MAX_HASHES) {
      throw new ProofFormatException("tlog-proof: want an index line and at most 64 hashes");
    }
    try {
      Optional<String> extra = hasExtra ? Optional.of(extra(lines.get(1))) : Optional.empty();
      List<Digest> hashes = new ArrayList<>();
      lines.subList(at + 1, lines.size()).forEach(line -> hashes.add(Digest.fromBase64(line)));
      SignedCheckpoint checkpoint = SignedCheckpoint.parse(text.substring(end + 2));
      return new TlogProof(extra, index(lines.get(at)), hashes, checkpoint);
    } catch (IllegalArgumentException wrong) {
      throw new ProofFormatException("tlog-proof: " + wrong.getMessage());
    }
  }

  private static String extra(String line) {
    byte[] utf8 = StrictBase64.decode(line.substring("extra ".length()), ProofFile.MAX_BYTES);
    return new String(utf8, StandardCharsets.UTF_8);
  }

  private static LeafIndex index(String line) {
    if (!line.matches("index (0|[1-9][0-9]{0,17})")) {
      throw new ProofFormatException("tlog-proof: want a line with the index in decimal");
    }
    return new LeafIndex(Long.parseLong(line.substring("index ".length())));
  }
}
