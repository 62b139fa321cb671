package org.fhiranchor.interceptors.gate;

import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.fhiranchor.interceptors.scan.Finding.Kind;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;

/** What somebody with the database alone may do to any table, at random (EXP-6). */
final class StoreAlterations {
  /**
   * A table, the columns whose every change has to be found, and what its findings are about.
   *
   * @param rows which of its rows are altered
   * @param deleted which of its rows are taken out; empty for none
   */
  private record Target(
      String table, String columns, Set<Kind> kinds, String rows, Optional<String> deleted) {
    static Target of(String table, String columns, String deleted, Kind... kinds) {
      return new Target(table, columns, Set.of(kinds), "1 = 1", Optional.of(deleted));
    }

    Target where(String which) {
      return new Target(table, columns, kinds, which, deleted);
    }
  }

  private static final String ALL = "1 = 1";
  private static final String NONE = "1 = 0";
  private static final String LINKED =
      "exists (select 1 from consent_state s where s.ledger_id = consent_link.ledger_id)";

  private static final List<Target> TARGETS =
      List.of(
          Target.of(
              "hfj_res_ver",
              "res_ver res_type res_text_vc res_text_vc res_text_vc res_updated res_deleted_at"
                  + " res_encoding res_published request_id source_uri has_tags res_version",
              ALL,
              Kind.VERSION,
              Kind.RESOURCE),
          Target.of(
              "hfj_resource",
              "res_ver res_type fhir_id res_updated res_deleted_at res_published sp_has_links"
                  + " has_tags",
              NONE,
              Kind.VERSION,
              Kind.RESOURCE),
          Target.of("hfj_resource", "hash_sha256", NONE, Kind.RESOURCE)
              .where("res_deleted_at is null"),
          Target.of(
              "hfj_res_link",
              "src_path src_resource_id target_resource_id target_resource_type"
                  + " target_resource_url target_resource_version source_resource_type",
              ALL,
              Kind.LINK,
              Kind.RESOURCE),
          Target.of("binary_reference", "target source", ALL, Kind.BINARY_REFERENCE),
          Target.of(
              "anchor_leaf",
              "leaf_index chain version_id kind statement salt commitment record",
              ALL,
              Kind.LEAF),
          Target.of("anchor_tile", "tile_level tile_index width hashes", ALL, Kind.TILE),
          Target.of("anchor_checkpoint", "tree_size note", NONE, Kind.CHECKPOINT),
          new Target(
              "anchor_checkpoint",
              "note",
              Set.of(Kind.CHECKPOINT, Kind.HEAD, Kind.LEAF, Kind.ANCHOR),
              ALL,
              Optional.of(
                  "tree_size in (select tree_size from anchor_transaction) or tree_size = (select"
                      + " max(tree_size) from anchor_checkpoint)")),
          Target.of(
              "anchor_log",
              "id origin verifier_key tree_size root anchored_size anchored_root",
              ALL,
              Kind.HEAD),
          Target.of(
              "anchor_transaction",
              "log_id open_log_id previous_size tree_size root consistency_proof state mined_hash"
                  + " block_number block_hash block_header receipt",
              ALL,
              Kind.ANCHOR,
              Kind.HEAD),
          Target.of(
              "anchor_pending",
              "statement salt version_id chain record seal",
              ALL,
              Kind.PENDING,
              Kind.VERSION,
              Kind.DISCLOSURE),
          Target.of(
              "disclosure",
              "subject asker emergency recorded_millis digest content",
              ALL,
              Kind.DISCLOSURE),
          Target.of("disclosure_key", "id fingerprint", ALL, Kind.DISCLOSURE),
          Target.of("disclosure_content_keys", "id name", ALL, Kind.DISCLOSURE),
          Target.of(
              "subject_key",
              "patient address custody sealed bound_block removed_block",
              ALL,
              Kind.KEY_BINDING),
          Target.of("subject_salt", "patient", ALL, Kind.KEY_BINDING),
          Target.of(
                  "consent_link",
                  "consent_id patient ledger_id salt grantor terms_hash not_before not_after",
                  LINKED,
                  Kind.CONSENT_LINK,
                  Kind.CONSENT_STATE)
              .where(LINKED),
          Target.of(
              "consent_state",
              "grantor ledger_id terms_hash not_before not_after grant_block grant_transaction"
                  + " revoked revoke_block revoke_transaction",
              ALL,
              Kind.CONSENT_STATE,
              Kind.CURSOR),
          Target.of("consent_follow", "id", ALL, Kind.CURSOR),
          Target.of(
              "ledger_cursor", "contract block_number block_hash event_number", NONE, Kind.CURSOR),
          Target.of("gate_binding", "kind name holder seal", NONE, Kind.HOLDER),
          Target.of(
              "ledger_call",
              "chain_id account kind open_subject contract data gas grantor ledger_id deadline"
                  + " state nonce open_nonce transaction_hash raw max_fee_per_gas"
                  + " max_priority_fee_per_gas",
              NONE,
              Kind.CALL),
          Target.of("ledger_account", "next_nonce account", ALL, Kind.CALL));

