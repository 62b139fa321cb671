package org.fhiranchor.bench;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.fhiranchor.merkle.Anchor;
import org.fhiranchor.merkle.CanonicalResource;
import org.fhiranchor.merkle.Checkpoint;
import org.fhiranchor.merkle.Commitment;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.HeadEvidence;
import org.fhiranchor.merkle.LeafIndex;
import org.fhiranchor.merkle.LogSigningKey;
import org.fhiranchor.merkle.LogVerifierKey;
import org.fhiranchor.merkle.Operation;
import org.fhiranchor.merkle.ProofFile;
import org.fhiranchor.merkle.Salt;
import org.fhiranchor.merkle.Statement;
import org.fhiranchor.merkle.TreeHash;
import org.fhiranchor.merkle.TreeSize;

/**
 * A resource and its proof in a log of 2^20 leaves, anchored: everything a verifier is given.
 *
 * @param head size and root of the log, pinned
 */
record SampleProof(String resource, String proof, LogVerifierKey key, HeadEvidence.Pinned head) {
  static final long LEAVES = 1 << 20;

  private static final long INDEX = 699_050;
  private static final Digest SOME = Digest.sha256(new byte[] {7});

  static SampleProof make() {
    SecureRandom random = new SecureRandom();
    String json = Observations.stored("sample");
    Salt salt = Salt.random(random);
    Statement statement = statement(CanonicalResource.of(json.getBytes(StandardCharsets.UTF_8)));
    Digest leaf = TreeHash.leaf(Commitment.entry(Commitment.of(salt, statement)));
    MemoryTree tree = MemoryTree.with(leaf, INDEX, LEAVES);
    LogSigningKey signer = LogSigningKey.generate("log.example.org/fhir", random);
    ProofFile proof =
        new ProofFile(
            statement,
            salt,
            new LeafIndex(INDEX),
            signer.sign(new Checkpoint("log.example.org/fhir", tree.size(), tree.root())),
            tree.inclusion(new LeafIndex(INDEX)),
            Optional.of(anchor(tree.size(), tree.root())),
            List.of());
    return new SampleProof(
        json,
        proof.toJson(),
        signer.verifierKey(),
        new HeadEvidence.Pinned(tree.size(), tree.root()));
  }

  private static Statement statement(CanonicalResource resource) {
    return new Statement.ResourceVersion(
        Instant.parse("2026-11-22T10:15:30.123Z"),
        resource.key(),
        resource.versionId(),
        Operation.UPDATE,
        Optional.of(resource.sha256()),
        SOME,
        Optional.of(SOME));
  }

  /** An anchor with every member as long as a real one. */
  static Anchor anchor(TreeSize size, Digest root) {
    String contract = "0x" + SOME.hex().substring(0, 40);
    return new Anchor(
        31337, contract, SOME, size, root, 12_345_678, SOME, SOME, "confirmations:12");
  }
}
