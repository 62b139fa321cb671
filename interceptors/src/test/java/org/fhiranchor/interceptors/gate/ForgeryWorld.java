package org.fhiranchor.interceptors.gate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.math.BigInteger;
import java.net.http.HttpResponse;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.fhiranchor.consent.decide.ConsentResourceId;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.interceptors.consent.following.ConsentFollowing;
import org.fhiranchor.interceptors.consent.following.ConsentIndexLoader;
import org.fhiranchor.interceptors.consent.following.StoredConsents;
import org.fhiranchor.interceptors.consent.following.SubjectKey;
import org.fhiranchor.interceptors.consent.following.SubjectKeys;
import org.fhiranchor.interceptors.consent.operations.ConsentRelay;
import org.fhiranchor.interceptors.log.EditedRows;
import org.fhiranchor.interceptors.log.LogStore;
import org.fhiranchor.ledger.Bytes;
import org.fhiranchor.ledger.ConsentGrant;
import org.fhiranchor.ledger.ConsentId;
import org.fhiranchor.ledger.ConsentLedger;
import org.fhiranchor.ledger.ConsentPeriod;
import org.fhiranchor.ledger.LedgerConsent;
import org.fhiranchor.ledger.evm.ConsentTypedData;
import org.fhiranchor.ledger.evm.PatientKey;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.Salt;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Patients of whom a reader must see nothing, each for another reason that stands in the database,
 * and one of whom they may. Somebody who has only the database, a wallet and the reader's token
 * tries to change that.
 */
final class ForgeryWorld {
  static final String READER = "forging-reader";
  static final String DOCTOR = "forging-doctor";

  /** Permitted before and after: a world in which nothing is shown would prove nothing. */
  static final String OPEN = "fopen";

  /** Nothing of these may be shown to the reader. */
  static final List<String> HIDDEN =
      List.of(
          "frevoked",
          "fother",
          "fdenied",
          "fteam",
          "finactive",
          "fdeleted",
          "fungranted",
          "fwallet",
          "frotated",
          "fdenyteam",
          "flinked");

  /** What an edit may have changed, without what belongs to other patients. */
  private static final List<String> OURS =
      List.of("subject_key", "subject_salt", "consent_link", "consent_state", "gate_binding");

  private static final String TYPES =
      "res_type in ('Consent', 'CareTeam', 'Group') or fhir_id like 'forging%'";

  private final GatedServer server;
  final JdbcTemplate jdbc;
  private final PatientKey wallet = PatientKey.generate(new SecureRandom());
  private final PatientKey former = PatientKey.generate(new SecureRandom());
  private final Salt walletSalt = Salt.random(new SecureRandom());
  private final Digest walletId = Digest.sha256(walletSalt.bytes());

  ForgeryWorld(GatedServer server) {
    this.server = server;
    this.jdbc = new JdbcTemplate(server.server().bean(DataSource.class));
  }

  String wallet() {
    return wallet.address().hex();
  }

  String former() {
    return former.address().hex();
  }

  byte[] walletSalt() {
    return walletSalt.bytes();
  }

  byte[] walletId() {
    return walletId.bytes();
  }

  void build() {
    for (String patient : HIDDEN) {
      person(patient);
    }
    person(OPEN);
    team("forging-team", DOCTOR);
    team("forging-deniers", READER);
    granted("frevoked", consent("frevoked", READER));
    server.revoke("c-frevoked", "frevoked");
    granted("fother", consent("fother", DOCTOR));
    granted("fdenied", consent("fdenied", READER));
    server.load("Consent/d-fdenied", deny("fdenied", "Practitioner/" + READER));
    granted(
        "fteam",
        consent("fteam", DOCTOR).replace("Practitioner/" + DOCTOR, "CareTeam/forging-team"));
    granted("finactive", consent("finactive", READER));
    server.load(
        "Consent/c-finactive",
        consent("finactive", READER).replace("\"status\":\"active\"", "\"status\":\"inactive\""));
    granted("fdeleted", consent("fdeleted", READER));
    assertThat(
            server.ask(server.tokens().loader(), "DELETE", "Consent/c-fdeleted", "").statusCode())
        .isBetween(200, 299);
    server.load("Consent/c-fungranted", consent("fungranted", READER));
    assertThat(
            server
                .get(server.tokens().patient("fungranted"), "Consent/c-fungranted/$prepare")
                .statusCode())
        .isEqualTo(200);
    server.load("Consent/c-fwallet", consent("fwallet", READER));
    rotated();
    granted("fdenyteam", consent("fdenyteam", READER));
    server.load("Consent/d-fdenyteam", deny("fdenyteam", "CareTeam/forging-deniers"));
    linked();
    granted(OPEN, consent(OPEN, READER));
    LogStore log = server.server().bean(LogStore.class);
    await().atMost(120, SECONDS).until(() -> log.pendingCount() == 0);
    walletGrants();
  }

