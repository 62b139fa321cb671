package org.fhiranchor.interceptors.store.scan;

import java.math.BigInteger;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.fhiranchor.interceptors.scan.Finding.Kind;
import org.fhiranchor.ledger.Address;
import org.fhiranchor.ledger.Block;
import org.fhiranchor.ledger.BlockRef;
import org.fhiranchor.ledger.Bytes;
import org.fhiranchor.ledger.ConsentChange;
import org.fhiranchor.ledger.ConsentId;
import org.fhiranchor.ledger.ConsentKey;
import org.fhiranchor.ledger.ConsentLedger;
import org.fhiranchor.ledger.ConsentPeriod;
import org.fhiranchor.ledger.LedgerConsent;
import org.fhiranchor.ledger.LedgerRejectedException;
import org.fhiranchor.merkle.Digest;

/**
 * The copy of the ledger's consents and how far it was read, held against the contract at one
 * block, and against the leaves.
 */
final class ConsentStateScan {
  private static final Kind STATE = Kind.CONSENT_STATE;

  private final Scanning scan;
  private final ConsentLedger ledger;
  private final Optional<BlockRef> at;
  private final Map<Long, List<ConsentChange>> changes = new HashMap<>();
  private final Set<String> linked = new HashSet<>();

  ConsentStateScan(Scanning scan, ConsentLedger ledger) {
    this.scan = scan;
    this.ledger = ledger;
    at = cursors();
  }

  private record Row(
      ConsentKey key,
      Optional<Digest> terms,
      String notBefore,
      String notAfter,
      Optional<Long> grantBlock,
      Optional<Bytes> grantTransaction,
      boolean revoked,
      Optional<Long> revokeBlock,
      Optional<Bytes> revokeTransaction) {
    static Row of(ResultSet row) throws SQLException {
      byte[] terms = LeafRow.bytes(row, "terms_hash");
      return new Row(
          new ConsentKey(
              new Address(row.getString("grantor")),
              new ConsentId(Digest.of(LeafRow.bytes(row, "ledger_id")))),
          terms.length == 0 ? Optional.empty() : Optional.of(Digest.of(terms)),
          ConsentScan.seconds(row.getString("not_before"), "0"),
          ConsentScan.seconds(row.getString("not_after"), "18446744073709551615"),
          VersionRow.number(row, "grant_block"),
          Optional.ofNullable(row.getBytes("grant_transaction")).map(Bytes::of),
          row.getBoolean("revoked"),
          VersionRow.number(row, "revoke_block"),
          Optional.ofNullable(row.getBytes("revoke_transaction")).map(Bytes::of));
    }

    String place() {
      return "consent_state of " + key.grantor().hex() + " " + key.id();
    }
  }

  /** The states of these links and of these patients' keys. */
  void read(List<ConsentScan.Link> links, Map<String, List<SubjectEvents.Event>> events) {
    Map<ConsentKey, List<SubjectEvents.Event>> keys = new HashMap<>();
    for (ConsentScan.Link link : links) {
      if (link.ledgerId().length == Digest.LENGTH) {
        linked.add(link.ledgerIdHex());
        List<SubjectEvents.Event> said = events.getOrDefault(link.patient(), List.of());
        ConsentId id = new ConsentId(Digest.of(link.ledgerId()));
        said.stream()
            .filter(
                event -> event.statement() instanceof org.fhiranchor.merkle.Statement.KeyBinding)
            .map(event -> ((org.fhiranchor.merkle.Statement.KeyBinding) event.statement()).key())
            .distinct()
            .forEach(address -> keys.put(new ConsentKey(new Address(address), id), said));
      }
    }
    Map<ConsentKey, Row> rows = rows(links);
    rows.keySet().forEach(key -> keys.putIfAbsent(key, List.of()));
    Map<ConsentKey, LedgerConsent> states = states(List.copyOf(keys.keySet()));
    keys.forEach(
        (key, said) -> compare(key, Optional.ofNullable(rows.get(key)), states.get(key), said));
  }

