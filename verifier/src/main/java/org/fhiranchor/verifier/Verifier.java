package org.fhiranchor.verifier;

import java.io.PrintStream;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.fhiranchor.merkle.Anchor;
import org.fhiranchor.merkle.HeadEvidence;
import org.fhiranchor.merkle.HistoryVerification;
import org.fhiranchor.merkle.ProofFile;
import org.fhiranchor.merkle.Verdict;
import org.fhiranchor.merkle.Verification;

/** Runs a command and prints its outcome. */
final class Verifier {
  private static final HeadEvidence NOT_ASKED =
      new HeadEvidence.Unavailable("give --rpc and --contract, or a head you know with --head");

  private final PrintStream out;

  Verifier(PrintStream out) {
    this.out = out;
  }

  ExitCode run(Command command) {
    if (command instanceof Command.One one) {
      return answer(Outcome.of(one(one)), one.trust());
    }
    if (command instanceof Command.History history) {
      return answer(Outcome.of(history(history)), history.trust());
    }
    if (command instanceof Command.Log log) {
      return answer(new LogAudit(log.url(), log.trust()).run(), log.trust());
    }
    Usage.print(out);
    return ExitCode.VERIFIED;
  }

  private ExitCode answer(Outcome outcome, Trust trust) {
    new Report(out).print(outcome, trust.json());
    return outcome.code();
  }

  /** All that needs no network first: a proof that fails by itself is not asked about anywhere. */
  private static Verdict one(Command.One command) {
    Optional<byte[]> resource = command.resource().map(Inputs::resource);
    byte[] proof = Inputs.proof(command.proof());
    Trust trust = command.trust();
    Verdict local = verify(resource, proof, trust, local(trust));
    boolean open = local instanceof Verdict.Undecided;
    if (!open || trust.pinned().isPresent() || trust.ledger().isEmpty()) {
      return local;
    }
    Optional<Anchor> anchor = ProofFile.parse(proof).anchor();
    return verify(resource, proof, trust, LedgerHead.ask(trust, anchor));
  }

  private static Verdict verify(
      Optional<byte[]> resource, byte[] proof, Trust trust, HeadEvidence head) {
    return resource
        .map(json -> Verification.ofResource(json, proof, trust.key(), head))
        .orElseGet(() -> Verification.ofStatement(proof, trust.key(), head));
  }

  /** Each anchor is asked about once. */
  private static Verdict history(Command.History command) {
    Trust trust = command.trust();
    Map<Optional<Anchor>, HeadEvidence> known = new HashMap<>();
    return HistoryVerification.verify(
        Inputs.history(command.folder()),
        trust.key(),
        proof -> known.computeIfAbsent(proof.anchor(), anchor -> evidence(trust, anchor)));
  }

  private static HeadEvidence evidence(Trust trust, Optional<Anchor> anchor) {
    boolean ask = trust.pinned().isEmpty() && trust.ledger().isPresent();
    return ask ? LedgerHead.ask(trust, anchor) : local(trust);
  }

  private static HeadEvidence local(Trust trust) {
    return trust.pinned().<HeadEvidence>map(pinned -> pinned).orElse(NOT_ASKED);
  }
}
