package org.fhiranchor.verifier;

import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.fhiranchor.merkle.Checkpoint;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.HeadEvidence;
import org.fhiranchor.merkle.ProofFormatException;
import org.fhiranchor.merkle.SignedCheckpoint;
import org.fhiranchor.merkle.TreeSize;

/**
 * Re-derives a whole log from what its server hands out: the checkpoint's signature, the root from
 * the entries, every tile from the entries, and the head that the ledger or the caller knows as a
 * head of these same entries.
 */
final class LogAudit {
  private final URI url;
  private final Trust trust;
  private final List<Outcome.Line> held = new ArrayList<>();

  LogAudit(URI url, Trust trust) {
    this.url = url;
    this.trust = trust;
  }

  Outcome run() {
    try {
      TileServer server = new TileServer(url, LedgerLookup.TIMEOUT);
      Checkpoint checkpoint = signed(server.checkpoint());
      HeadEvidence head = evidence();
      Optional<TreeSize> known =
          sizeOf(head).filter(size -> size.value() <= checkpoint.size().value());
      LogRebuild.Rebuilt rebuilt = new LogRebuild(server, checkpoint.size(), known).run();
      hold("entries", checkpoint.size() + " entries, each a commitment");
      hold("tiles", rebuilt.tiles() + " tiles, each what the entries make it");
      same("root", "the entries make another root", checkpoint.root(), rebuilt.root());
      hold("root", checkpoint.root().hex());
      if (head instanceof HeadEvidence.Unavailable none) {
        return undecided("ledger-head", "the ledger's head: " + none.reason());
      }
      checkHead(head, checkpoint, rebuilt);
      return new Outcome(ExitCode.VERIFIED, held, Optional.empty());
    } catch (AuditFailure failure) {
      return new Outcome(ExitCode.NOT_VERIFIED, held, Optional.of(failure.end()));
    } catch (ProofFormatException wrong) {
      Outcome.End end =
          new Outcome.End(
              "tiles", "the server's answer has another shape", "tlog-tiles", message(wrong));
      return new Outcome(ExitCode.NOT_VERIFIED, held, Optional.of(end));
    } catch (IOException unreachable) {
      return undecided("tiles", "an answer of the log's server: " + message(unreachable));
    }
  }

  private Checkpoint signed(SignedCheckpoint signed) throws AuditFailure {
    if (signed.verify(trust.key()) instanceof SignedCheckpoint.Opened.Refused no) {
      throw new AuditFailure("checkpoint-signature", no.reason(), no.want(), no.got());
    }
    hold("checkpoint-signature", trust.key() + ", " + signed.checkpoint().size() + " leaves");
    return signed.checkpoint();
  }

  private HeadEvidence evidence() {
    if (trust.pinned().isPresent()) {
      return trust.pinned().get();
    }
    return trust.ledger().isPresent()
        ? LedgerLookup.ask(trust, Optional.empty())
        : new HeadEvidence.Unavailable("give --rpc, --contract and --log-id, or --head");
  }

  private static Optional<TreeSize> sizeOf(HeadEvidence head) {
    if (head instanceof HeadEvidence.Pinned pinned) {
      return Optional.of(pinned.size());
    }
    return head instanceof HeadEvidence.OnLedger ledger
        ? Optional.of(ledger.size())
        : Optional.empty();
  }

  private void checkHead(HeadEvidence head, Checkpoint checkpoint, LogRebuild.Rebuilt rebuilt)
      throws AuditFailure {
    if (head instanceof HeadEvidence.Pinned pinned) {
      compare("the pinned head", pinned.size(), pinned.root(), checkpoint, rebuilt);
    } else if (head instanceof HeadEvidence.OnLedger ledger) {
      compare("the ledger's head", ledger.size(), ledger.root(), checkpoint, rebuilt);
    } else if (head instanceof HeadEvidence.Contradicted no) {
      throw new AuditFailure("ledger-head", no.reason(), no.want(), no.got());
    }
  }

  private void compare(
      String what, TreeSize size, Digest root, Checkpoint checkpoint, LogRebuild.Rebuilt rebuilt)
      throws AuditFailure {
    if (size.value() > checkpoint.size().value()) {
      throw new AuditFailure(
          "ledger-head",
          "the log serves less than " + what,
          size + " leaves or more",
          checkpoint.size() + " leaves");
    }
    Digest served = rebuilt.rootAtKnown().orElse(rebuilt.root());
    same("ledger-head", what + " of " + size + " leaves has another root", root, served);
    hold("ledger-head", what + " of " + size + " leaves");
  }

  private static void same(String step, String reason, Digest want, Digest got)
      throws AuditFailure {
    if (!want.equals(got)) {
      throw new AuditFailure(step, reason, want.hex(), got.hex());
    }
  }

  private void hold(String step, String what) {
    held.add(new Outcome.Line(step, what));
  }

  private Outcome undecided(String step, String missing) {
    Outcome.End end = new Outcome.End(step, missing, "", "");
    return new Outcome(ExitCode.UNDECIDED, held, Optional.of(end));
  }

  private static String message(Exception failure) {
    return String.valueOf(failure.getMessage());
  }
}
