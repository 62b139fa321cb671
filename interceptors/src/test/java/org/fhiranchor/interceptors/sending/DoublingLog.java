package org.fhiranchor.interceptors.sending;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.List;
import org.fhiranchor.ledger.Address;
import org.fhiranchor.ledger.AnchorCall;
import org.fhiranchor.ledger.LogId;
import org.fhiranchor.ledger.evm.ContractDeployer;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.LogSigningKey;
import org.fhiranchor.merkle.TreeSize;

/** A log that doubles with every anchor: its consistency proof is the one new subtree. */
final class DoublingLog {
  /** Sizes 1 to 2^50. */
  static final int MAX_ANCHORS = 50;

  private final LogId id;
  private long size;
  private Digest root = Digest.sha256(new byte[0]);

  DoublingLog(ContractDeployer deployer, Address registry, String origin) {
    id =
        deployer.register(
            registry, LogSigningKey.generate(origin, new SecureRandom()).verifierKey());
  }

  LogId id() {
    return id;
  }

  long size() {
    return size;
  }

  boolean isFull() {
    return size >= 1L << (MAX_ANCHORS - 1);
  }

  AnchorCall next() {
    TreeSize before = new TreeSize(size);
    Digest added = Digest.sha256((id + " " + size).getBytes(StandardCharsets.UTF_8));
    List<Digest> proof = size == 0 ? List.of() : List.of(added);
    root = size == 0 ? added : node(root, added);
    size = size == 0 ? 1 : 2 * size;
    return new AnchorCall(id, before, new TreeSize(size), root, proof);
  }

  private static Digest node(Digest left, Digest right) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(1);
    bytes.writeBytes(left.bytes());
    bytes.writeBytes(right.bytes());
    return Digest.sha256(bytes.toByteArray());
  }
}
