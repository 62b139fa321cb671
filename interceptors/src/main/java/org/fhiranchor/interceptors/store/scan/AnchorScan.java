package org.fhiranchor.interceptors.store.scan;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.fhiranchor.interceptors.scan.Finding.Kind;
import org.fhiranchor.ledger.AnchorEvidence;
import org.fhiranchor.ledger.AnchorLedger;
import org.fhiranchor.ledger.AnchoredEvent;
import org.fhiranchor.ledger.LedgerHead;
import org.fhiranchor.ledger.LedgerRejectedException;
import org.fhiranchor.ledger.LogId;
import org.fhiranchor.ledger.anchoring.AnchorState;
import org.fhiranchor.merkle.CanonicalFormException;
import org.fhiranchor.merkle.CanonicalJson;
import org.fhiranchor.merkle.Checkpoint;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.LogVerifierKey;
import org.fhiranchor.merkle.ProofCheck;
import org.fhiranchor.merkle.ProofResult;
import org.fhiranchor.merkle.TreeHash;
import org.fhiranchor.merkle.TreeSize;
import org.jspecify.annotations.Nullable;

/** The log's own row and its anchors, held against the tree and the ledger. */
final class AnchorScan {
  private final Scanning scan;
  private final HeadScan heads;
  private final AnchorLedger ledger;
  private final LogId logId;
  private final List<Row> rows = new ArrayList<>();

  AnchorScan(Scanning scan, HeadScan heads, AnchorLedger ledger, LogId logId) {
    this.scan = scan;
    this.heads = heads;
    this.ledger = ledger;
    this.logId = logId;
  }

  @SuppressWarnings("ArrayRecordComponent")
  private record Row(
      long id,
      byte[] logId,
      byte @Nullable [] openLogId,
      long previous,
      long size,
      byte[] root,
      byte[] proof,
      String state,
      Optional<byte[]> hash,
      Optional<Long> block,
      Optional<byte[]> blockHash,
      Optional<String> header,
      Optional<String> receipt) {
    static Row of(ResultSet row) throws SQLException {
      return new Row(
          row.getLong("anchor_id"),
          LeafRow.bytes(row, "log_id"),
          row.getBytes("open_log_id"),
          row.getLong("previous_size"),
          row.getLong("tree_size"),
          LeafRow.bytes(row, "root"),
          LeafRow.bytes(row, "consistency_proof"),
          row.getString("state"),
          Optional.ofNullable(row.getBytes("mined_hash")),
          VersionRow.number(row, "block_number"),
          Optional.ofNullable(row.getBytes("block_hash")),
          Optional.ofNullable(row.getString("block_header")),
          Optional.ofNullable(row.getString("receipt")));
    }

    String place() {
      return "anchor " + id;
    }

    boolean is(AnchorState one) {
      return state.equals(one.name());
    }
  }

  /** Before the leaves are read: which roots are wanted. */
  void begin(Optional<Checkpoint> known, Optional<LedgerHead> onLedger) {
    rows.addAll(
        scan.jdbc()
            .query("select * from anchor_transaction order by anchor_id", (row, n) -> Row.of(row)));
    for (Row row : rows) {
      heads.want(row.previous());
      heads.want(row.size());
    }
    onLedger.ifPresent(
        it -> heads.expect(Kind.HEAD, "the ledger's head", it.size().value(), it.root()));
    known.ifPresent(
        it -> heads.expect(Kind.HEAD, "the head that is known", it.size().value(), it.root()));
    scan.jdbc()
        .query(
            "select tree_size, root from anchor_log where id = 1",
            row -> {
              expect("anchor_log", row.getLong(1), LeafRow.bytes(row, "root"));
            });
  }

  private void expect(String place, long size, byte[] root) {
    if (root.length != Digest.LENGTH) {
      scan.found(Kind.HEAD, place, "its root is none");
    } else if (size != 0) {
      heads.expect(Kind.HEAD, place, size, Digest.of(root));
    } else if (!TreeHash.EMPTY.equals(Digest.of(root))) {
      scan.found(Kind.HEAD, place, "its root is not that of an empty log");
    }
  }

  /** After the leaves. */
  void end(LogVerifierKey key) {
    log(key);
    Map<Long, Row> bySize = new TreeMap<>();
    for (Row row : rows) {
      compare(row);
      if (!row.is(AnchorState.SUPERSEDED) && bySize.put(row.size(), row) != null) {
        scan.found(Kind.ANCHOR, row.place(), "another one has the same size");
      }
    }
    for (Row row : bySize.values()) {
      if (row.previous() != 0 && !bySize.containsKey(row.previous())) {
        scan.found(Kind.ANCHOR, row.place(), "the anchor before it is missing");
      }
    }
  }

  private void log(LogVerifierKey key) {
    List<Log> found =
        scan.jdbc()
            .query(
                "select id, origin, verifier_key, tree_size, anchored_size, anchored_root from"
                    + " anchor_log",
                (row, n) ->
                    new Log(
                        row.getLong(1) + " " + row.getString(2) + " " + row.getString(3),
                        row.getLong(4),
                        row.getLong(5),
                        LeafRow.bytes(row, "anchored_root")));
    String place = "anchor_log";
    if (found.size() != 1) {
      scan.found(Kind.HEAD, place, "want one row, got " + found.size());
      return;
    }
    Log log = found.get(0);
    scan.same(Kind.HEAD, place, "its name", "1 " + key.name() + " " + key, log.name());
    scan.same(Kind.HEAD, place, "tree_size", heads.size(), log.size());
    Optional<Row> newest =
        rows.stream()
            .filter(row -> row.is(AnchorState.FINAL))
            .reduce((one, other) -> one.size() > other.size() ? one : other);
    scan.same(Kind.HEAD, place, "anchored_size", newest.map(Row::size).orElse(0L), log.anchored());
    if (newest.isPresent() && !Arrays.equals(newest.get().root(), log.anchoredRoot())) {
      scan.found(Kind.HEAD, place, "its anchored root is not the newest anchor's");
    }
  }