  private void person(String patient) {
    server.patient(patient);
    server.observation("o-" + patient, patient);
  }

  private void team(String id, String member) {
    for (String practitioner : List.of(READER, DOCTOR)) {
      server.load(
          "Practitioner/" + practitioner,
          "{\"resourceType\":\"Practitioner\",\"id\":\"%s\"}".formatted(practitioner));
    }
    server.load(
        "CareTeam/" + id,
        "{\"resourceType\":\"CareTeam\",\"id\":\"%s\",\"participant\":[{\"member\":{\"reference\":\"Practitioner/%s\"}}]}"
            .formatted(id, member));
  }

  private static String consent(String patient, String practitioner) {
    return GatedServer.consentJson("c-" + patient, patient, practitioner, "TREAT");
  }

  private static String deny(String patient, String actor) {
    return GatedServer.consentJson("d-" + patient, patient, READER, "TREAT")
        .replace("Practitioner/" + READER, actor)
        .replace("{\"type\":\"permit\",", "{\"type\":\"deny\",");
  }

  private void granted(String patient, String json) {
    granted(patient, "c-" + patient, json);
  }

  private void granted(String patient, String id, String json) {
    String path = "Consent/" + id;
    server.load(path, json);
    String token = server.tokens().patient(patient);
    HttpResponse<String> answer =
        server.ask(token, "POST", path + "/$grant", "{\"resourceType\":\"Parameters\"}");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    await()
        .atMost(120, SECONDS)
        .until(() -> server.get(token, path + "/$ledger-status").body().contains("granted"));
  }

  /** Two Consents that say the same: one is revoked, the other one is inactive. */
  private void linked() {
    String twin = GatedServer.consentJson("d-flinked", "flinked", READER, "TREAT");
    granted("flinked", consent("flinked", READER));
    granted("flinked", "d-flinked", twin);
    server.revoke("c-flinked", "flinked");
    server.load(
        "Consent/d-flinked", twin.replace("\"status\":\"active\"", "\"status\":\"inactive\""));
  }

  /** The key of before granted after it was no longer the patient's. */
  private void rotated() {
    server.load("Consent/c-frotated", consent("frotated", READER));
    assertThat(
            server
                .get(server.tokens().patient("frotated"), "Consent/c-frotated/$prepare")
                .statusCode())
        .isEqualTo(200);
    SubjectKeys keys = server.server().bean(SubjectKeys.class);
    PatientId patient = new PatientId("frotated");
    SubjectKey key = new SubjectKey(former.address(), Optional.empty(), block(), Optional.empty());
    assertThat(keys.bind(patient, key, keys.of(patient).size())).isTrue();
    HttpResponse<String> custody =
        server.ask(
            server.tokens().patient("frotated"),
            "POST",
            "Patient/frotated/$enroll-key",
            "{\"resourceType\":\"Parameters\",\"parameter\":[{\"name\":\"custody\",\"valueString\":\"server\"}]}");
    assertThat(custody.statusCode()).as(custody.body()).isEqualTo(200);
    byte[] id =
        jdbc.queryForList(
                "select ledger_id from consent_link where consent_id = 'c-frotated'", byte[].class)
            .get(0);
    onLedger(former, Digest.of(id), terms("c-frotated", salt("c-frotated")));
  }

  private long block() {
    return server.server().bean(ConsentLedger.class).latest().number();
  }

  private void walletGrants() {
    onLedger(wallet, walletId, terms("c-fwallet", walletSalt));
  }

