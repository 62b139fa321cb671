package org.fhiranchor.interceptors.gate;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.Salt;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;

/** What somebody with the database tries, each of which would show the reader something. */
final class Forgeries {
  private final ForgeryWorld world;
  private final JdbcTemplate jdbc;

  Forgeries(ForgeryWorld world) {
    this.world = world;
    this.jdbc = world.jdbc;
  }

  /**
   * An edit that would permit something if the database were believed.
   *
   * @param names a part of what health must say of it
   */
  record Forgery(String what, String names, Consumer<Random> edit) {}

  private Forgery forgery(String what, String names, String... statements) {
    return new Forgery(
        what,
        names,
        random -> {
          for (String statement : statements) {
            jdbc.update(statement);
          }
        });
  }

  private static String version(String id, String change) {
    return "update hfj_res_ver set %s where res_id = (select res_id from hfj_resource where fhir_id = '%s')"
        .formatted(change, id);
  }

  private static String text(String id, String from, String to) {
    return version(id, "res_text_vc = replace(res_text_vc, '%s', '%s')".formatted(from, to));
  }

  private static String resource(String id, String change) {
    return "update hfj_resource set %s where fhir_id = '%s'".formatted(change, id);
  }

  private static String state(String patient, String change) {
    return "update consent_state set %s where ledger_id = (select ledger_id from consent_link where consent_id = 'c-%s')"
        .formatted(change, patient);
  }

  private static final String BUMP = "revision = (select max(revision) + 1 from consent_state)";

  List<Forgery> all() {
    List<Forgery> all = new ArrayList<>();
    String unrevoked = "revoked = false, revoke_block = null, revoke_transaction = null";
    all.add(forgery("a revocation is taken out", "c-frevoked", state("frevoked", unrevoked)));
    all.add(
        forgery(
            "a revocation is taken out, and every node is told",
            "consent_state",
            state("frevoked", unrevoked + ", " + BUMP)));
    all.add(
        forgery(
            "a revocation is taken out, its call and the cursor too",
            "c-frevoked",
            state("frevoked", unrevoked),
            "delete from ledger_call where kind = 'REVOCATION'",
            "update ledger_cursor set event_number = event_number"));
    all.add(
        forgery(
            "the numbers of changes begin anew",
            "consent_follow",
            "update consent_follow set revision = 0"));
    all.add(
        forgery(
            "another reader is named",
            "c-fother",
            text("c-fother", ForgeryWorld.DOCTOR, ForgeryWorld.READER)));
    all.add(
        new Forgery(
            "another reader is named, and the granted terms with them", "c-fother", this::terms));
    String deny = "d-fdenied";
    all.add(forgery("a deny permits", deny, text(deny, "deny", "permit")));
    all.add(forgery("a deny is inactive", deny, text(deny, "\"active\"", "\"inactive\"")));
    all.add(forgery("a deny is another patient's", deny, text(deny, "fdenied", "fopen")));
    all.add(forgery("a deny names another", deny, text(deny, ForgeryWorld.READER, "nobody")));
    all.add(forgery("a deny is torn", deny, text(deny, "{", "[")));
    all.add(
        forgery(
            "a deny is deleted",
            deny,
            resource(deny, "res_deleted_at = res_updated"),
            version(deny, "res_deleted_at = res_updated")));
    all.add(forgery("a deny is another id's", deny, resource(deny, "fhir_id = 'd-gone'")));
    all.add(forgery("a deny is of another type", deny, resource(deny, "res_type = 'Basic'")));
    all.add(
        forgery(
            "the reader joins a team",
            "CareTeam/forging-team",
            text("forging-team", ForgeryWorld.DOCTOR, ForgeryWorld.READER)));
    all.add(
        forgery(
            "the reader leaves a team that is denied",
            "CareTeam/forging-deniers",
            text("forging-deniers", ForgeryWorld.READER, "nobody")));
    all.add(
        forgery(
            "a team that is denied is deleted",
            "CareTeam/forging-deniers",
            resource("forging-deniers", "res_deleted_at = res_updated")));
    all.add(
        forgery(
            "an inactive consent is active",
            "c-finactive",
            text("c-finactive", "\"inactive\"", "\"active\"")));
    all.add(
        forgery(
            "the version before is the newest",
            "c-finactive",
            resource("c-finactive", "res_ver = 1")));
    all.add(
        forgery(
            "a deleted consent is back",
            "c-fdeleted",
            resource("c-fdeleted", "res_deleted_at = null, res_ver = 1")));
    all.add(
        new Forgery("a consent is granted by a row", "consent_state", random -> grantRow(false)));
    all.add(
        new Forgery(
            "a consent is granted by a new row", "consent_state", random -> grantRow(true)));
    all.add(new Forgery("a wallet is bound by a row", "c-fwallet", random -> bindWallet(false)));
    all.add(
        new Forgery(
            "a wallet is bound, and its grant is there", "c-fwallet", random -> bindWallet(true)));
    all.add(
        forgery(
            "a key of before is bound again",
            "c-frotated",
            "update subject_key set removed_block = null where patient = 'frotated'"));
    all.add(
        forgery(
            "a key of before was bound later",
            "c-frotated",
            "update subject_key set bound_block = 0, removed_block = 1000000 where patient ="
                + " 'frotated'"));
    all.add(
        forgery(
            "a link leads to another's grant",
            "c-flinked",
            "update consent_link set ledger_id = salt where consent_id = 'd-flinked'",
            "update consent_link set (ledger_id, salt) = (select ledger_id, salt from"
                + " save_consent_link where consent_id = 'd-flinked') where consent_id = 'c-flinked'"));
    return all;
  }

