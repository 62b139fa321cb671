package org.fhiranchor.verifier;

import java.io.IOException;
import java.io.PrintStream;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.fhiranchor.merkle.AccountingFile;
import org.fhiranchor.merkle.AccountingVerification;
import org.fhiranchor.merkle.Anchor;
import org.fhiranchor.merkle.ErasureVerification;
import org.fhiranchor.merkle.ExportVerification;
import org.fhiranchor.merkle.HeadEvidence;
import org.fhiranchor.merkle.HistoryVerification;
import org.fhiranchor.merkle.ProofFile;
import org.fhiranchor.merkle.Verdict;
import org.fhiranchor.merkle.Verification;

/** Runs a command and prints its outcome. */
final class Verifier {
  private static final HeadEvidence NOT_ASKED =
      new HeadEvidence.Unavailable(
          "name a ledger node and its contract (--rpc, --contract), or a head that you know"
              + " (--head)");

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
    if (command instanceof Command.Resources resources) {
      return resources(resources);
    }
    if (command instanceof Command.Accounting accounting) {
      return answer(Outcome.of(accounting(accounting)), accounting.trust());
    }
    if (command instanceof Command.Export export) {
      return answer(Outcome.of(export(export)), export.trust());
    }
    if (command instanceof Command.Erasure erasure) {
      return answer(Outcome.of(erasure(erasure)), erasure.trust());
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

  private static Verdict one(Command.One command) {
    return check(
        new HistoryVerification.Version(
            command.resource().map(Inputs::resource), Inputs.proof(command.proof())),
        command.trust(),
        anchor -> LedgerLookup.ask(command.trust(), anchor));
  }

  /** Each for itself, read one after the other; each anchor is asked about once. */
  private ExitCode resources(Command.Resources command) {
    Trust trust = command.trust();
    Map<Optional<Anchor>, HeadEvidence> known = new HashMap<>();
    Map<String, Outcome> outcomes = new LinkedHashMap<>();
    for (String name : Inputs.names(command.folder())) {
      Verdict verdict =
          check(
              Inputs.version(command.folder(), name),
              trust,
              anchor -> known.computeIfAbsent(anchor, asked -> LedgerLookup.ask(trust, asked)));
      outcomes.put(name, Outcome.of(verdict));
    }
    if (outcomes.isEmpty()) {
      throw new UsageException(command.folder() + ": no proof file in it");
    }
    new Report(out).printAll(outcomes, trust.json());
    return ExitCode.of(outcomes.values().stream().map(Outcome::code).toList());
  }

  /** All that needs no network first: a proof that fails by itself is not asked about anywhere. */
  private static Verdict check(
      HistoryVerification.Version version,
      Trust trust,
      Function<Optional<Anchor>, HeadEvidence> ledger) {
    Verdict local = verify(version, trust, local(trust));
    boolean open = local instanceof Verdict.Undecided;
    if (!open || trust.pinned().isPresent() || trust.ledger().isEmpty()) {
      return local;
    }
    return verify(version, trust, ledger.apply(ProofFile.parse(version.proofFile()).anchor()));
  }

  private static Verdict verify(
      HistoryVerification.Version version, Trust trust, HeadEvidence head) {
    return version
        .resource()
        .map(json -> Verification.ofResource(json, version.proofFile(), trust.key(), head))
        .orElseGet(() -> Verification.ofStatement(version.proofFile(), trust.key(), head));
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

  /** One line at a time, whatever the length of the file. */
  private static Verdict accounting(Command.Accounting command) {
    Trust trust = command.trust();
    AccountingVerification verification =
        new AccountingVerification(
            trust.key(),
            proof -> evidence(trust, proof.anchor()),
            new AccountingVerification.Wanted(command.until(), command.tag()));
    Inputs.lines(command.file(), AccountingFile.MAX_LINE, verification::read);
    return verification.verdict();
  }

  /** One line at a time, whatever the size of the files. */
  private static Verdict export(Command.Export command) {
    Trust trust = command.trust();
    Map<Optional<Anchor>, HeadEvidence> known = new HashMap<>();
    try {
      return new ExportVerification(
              new FilesOfExport(command.folder()),
              trust.key(),
              anchor -> known.computeIfAbsent(anchor, one -> evidence(trust, one)),
              command.until())
          .verify();
    } catch (IOException unreadable) {
      throw new UsageException(
          "cannot read " + command.folder() + ": " + unreadable.getClass().getSimpleName());
    }
  }

  private static Verdict erasure(Command.Erasure command) {
    Trust trust = command.trust();
    Map<Optional<Anchor>, HeadEvidence> known = new HashMap<>();
    return ErasureVerification.verify(
        Inputs.erasure(command.file()),
        trust.key(),
        proof -> known.computeIfAbsent(proof.anchor(), anchor -> evidence(trust, anchor)));
  }

  private static HeadEvidence evidence(Trust trust, Optional<Anchor> anchor) {
    boolean ask = trust.pinned().isEmpty() && trust.ledger().isPresent();
    return ask ? LedgerLookup.ask(trust, anchor) : local(trust);
  }

  private static HeadEvidence local(Trust trust) {
    return trust.pinned().<HeadEvidence>map(pinned -> pinned).orElse(NOT_ASKED);
  }
}