  Salt salt(String consent) {
    return Salt.of(
        jdbc.queryForList(
                "select salt from consent_link where consent_id = ?", byte[].class, consent)
            .get(0));
  }

  Digest terms(String consent, Salt salt) {
    StoredConsents stored = server.server().bean(StoredConsents.class);
    return stored
        .terms(stored.read(new ConsentResourceId(consent)).orElseThrow())
        .orElseThrow()
        .hash(salt);
  }

  /** Anybody may grant anything on the ledger with a key of their own. */
  private void onLedger(PatientKey key, Digest id, Digest terms) {
    ConsentGrant grant =
        new ConsentGrant(
            new ConsentId(id),
            terms,
            key.address(),
            ConsentPeriod.ALWAYS,
            BigInteger.valueOf(Instant.now().getEpochSecond() + 3_600));
    ConsentLedger ledger = server.server().bean(ConsentLedger.class);
    Bytes signature = key.sign(ConsentTypedData.of(ledger.domain(), grant).digest());
    ConsentRelay.Parts relay = server.server().bean(ConsentRelay.Parts.class);
    relay.queue().add(ledger.grant(grant, signature), Instant.now());
    relay.sending().run();
    await()
        .atMost(120, SECONDS)
        .until(() -> ledger.stateOf(grant.key()).status() == LedgerConsent.Status.GRANTED);
  }

  /** What an attacker's rows are put back to. */
  void save() {
    for (String table : OURS) {
      jdbc.execute("create table save_" + table + " as select * from " + table);
    }
    jdbc.execute("create table save_ledger_cursor as select * from ledger_cursor");
    jdbc.execute("create table save_resource as select * from hfj_resource where " + TYPES);
    jdbc.execute(
        "create table save_version as select * from hfj_res_ver where res_id in (select res_id from"
            + " save_resource)");
  }

  void restore() {
    for (String table : OURS) {
      jdbc.update("delete from " + table);
      jdbc.update("insert into " + table + " select * from save_" + table);
    }
    jdbc.update("delete from ledger_cursor");
    jdbc.update("insert into ledger_cursor select * from save_ledger_cursor");
    jdbc.update("merge into hfj_resource key (res_id) select * from save_resource");
    jdbc.update("merge into hfj_res_ver key (pid) select * from save_version");
    EditedRows edited = server.server().bean(EditedRows.class);
    hear();
    edited.named().stream()
        .map(one -> one.substring(0, one.indexOf(':')))
        .filter(about -> !about.startsWith("Consent/") && !about.startsWith("CareTeam/"))
        .forEach(about -> edited.looked(about, Optional.empty()));
  }

  /** Everything is looked at again, and the follower goes round twice. */
  void hear() {
    ConsentFollowing following = server.server().bean(ConsentFollowing.class);
    AtomicInteger steps = new AtomicInteger();
    following.await(() -> steps.incrementAndGet() > 2, Duration.ofSeconds(10));
    List<ConsentResourceId> all = new ArrayList<>();
    HIDDEN.forEach(
        patient -> {
          all.add(new ConsentResourceId("c-" + patient));
          all.add(new ConsentResourceId("d-" + patient));
        });
    all.add(new ConsentResourceId("c-" + OPEN));
    server.server().bean(ConsentIndexLoader.class).recheck(all);
    following.await(() -> steps.incrementAndGet() > 5, Duration.ofSeconds(10));
  }

  /** The hidden patients whose data the reader gets now. */
  List<String> leaks() {
    String token = server.tokens().practitioner(READER, "TREAT");
    return HIDDEN.stream()
        .filter(
            patient -> {
              HttpResponse<String> answer = server.get(token, "Observation/o-" + patient);
              return answer.statusCode() == 200 || answer.body().contains("secret-");
            })
        .toList();
  }

  boolean isOpenStill() {
    String token = server.tokens().practitioner(READER, "TREAT");
    return server.get(token, "Observation/o-" + OPEN).statusCode() == 200;
  }

  List<String> named() {
    return server.server().bean(EditedRows.class).named();
  }

  String health() {
    return new String(server.server().bytes("actuator/health").body(), UTF_8);
  }
}