  private final JdbcTemplate jdbc;
  private final Random random;

  StoreAlterations(JdbcTemplate jdbc, Random random) {
    this.jdbc = jdbc;
    this.random = random;
  }

  /** An alteration that was made: what it was, and what the scan has to find. */
  record Made(String what, Set<Kind> kinds) {}

  /** One alteration that changed something. */
  Made one() {
    while (true) {
      Target target = TARGETS.get(random.nextInt(TARGETS.size()));
      Optional<String> made =
          switch (random.nextInt(8)) {
            case 0 -> delete(target);
            case 1 -> copy(target);
            default -> change(target);
          };
      if (made.isPresent()) {
        return new Made(target.table() + ": " + made.get(), target.kinds());
      }
    }
  }

  private Optional<Long> row(String table, String where) {
    List<Long> rows =
        jdbc.queryForList(
            "select _rowid_ from " + table + " where " + where + " order by _rowid_", Long.class);
    return rows.isEmpty() ? Optional.empty() : Optional.of(rows.get(random.nextInt(rows.size())));
  }

  private Optional<String> delete(Target target) {
    return target
        .deleted()
        .flatMap(which -> row(target.table(), which))
        .filter(row -> update("delete from %s where _rowid_ = ?".formatted(target.table()), row))
        .map(row -> "row %d deleted".formatted(row));
  }

  /** A second row that differs in its key alone. */
  private Optional<String> copy(Target target) {
    String sql =
        switch (target.table()) {
          case "hfj_res_ver" ->
              "insert into hfj_res_ver (pid, res_id, res_type, res_ver, res_version, has_tags,"
                  + " res_published, res_updated, res_encoding, request_id, res_text_vc) select"
                  + " pid + 1000000, res_id, res_type, res_ver + 7, res_version, has_tags,"
                  + " res_published, res_updated, res_encoding, request_id, res_text_vc from"
                  + " hfj_res_ver where _rowid_ = ?";
          case "hfj_res_link" ->
              "insert into hfj_res_link (pid, src_path, src_resource_id, source_resource_type,"
                  + " target_resource_id, target_resource_type) select pid + 1000000, src_path,"
                  + " src_resource_id, source_resource_type, target_resource_id,"
                  + " target_resource_type from hfj_res_link where _rowid_ = ?";
          case "anchor_leaf" ->
              "insert into anchor_leaf select leaf_index + 100000, chain, version_id, kind,"
                  + " statement, salt, commitment, record from anchor_leaf where _rowid_ = ?";
          case "anchor_tile" ->
              "insert into anchor_tile select tile_level, tile_index + 100000, width, hashes from"
                  + " anchor_tile where _rowid_ = ?";
          case "anchor_pending" ->
              "insert into anchor_pending (statement, salt, version_id, chain, record, seal) select"
                  + " statement, salt, version_id, chain, record, seal from anchor_pending where"
                  + " _rowid_ = ?";
          case "disclosure" ->
              "insert into disclosure (subject, emergency, recorded_millis, digest, content) select"
                  + " subject, emergency, recorded_millis, digest, content from disclosure where"
                  + " _rowid_ = ?";
          case "subject_key" ->
              "insert into subject_key (patient, address, custody, sealed, bound_block) select"
                  + " patient, address, custody, sealed, bound_block from subject_key where _rowid_"
                  + " = ?";
          default -> "";
        };
    return sql.isEmpty()
        ? Optional.empty()
        : row(target.table(), target.rows())
            .filter(row -> update(sql, row))
            .map(row -> "row %d copied".formatted(row));
  }