  @SuppressWarnings("ArrayRecordComponent")
  private record Log(String name, long size, long anchored, byte[] anchoredRoot) {}

  private void compare(Row row) {
    String place = row.place();
    Optional<AnchorState> state =
        Arrays.stream(AnchorState.values()).filter(one -> row.is(one)).findFirst();
    if (!Arrays.equals(row.logId(), logId.value().bytes()) || state.isEmpty()) {
      scan.found(Kind.ANCHOR, place, "it is of another log, or in no state");
      return;
    }
    boolean open = row.openLogId() != null;
    boolean fits =
        open != state.get().isFinished()
            && (!open || Arrays.equals(row.openLogId(), logId.value().bytes()));
    if (!fits) {
      scan.found(Kind.ANCHOR, place, "open_log_id does not go with its state");
    }
    tree(row);
    boolean mined = row.is(AnchorState.MINED) || row.is(AnchorState.FINAL);
    boolean complete =
        row.hash().isPresent() && row.block().isPresent() && row.blockHash().isPresent();
    if (mined != complete || (!mined && row.hash().isPresent())) {
      scan.found(Kind.ANCHOR, place, "its place on the ledger does not go with its state");
    } else if (mined) {
      onLedger(row);
    }
  }

  private void tree(Row row) {
    boolean signed =
        scan.count("select count(*) from anchor_checkpoint where tree_size = ?", row.size()) == 1;
    if (!signed) {
      scan.found(Kind.CHECKPOINT, "checkpoint " + row.size(), "it is anchored, and not there");
    }
    Optional<Digest> root = heads.root(row.size());
    if (row.root().length != Digest.LENGTH || !root.equals(Optional.of(Digest.of(row.root())))) {
      scan.found(Kind.ANCHOR, row.place(), "its root is not that of the leaves");
      return;
    }
    if (row.previous() == 0) {
      if (row.proof().length > 0) {
        scan.found(Kind.ANCHOR, row.place(), "the first anchor has no consistency proof");
      }
      return;
    }
    Optional<Digest> before = heads.root(row.previous());
    boolean holds =
        before.isPresent()
            && row.proof().length % Digest.LENGTH == 0
            && row.previous() < row.size()
            && !(ProofCheck.consistency(
                    new TreeSize(row.previous()),
                    before.get(),
                    new TreeSize(row.size()),
                    root.orElseThrow(),
                    split(row.proof()))
                instanceof ProofResult.Invalid);
    if (!holds) {
      scan.found(Kind.ANCHOR, row.place(), "its consistency proof does not hold");
    }
  }

  private static List<Digest> split(byte[] all) {
    List<Digest> hashes = new ArrayList<>();
    for (int at = 0; at < all.length; at += Digest.LENGTH) {
      hashes.add(Digest.of(Arrays.copyOfRange(all, at, at + Digest.LENGTH)));
    }
    return hashes;
  }

  private void onLedger(Row row) {
    long block = row.block().orElse(-1L);
    Optional<AnchoredEvent> event;
    try {
      event =
          block < 0 ? Optional.empty() : ledger.anchored(logId, new TreeSize(row.size()), block);
    } catch (LedgerRejectedException refused) {
      // A block that is not there yet, or not there any more: said of this row, the others go on.
      scan.found(Kind.ANCHOR, row.place(), "the ledger refuses to answer for its block");
      return;
    }
    boolean fits =
        event
            .filter(
                it ->
                    Arrays.equals(it.transaction().value().bytes(), row.hash().orElseThrow())
                        && it.block().number() == block
                        && Arrays.equals(it.block().hash().bytes(), row.blockHash().orElseThrow())
                        && Arrays.equals(it.root().bytes(), row.root()))
            .isPresent();
    if (!fits) {
      scan.found(Kind.ANCHOR, row.place(), "the ledger has no such anchor there");
      return;
    }
    event
        .flatMap(it -> ledger.evidence(it.transaction(), it.block()))
        .ifPresent(evidence -> evidence(row, evidence));
  }

  /** What is kept because nodes prune it, as long as the node has it. */
  private void evidence(Row row, AnchorEvidence there) {
    if (row.header().isPresent() != row.receipt().isPresent()
        || (row.is(AnchorState.FINAL) && row.header().isEmpty())) {
      scan.found(Kind.ANCHOR, row.place(), "its block header or receipt is missing");
    } else if (row.header().isPresent()
        && !(same(row.header().get(), there.blockHeader())
            && same(row.receipt().get(), there.receipt()))) {
      scan.found(Kind.ANCHOR, row.place(), "its block header or receipt is not the ledger's");
    }
  }

  private static boolean same(String kept, String there) {
    try {
      return Arrays.equals(CanonicalJson.of(kept), CanonicalJson.of(there));
    } catch (CanonicalFormException edited) {
      return false;
    }
  }
}
