package org.fhiranchor.verifier;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.fhiranchor.merkle.Anchor;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.HeadEvidence;
import org.fhiranchor.merkle.TreeSize;

/** Asks a ledger node what it knows of a log: chain, contract, whose log it is, and its head. */
final class LedgerLookup {
  /** For each question; there are at most six. */
  static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final Trust trust;
  private final Trust.Ledger ledger;
  private final RegistryReader registry;

  private LedgerLookup(Trust trust, Trust.Ledger ledger) {
    this.trust = trust;
    this.ledger = ledger;
    this.registry =
        new RegistryReader(new JsonRpc(ledger.rpc(), new BoundedHttp(TIMEOUT)), ledger.contract());
  }

  /** What the ledger says; never throws for what a node does. */
  static HeadEvidence ask(Trust trust, Optional<Anchor> anchor) {
    Trust.Ledger ledger = trust.ledger().orElseThrow();
    Optional<Digest> logId = ledger.logId().or(() -> anchor.map(Anchor::logId));
    if (logId.isEmpty()) {
      return new HeadEvidence.Unavailable("give --log-id, the proof file names no log");
    }
    try {
      return new LedgerLookup(trust, ledger).evidence(logId.get(), anchor);
    } catch (Mismatch no) {
      return no.evidence;
    } catch (IOException failure) {
      return new HeadEvidence.Unavailable(String.valueOf(failure.getMessage()));
    }
  }

  private HeadEvidence evidence(Digest logId, Optional<Anchor> anchor) throws IOException {
    String chain = registry.chainId();
    if (anchor.isPresent()) {
      same("the proof was anchored on another chain", anchor.get().chainId() + "", chain);
      same(
          "the proof was anchored in another contract", ledger.contract(), anchor.get().contract());
      same("the proof is of another log", logId.hex(), anchor.get().logId().hex());
    }
    String identity =
        registry
            .identity(logId)
            .map(Digest::hex)
            .orElse("nothing: no AnchorRegistry stands at " + ledger.contract());
    same("this log id belongs to another key", Abi.identity(trust.key()).hex(), identity);
    RegistryReader.Head head = registry.head(logId);
    Optional<TreeSize> older =
        anchor.map(Anchor::size).filter(size -> size.value() < head.size().value());
    Optional<Digest> anchored =
        older.isPresent() ? registry.anchored(logId, anchor.orElseThrow()) : Optional.empty();
    return new HeadEvidence.OnLedger(head.size(), head.root(), anchored);
  }

  private static void same(String reason, String want, String got) throws Mismatch {
    if (!want.equals(got)) {
      throw new Mismatch(new HeadEvidence.Contradicted(reason, want, got));
    }
  }

  private static final class Mismatch extends IOException {
    private static final long serialVersionUID = 1L;
    private final transient HeadEvidence evidence;

    Mismatch(HeadEvidence evidence) {
      this.evidence = evidence;
    }
  }
}