  private Map<ConsentKey, Row> rows(List<ConsentScan.Link> links) {
    Map<ConsentKey, Row> rows = new HashMap<>();
    if (!links.isEmpty()) {
      scan.jdbc()
          .query(
              "select s.* from unnest(cast(? as bytea array)) as k(id) join consent_state s on"
                  + " s.ledger_id = k.id",
              VersionScan.arrays(
                  new Object[][] {links.stream().map(ConsentScan.Link::ledgerId).toArray()}),
              row -> {
                readable(row).ifPresent(found -> rows.put(found.key(), found));
              });
    }
    return rows;
  }

  private Optional<Row> readable(ResultSet row) throws SQLException {
    try {
      return Optional.of(Row.of(row));
    } catch (IllegalArgumentException | ArithmeticException edited) {
      scan.found(STATE, "consent_state of " + row.getString("grantor"), "it cannot be read");
      return Optional.empty();
    }
  }

  private Map<ConsentKey, LedgerConsent> states(List<ConsentKey> keys) {
    Map<ConsentKey, LedgerConsent> states = new HashMap<>();
    if (at.isEmpty()) {
      return states;
    }
    for (int from = 0; from < keys.size(); from += ConsentLedger.MAX_KEYS) {
      List<ConsentKey> some =
          keys.subList(from, Math.min(keys.size(), from + ConsentLedger.MAX_KEYS));
      var answer = ledger.statesOf(at.get(), some);
      some.forEach(key -> states.put(key, answer.of(key)));
    }
    return states;
  }

  private void compare(
      ConsentKey key,
      Optional<Row> row,
      @org.jspecify.annotations.Nullable LedgerConsent state,
      List<SubjectEvents.Event> said) {
    String grantor = key.grantor().hex();
    List<SubjectEvents.Event> about =
        said.stream().filter(event -> event.isAbout(grantor, key.id().toString())).toList();
    boolean forGood =
        about.stream().anyMatch(event -> event.is("revoked") && event.fact("block").isEmpty());
    String place = "consent_state of " + grantor + " " + key.id();
    boolean known = state != null && state.status() != LedgerConsent.Status.NONE;
    if (row.isEmpty()) {
      if (known || forGood) {
        scan.found(STATE, place, "it is missing");
      }
      return;
    }
    if (state != null) {
      compare(row.get(), state, forGood);
    }
    places(row.get());
  }

  private void compare(Row row, LedgerConsent state, boolean forGood) {
    boolean revoked = state.status() == LedgerConsent.Status.REVOKED || forGood;
    scan.same(STATE, row.place(), "revoked", revoked, row.revoked());
    scan.same(STATE, row.place(), "grant_block", state.grantedBlock(), row.grantBlock());
    Optional<Bytes> hash =
        row.terms()
            .map(
                terms ->
                    ledger.grantHash(
                        terms,
                        new ConsentPeriod(
                            new BigInteger(row.notBefore()), new BigInteger(row.notAfter()))));
    if (!hash.equals(state.grantHash())) {
      scan.found(STATE, row.place(), "its terms or period are not the granted ones");
    }
    boolean place = state.status() == LedgerConsent.Status.REVOKED;
    scan.same(STATE, row.place(), "revoke_block is there", place, row.revokeBlock().isPresent());
  }

  /** The transactions that the row names did what it says. */
  private void places(Row row) {
    if (row.grantBlock().isPresent() != row.grantTransaction().isPresent()
        || row.revokeBlock().isPresent() != row.revokeTransaction().isPresent()) {
      scan.found(STATE, row.place(), "a block without its transaction");
      return;
    }
    row.grantBlock()
        .ifPresent(block -> happened(row, block, row.grantTransaction().orElseThrow(), true));
    row.revokeBlock()
        .ifPresent(block -> happened(row, block, row.revokeTransaction().orElseThrow(), false));
  }

  private void happened(Row row, long block, Bytes transaction, boolean grant) {
    boolean found =
        changes(block).stream()
            .anyMatch(
                change ->
                    change.key().equals(row.key())
                        && change instanceof ConsentChange.Granted == grant
                        && Bytes.of(change.place().transaction().value().bytes())
                            .equals(transaction));
    if (!found) {
      scan.found(
          STATE,
          row.place(),
          "no such %s in block %d".formatted(grant ? "grant" : "revocation", block));
    }
  }

