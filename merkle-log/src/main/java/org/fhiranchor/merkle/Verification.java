package org.fhiranchor.merkle;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Checks a resource against its proof file (VER-1). Pure: what the ledger says is handed in. Never
 * throws on what it is given; a hostile file gets a verdict like any other.
 */
public final class Verification {
  private static final String XML =
      "this is XML, and the log commits to JSON: ask for the resource with ?_format=json";

  private final LogVerifierKey key;
  private final HeadEvidence head;
  private final List<Verdict.Passed> passed = new ArrayList<>();

  private Verification(LogVerifierKey key, HeadEvidence head) {
    this.key = key;
    this.head = head;
  }

  /**
   * Verifies a resource version that has content.
   *
   * @param resource the JSON text of the resource, as a read returned it
   * @param proofFile the bytes of its proof file
   * @param key the key the log is known by, from a source other than the proof
   */
  public static Verdict ofResource(
      byte[] resource, byte[] proofFile, LogVerifierKey key, HeadEvidence head) {
    return new Verification(key, head).run(Optional.of(resource), proofFile);
  }

  /**
   * Verifies a statement that stands for no content: a deleted version, a disclosure, an erasure.
   */
  public static Verdict ofStatement(byte[] proofFile, LogVerifierKey key, HeadEvidence head) {
    return new Verification(key, head).run(Optional.empty(), proofFile);
  }

  /**
   * The same for a proof that was read already.
   *
   * @param signed whether this very checkpoint is known to be signed by the key
   */
  static Verdict ofStatement(
      ProofFile proof, LogVerifierKey key, HeadEvidence head, boolean signed) {
    Verification verification = new Verification(key, head);
    return verification.run(Optional.empty(), () -> proof, signed);
  }

  private Verdict run(Optional<byte[]> resource, byte[] proofFile) {
    return run(resource, () -> parse(proofFile), false);
  }

  private Verdict run(Optional<byte[]> resource, Supplier<ProofFile> file, boolean signed) {
    try {
      ProofFile proof = file.get();
      if (resource.isPresent()) {
        checkContent(proof.statement(), canonical(resource.get()));
      } else {
        checkNoContent(proof.statement());
      }
      pass(Step.COMMITMENT, proof.commitment().hex());
      checkInclusion(proof);
      if (!signed) {
        checkSignature(proof);
      }
      proof.anchor().ifPresent(anchor -> checkConsistency(proof, anchor));
      pass(Step.LEDGER_HEAD, HeadCheck.check(proof, head));
      return new Verdict.Verified(List.copyOf(passed));
    } catch (StepFailure failure) {
      return failure.verdict(List.copyOf(passed));
    }
  }

  private ProofFile parse(byte[] proofFile) {
    try {
      ProofFile proof = ProofFile.parse(proofFile);
      pass(Step.PROOF_FILE, ProofFile.FORMAT);
      return proof;
    } catch (ProofFormatException wrong) {
      throw StepFailure.not(
          Step.PROOF_FILE,
          "not a proof file",
          ProofFile.FORMAT,
          String.valueOf(wrong.getMessage()));
    }
  }

  private CanonicalResource canonical(byte[] json) {
    try {
      CanonicalResource resource = CanonicalResource.of(json);
      pass(Step.CANONICAL_FORM, resource.key() + " version " + resource.versionId());
      return resource;
    } catch (CanonicalFormException wrong) {
      throw StepFailure.not(
          Step.CANONICAL_FORM,
          CanonicalResource.isXml(json) ? XML : "the resource has no canonical form",
          CanonicalResource.FORM,
          String.valueOf(wrong.getMessage()));
    }
  }

  private void checkContent(Statement statement, CanonicalResource resource) {
    Statement.ResourceVersion version = contentOf(statement);
    String want = version.content().map(Digest::hex).orElse("no content: " + operation(version));
    String got = resource.sha256().hex();
    if (!want.equals(got)) {
      throw StepFailure.not(
          Step.CONTENT_DIGEST, "this is not the content that was recorded", want, got);
    }
    pass(Step.CONTENT_DIGEST, got);
    checkIdentity(version, resource);
  }

  private static Statement.ResourceVersion contentOf(Statement statement) {
    if (statement instanceof Statement.ResourceVersion version) {
      return version;
    }
    throw StepFailure.not(
        Step.CONTENT_DIGEST,
        "the statement is not about a resource version",
        "a statement of kind resource-version",
        statement.chain());
  }

  private void checkIdentity(Statement.ResourceVersion version, CanonicalResource resource) {
    String want = resource.key() + " version " + resource.versionId();
    String got = version.resource() + " version " + version.version();
    if (!want.equals(got)) {
      throw StepFailure.not(
          Step.RESOURCE_IDENTITY, "the statement is about another version", want, got);
    }
    pass(Step.RESOURCE_IDENTITY, got + ", " + operation(version) + " at " + version.recorded());
  }

  private void checkNoContent(Statement statement) {
    if (!(statement instanceof Statement.ResourceVersion version)) {
      pass(Step.RESOURCE_IDENTITY, statement.chain());
      return;
    }
    if (version.content().isPresent() && version.operation() != Operation.ERASE) {
      throw StepFailure.undecided(
          Step.CONTENT_DIGEST,
          "the content of " + version.resource() + " version " + version.version());
    }
    pass(
        Step.RESOURCE_IDENTITY,
        version.resource() + " version " + version.version() + ", " + operation(version));
  }

  private static String operation(Statement.ResourceVersion version) {
    return version.operation().word();
  }

  private void checkInclusion(ProofFile proof) {
    Checkpoint checkpoint = proof.checkpoint().checkpoint();
    ProofResult result =
        ProofCheck.inclusion(
            proof.leafHash(),
            proof.leafIndex(),
            checkpoint.size(),
            proof.inclusionProof(),
            checkpoint.root());
    require(Step.INCLUSION, result);
    pass(Step.INCLUSION, "leaf " + proof.leafIndex() + " of " + checkpoint.size());
  }

  private void checkSignature(ProofFile proof) {
    if (proof.checkpoint().verify(key) instanceof SignedCheckpoint.Opened.Refused refused) {
      throw StepFailure.not(
          Step.CHECKPOINT_SIGNATURE, refused.reason(), refused.want(), refused.got());
    }
    pass(Step.CHECKPOINT_SIGNATURE, key.toString());
  }

  private void checkConsistency(ProofFile proof, Anchor anchor) {
    Checkpoint checkpoint = proof.checkpoint().checkpoint();
    ProofResult result =
        ProofCheck.consistency(
            checkpoint.size(),
            checkpoint.root(),
            anchor.size(),
            anchor.root(),
            proof.consistencyProof());
    require(Step.CONSISTENCY, result);
    pass(Step.CONSISTENCY, "size " + checkpoint.size() + " to " + anchor.size());
  }

  private static void require(Step step, ProofResult result) {
    if (result instanceof ProofResult.Invalid invalid) {
      throw StepFailure.not(step, invalid.reason(), invalid.want(), invalid.got());
    }
  }

  private void pass(Step step, String what) {
    passed.add(new Verdict.Passed(step, what));
  }
}
