package org.fhiranchor.interceptors.store.scan;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import org.fhiranchor.interceptors.log.PendingLeaf;
import org.fhiranchor.interceptors.log.PendingSeal;
import org.fhiranchor.interceptors.scan.Finding.Kind;
import org.fhiranchor.merkle.CanonicalFormException;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.Salt;
import org.fhiranchor.merkle.Statement;
import org.springframework.jdbc.core.RowCallbackHandler;

/** The leaves that wait for their place: each under its seal, and none of them twice. */
final class PendingScan {
  private final Scanning scan;
  private final PendingSeal seals;
  private final List<PendingLeaf> leaves = new ArrayList<>();
  private final Map<String, Statement.ResourceVersion> newest = new HashMap<>();
  private final Set<Digest> records = new HashSet<>();

  PendingScan(Scanning scan, PendingSeal seals) {
    this.scan = scan;
    this.seals = seals;
  }

  /** Reads all of them: the sequencer keeps them few. */
  void run() {
    Set<Salt> salts = new HashSet<>();
    RowCallbackHandler each =
        row -> {
          String place = "pending row " + row.getLong("pending_id");
          byte[] statement = LeafRow.bytes(row, "statement");
          Optional<PendingLeaf> leaf =
              leaf(statement, LeafRow.bytes(row, "salt"), LeafRow.bytes(row, "record"));
          byte[] seal = LeafRow.bytes(row, "seal");
          boolean genuine =
              leaf.filter(one -> seals.fits(seal, one)).isPresent()
                  && row.getBytes("record") != null
                  && leaf.get().statement().chain().equals(row.getString("chain"))
                  && Objects.equals(
                      LeafRow.versionOf(leaf.get().statement()), row.getString("version_id"))
                  && java.util.Arrays.equals(leaf.get().statement().canonicalBytes(), statement);
          if (!genuine) {
            scan.found(Kind.PENDING, place, "it has no valid seal");
          } else if (!salts.add(leaf.get().salt()) || hasPlace(leaf.get())) {
            scan.found(Kind.PENDING, place, "this leaf is there already");
          } else {
            keep(leaf.get());
          }
        };
    scan.jdbc()
        .query(
            "select pending_id, statement, salt, version_id, chain, record, seal from"
                + " anchor_pending order by pending_id",
            each);
  }

  private boolean hasPlace(PendingLeaf leaf) {
    return scan.count(
            "select count(*) from anchor_leaf where chain = ? and salt = ?",
            leaf.statement().chain(),
            leaf.salt().bytes())
        > 0;
  }

  private static Optional<PendingLeaf> leaf(byte[] statement, byte[] salt, byte[] record) {
    try {
      return Optional.of(
          new PendingLeaf(Statement.parse(statement), Salt.of(salt), new String(record, UTF_8)));
    } catch (CanonicalFormException | IllegalArgumentException unreadable) {
      return Optional.empty();
    }
  }

  private void keep(PendingLeaf leaf) {
    leaves.add(leaf);
    if (leaf.statement() instanceof Statement.ResourceVersion version) {
      newest.put(version.chain(), version);
    } else if (leaf.statement() instanceof Statement.Disclosure disclosure) {
      records.add(disclosure.record());
    }
  }

  /** Each version that waits, with its who/why record. */
  void versions(BiConsumer<Statement.ResourceVersion, String> each) {
    leaves.forEach(
        leaf -> {
          if (leaf.statement() instanceof Statement.ResourceVersion version) {
            each.accept(version, leaf.record());
          }
        });
  }

  /** The newest version of a chain that waits. */
  Optional<Statement.ResourceVersion> newest(String chain) {
    return Optional.ofNullable(newest.get(chain));
  }

  /** All that wait. */
  List<PendingLeaf> all() {
    return List.copyOf(leaves);
  }

  /** Whether the record of a disclosure waits. */
  boolean waits(Digest record) {
    return records.contains(record);
  }
}