  private Optional<String> change(Target target) {
    String[] columns = target.columns().split(" ", -1);
    String column = columns[random.nextInt(columns.length)];
    Optional<Long> row = row(target.table(), target.rows());
    if (row.isEmpty()) {
      return Optional.empty();
    }
    @Nullable Object before = value(target.table(), column, row.get());
    @Nullable Object after = random.nextInt(3) == 0 ? another(target, column) : edited(before);
    // Without an asker is what older versions wrote; it is noted again.
    boolean same = Objects.deepEquals(before, after) || (column.equals("asker") && after == null);
    String sql = "update %s set %s = ? where _rowid_ = ?".formatted(target.table(), column);
    return !same && update(sql, after, row.get())
        ? Optional.of(
            "%s of row %d: %s to %s".formatted(column, row.get(), word(before), word(after)))
        : Optional.empty();
  }

  private @Nullable Object value(String table, String column, long row) {
    Map<String, Object> found =
        jdbc.queryForMap("select %s from %s where _rowid_ = ?".formatted(column, table), row);
    return plain(found.values().iterator().next());
  }

  private static @Nullable Object plain(@Nullable Object found) {
    return found instanceof java.sql.Clob clob ? text(clob) : found;
  }

  private static String text(java.sql.Clob clob) {
    try {
      return clob.getSubString(1, (int) clob.length());
    } catch (java.sql.SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private @Nullable Object another(Target target, String column) {
    return row(target.table(), ALL).map(row -> value(target.table(), column, row)).orElse(null);
  }

  private @Nullable Object edited(@Nullable Object before) {
    if (before == null) {
      return null;
    }
    if (random.nextInt(8) == 0) {
      return null;
    }
    if (before instanceof byte[] bytes) {
      return edited(bytes);
    }
    if (before instanceof String text) {
      return edited(text);
    }
    if (before instanceof Boolean flag) {
      return !flag;
    }
    if (before instanceof Timestamp at) {
      return new Timestamp(
          at.getTime() + (random.nextBoolean() ? 1L : -1L) * (1 + random.nextInt(3_600_000)));
    }
    if (before instanceof java.math.BigDecimal number) {
      return number.add(java.math.BigDecimal.ONE);
    }
    return ((Number) before).longValue() + (random.nextBoolean() ? 1 : -1);
  }

  private byte[] edited(byte[] bytes) {
    if (bytes.length == 0) {
      return new byte[] {1};
    }
    if (random.nextInt(6) == 0) {
      return Arrays.copyOf(bytes, random.nextInt(bytes.length));
    }
    byte[] flipped = bytes.clone();
    flipped[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
    return flipped;
  }

  private String edited(String text) {
    if (text.isEmpty()) {
      return "x";
    }
    int at = random.nextInt(text.length());
    char other = (char) ('a' + random.nextInt(26));
    return text.charAt(at) == other
        ? text + other
        : text.substring(0, at) + other + text.substring(at + 1);
  }

  private boolean update(String sql, @Nullable Object... arguments) {
    try {
      return jdbc.update(sql, arguments) > 0;
    } catch (DataAccessException notOfThatKind) {
      // The database itself refuses it: not an alteration.
      return false;
    }
  }

  private static String word(@Nullable Object value) {
    String text =
        value instanceof byte[] bytes
            ? java.util.HexFormat.of().formatHex(bytes)
            : String.valueOf(value);
    return text.length() > 80 ? text.substring(0, 80) + "…" : text;
  }

  /** The tables that are altered. */
  static List<String> tables() {
    List<String> tables = new ArrayList<>();
    TARGETS.forEach(target -> tables.add(target.table()));
    return tables.stream().distinct().toList();
  }
}