  /** As the terms are now, so that the ledger alone says that they were never granted. */
  private void terms(Random random) {
    jdbc.update(text("c-fother", ForgeryWorld.DOCTOR, ForgeryWorld.READER));
    Digest terms = world.terms("c-fother", world.salt("c-fother"));
    jdbc.update(state("fother", "terms_hash = ?"), (Object) terms.bytes());
  }

  private void grantRow(boolean told) {
    jdbc.update(
        "insert into consent_state (grantor, ledger_id, terms_hash, grant_block, grant_transaction,"
            + " revoked, revision) select k.address, l.ledger_id, ?, k.bound_block + 1, l.ledger_id,"
            + " false, (select max(revision) + ? from consent_state) from consent_link l join"
            + " subject_key k on k.patient = l.patient where l.consent_id = 'c-fungranted'",
        world.terms("c-fungranted", world.salt("c-fungranted")).bytes(),
        told ? 1 : 0);
  }

  private void bindWallet(boolean withState) {
    jdbc.update(
        "insert into subject_key (patient, address, custody, bound_block) values ('fwallet', ?,"
            + " 'holder', 0)",
        world.wallet());
    jdbc.update(
        "insert into consent_link (consent_id, patient, ledger_id, salt) values ('c-fwallet',"
            + " 'fwallet', ?, ?)",
        world.walletId(),
        world.walletSalt());
    if (withState) {
      jdbc.update(
          "insert into consent_state (grantor, ledger_id, terms_hash, grant_block, revoked,"
              + " revision) values (?, ?, ?, 2, false, (select max(revision) + 1 from"
              + " consent_state))",
          world.wallet(),
          world.walletId(),
          world.terms("c-fwallet", Salt.of(world.walletSalt())).bytes());
    }
  }

  private static final List<String> COLUMNS =
      Stream.of(
              "subject_key: patient address custody sealed bound_block removed_block",
              "subject_salt: patient salt",
              "consent_link: consent_id patient ledger_id salt grantor terms_hash not_after"
                  + " deadline",
              "consent_state: grantor ledger_id terms_hash not_before not_after grant_block revoked"
                  + " revoke_block revision",
              "consent_follow: revision",
              "ledger_cursor: block_number block_hash event_number",
              "gate_binding: holder name seal",
              "hfj_resource: res_ver res_deleted_at res_type fhir_id res_updated",
              "hfj_res_ver: res_ver res_deleted_at res_text_vc res_updated res_encoding")
          .flatMap(Forgeries::ofTable)
          .toList();

  private static Stream<String> ofTable(String table) {
    int colon = table.indexOf(':');
    return Stream.of(table.substring(colon + 2).split(" ", -1))
        .map(column -> table.substring(0, colon) + "." + column);
  }

  /** Every column that a random edit may touch, as {@code table.column}. */
  List<String> columns() {
    return COLUMNS;
  }

  /** This column of one row: another row's value, nothing, or a larger or smaller number. */
  boolean random(Random random, String tableAndColumn) {
    int dot = tableAndColumn.indexOf('.');
    String table = tableAndColumn.substring(0, dot);
    String column = tableAndColumn.substring(dot + 1);
    boolean hapi = table.startsWith("hfj");
    String ours = hapi ? " where res_id in (select res_id from save_resource)" : "";
    String[] values = {
      "(select %s from %s%s order by random_uuid() limit 1)".formatted(column, table, ours),
      "null",
      column + " + 1",
      column + " - 1",
      "not " + column
    };
    String value = values[random.nextInt(values.length)];
    try {
      List<Object> rows = jdbc.queryForList("select _rowid_ from " + table + ours, Object.class);
      if (rows.isEmpty()) {
        return false;
      }
      Object row = rows.get(random.nextInt(rows.size()));
      String sql = "update %s set %s = %s where _rowid_ = ?".formatted(table, column, value);
      return jdbc.update(sql, row) > 0;
    } catch (DataAccessException notOfThatType) {
      // The database itself refuses it: not an edit.
      return false;
    }
  }
}