  private List<ConsentChange> changes(long block) {
    if (block < 0 || at.filter(newest -> block <= newest.number()).isEmpty()) {
      return List.of();
    }
    return changes.computeIfAbsent(block, number -> ledger.changes(number, number));
  }

  /** Each row is a block of the ledger; the newest is the one that states are compared at. */
  private Optional<BlockRef> cursors() {
    List<Cursor> cursors = new ArrayList<>();
    String contract = ledger.domain().contract().hex();
    scan.jdbc()
        .query(
            "select contract, block_number, block_hash, event_number from ledger_cursor order by"
                + " block_number",
            row -> {
              cursors.add(
                  new Cursor(
                      row.getString(1),
                      row.getLong(2),
                      LeafRow.bytes(row, "block_hash"),
                      row.getLong(4)));
            });
    Optional<BlockRef> newest = Optional.empty();
    for (int i = 0; i < cursors.size(); i++) {
      Cursor cursor = cursors.get(i);
      if (i > 0 && cursor.events() < cursors.get(i - 1).events()) {
        scan.found(Kind.CURSOR, cursor.place(), "its event_number is less than one before it");
      }
      Optional<BlockRef> block = confirmed(cursor, contract, i == cursors.size() - 1);
      newest = block.isPresent() ? block : newest;
    }
    return newest;
  }

  @SuppressWarnings("ArrayRecordComponent")
  private record Cursor(String contract, long block, byte[] hash, long events) {
    String place() {
      return "ledger_cursor " + block;
    }
  }

  private Optional<BlockRef> confirmed(Cursor cursor, String contract, boolean last) {
    String place = cursor.place();
    Optional<BlockRef> block =
        cursor.block() < 0
            ? Optional.empty()
            : ledger
                .block(cursor.block())
                .map(Block::ref)
                .filter(ref -> java.util.Arrays.equals(ref.hash().bytes(), cursor.hash()));
    if (!cursor.contract().equals(contract)) {
      scan.found(Kind.CURSOR, place, "it is of another contract");
      return Optional.empty();
    }
    if (block.isEmpty()) {
      scan.found(Kind.CURSOR, place, "the ledger has no such block");
    } else {
      events(cursor, block.get(), last);
    }
    return block;
  }

  private void events(Cursor cursor, BlockRef block, boolean last) {
    long number;
    try {
      number = ledger.lastNumber(block);
    } catch (LedgerRejectedException pruned) {
      // Nodes keep the state of their newest blocks alone: of older ones the order is compared.
      if (last) {
        throw pruned;
      }
      return;
    }
    scan.same(Kind.CURSOR, cursor.place(), "event_number", number, cursor.events());
  }

  /** States of no link, and the numbers that tell nodes of changes. */
  void end() {
    Set<String> others =
        scan
            .jdbc()
            .query(
                "select s.grantor, s.ledger_id from consent_state s where not exists (select 1 from"
                    + " consent_link l where l.ledger_id = s.ledger_id)",
                (row, n) ->
                    row.getString(1) + " " + Bytes.of(LeafRow.bytes(row, "ledger_id")).hex())
            .stream()
            .collect(Collectors.toSet());
    others.forEach(
        place -> scan.found(STATE, "consent_state of " + place, "it is no Consent's of ours"));
    long newest = scan.count("select coalesce(max(revision), 0) from consent_state");
    long oldest = scan.count("select coalesce(min(revision), 1) from consent_state");
    List<Long> numbers =
        scan.jdbc().queryForList("select revision from consent_follow where id = 1", Long.class);
    if (numbers.size() != 1
        || scan.count("select count(*) from consent_follow") != 1
        || numbers.get(0) < newest
        || oldest < 1) {
      scan.found(Kind.CURSOR, "consent_follow", "its number is before that of a state");
    }
    long read = at.map(BlockRef::number).orElse(-1L);
    long block =
        scan.count(
            "select coalesce(max(greatest(coalesce(grant_block, -1), coalesce(revoke_block, -1))),"
                + " -1) from consent_state");
    if (block > read) {
      scan.found(Kind.CURSOR, "ledger_cursor", "a state is newer than what was read");
    }
  }
}
