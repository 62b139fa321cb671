package org.fhiranchor.interceptors.consent.speed;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import javax.sql.DataSource;
import org.fhiranchor.consent.decide.ConsentResourceId;
import org.fhiranchor.consent.decide.LedgerStanding;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.consent.decide.index.ConsentIndex;
import org.fhiranchor.consent.terms.ConsentTerms;
import org.fhiranchor.interceptors.consent.following.ConsentJournal;
import org.fhiranchor.interceptors.consent.following.ConsentLink;
import org.fhiranchor.interceptors.consent.following.StoredTexts;
import org.fhiranchor.interceptors.consent.following.SubjectKey;
import org.fhiranchor.interceptors.log.LogStore;
import org.fhiranchor.interceptors.log.NewestHead;
import org.fhiranchor.interceptors.log.PendingLeaf;
import org.fhiranchor.interceptors.log.PendingSeal;
import org.fhiranchor.interceptors.log.SaltedRecord;
import org.fhiranchor.interceptors.log.Sequencer;
import org.fhiranchor.interceptors.plain.RunningServer;
import org.fhiranchor.interceptors.store.SqlConsentLinks;
import org.fhiranchor.interceptors.store.SqlLogStore;
import org.fhiranchor.interceptors.store.SqlStoredTexts;
import org.fhiranchor.interceptors.testing.PostgresServer;
import org.fhiranchor.ledger.Address;
import org.fhiranchor.ledger.BlockRef;
import org.fhiranchor.ledger.ConsentChange;
import org.fhiranchor.ledger.ConsentKey;
import org.fhiranchor.ledger.ConsentPeriod;
import org.fhiranchor.ledger.TransactionHash;
import org.fhiranchor.merkle.CanonicalResource;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.LogSigningKey;
import org.fhiranchor.merkle.Operation;
import org.fhiranchor.merkle.ResourceKey;
import org.fhiranchor.merkle.Salt;
import org.fhiranchor.merkle.Statement;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * How long a server takes to load its Consents: a PostgreSQL is filled with copies of the rows that
 * HAPI made for one Consent, each with another patient and doctor, and with a link, a state and a
 * key as a granted one has; then a new server starts on it.
 */
final class LoadSpeed {
  /** HAPI's own numbers of the copies begin here. */
  private static final long FIRST = 1_000_000_000L;

  private static final String CONSENT =
      """
      {"resourceType":"Consent","id":"sample","status":"active",
       "scope":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/consentscope","code":"patient-privacy"}]},
       "category":[{"coding":[{"system":"http://loinc.org","code":"59284-0"}]}],
       "patient":{"reference":"Patient/sample"},
       "policyRule":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"OPTIN"}]},
       "provision":{"type":"permit","period":{"start":"2024-01-01","end":"2026-12-31"},
        "actor":[{"role":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ParticipationType","code":"IRCP"}]},
         "reference":{"reference":"Practitioner/sample"}}],
        "purpose":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActReason","code":"TREAT"}]}}
      """;

  private static final String ANY_PATIENT = "Patient/sample";
  private static final String A_PATIENT = "Patient/";
  private static final String ANY_DOCTOR = "Practitioner/sample";
  private static final String A_DOCTOR = "Practitioner/dr";
  private static final String NO_PASSWORD = "";
  private static final int DOCTORS = 1000;
  private static final int BATCH = 10_000;

  private static final PrintStream OUT = System.out;

  private LoadSpeed() {}

  /** The first argument is the number of Consents, 200,000 when absent. */
  public static void main(String[] args) throws Exception {
    int consents = args.length > 0 ? Integer.parseInt(args[0]) : 200_000;
    Path data = Files.createTempDirectory("fhir-anchor-load");
    try (PostgresServer postgres = PostgresServer.start()) {
      String[] settings = {
        "--spring.datasource.url=" + postgres.url(),
        "--spring.datasource.username=" + postgres.user(),
        "--anchor.consent.enforce=on",
        "--logging.level.org.fhiranchor.interceptors.consent.following.ConsentIndexLoader=INFO"
      };
      try (RunningServer first = RunningServer.start(data, open(settings))) {
        first.fhir("PUT", "Consent/sample", CONSENT);
      }
      DataSource database =
          new DriverManagerDataSource(postgres.url(), postgres.user(), NO_PASSWORD);
      fill(new JdbcTemplate(database), consents);
      record(data, database, consents);
      measure(data, settings);
    }
    System.exit(0);
  }

  private static String[] open(String[] settings) {
    String[] open = settings.clone();
    open[2] = "--anchor.consent.enforce=off";
    return open;
  }

  private static void measure(Path data, String... settings) {
    long start = System.nanoTime();
    try (RunningServer server = RunningServer.start(data, settings)) {
      OUT.printf("server answers after=%.1fs%n", (System.nanoTime() - start) / 1e9);
      long processor = processorNanos();
      ConsentIndex index = server.bean(ConsentIndex.class);
      await()
          .atMost(Duration.ofHours(1))
          .until(() -> index.isComplete() && index.ledger().block() >= 0);
      double seconds = (System.nanoTime() - start) / 1e9;
      processor = processorNanos() - processor;
      System.gc();
      Runtime runtime = Runtime.getRuntime();
      OUT.printf(
          "consents=%d as granted=%d decided about after=%.1fs since the start,"
              + " processor=%.1fs since it answers, heap=%dMB%n",
          index.size(),
          asGranted(index),
          seconds,
          processor / 1e9,
          (runtime.totalMemory() - runtime.freeMemory()) >> 20);
    }
  }

  /**
   * Of the first thousand, those whose terms are the granted ones: all, but for the few that the
   * server has already found missing on its ledger, where nobody granted them.
   */
  private static long asGranted(ConsentIndex index) {
    return IntStream.rangeClosed(1, 1000)
        .mapToObj(g -> index.find(new ConsentResourceId("c" + g)).orElseThrow())
        .filter(
            consent ->
                consent.standing() instanceof LedgerStanding.Granted granted
                    && consent.storedTerms().filter(granted.termsHash()::equals).isPresent())
        .count();
  }

  /** Of this process, PostgreSQL's own not. */
  private static long processorNanos() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }

  private static void fill(JdbcTemplate jdbc, int consents) {
    Long sample =
        jdbc.queryForObject(
            "select res_id from hfj_resource where res_type = 'Consent'", Long.class);
    String number = FIRST + " + g";
    copies(jdbc, "hfj_resource", sample, consents, List.of("res_id", number, "fhir_id", "'c'||g"));
    int patients = Math.max(1, consents / 2);
    String text =
        "replace(replace(t.res_text_vc, '%s', '%s' || (g %% %d)), '%s', '%s' || (g %% %d))"
            .formatted(ANY_PATIENT, A_PATIENT, patients, ANY_DOCTOR, A_DOCTOR, DOCTORS);
    copies(
        jdbc,
        "hfj_res_ver",
        sample,
        consents,
        List.of("pid", number, "res_id", number, "res_text_vc", text));
    String stored =
        jdbc.queryForObject(
            "select res_text_vc from hfj_res_ver where res_id = ?", String.class, sample);
    states(jdbc, stored, consents, patients);
    ledger(jdbc, consents, patients);
    jdbc.execute("analyze");
  }

  /** The leaves that the server would have made of it all, in a log that its key has signed. */
  private static void record(Path data, DataSource database, int consents) throws IOException {
    LogSigningKey key = LogSigningKey.parse(Files.readString(data.resolve("log.key")));
    JdbcTemplate jdbc = new JdbcTemplate(database);
    TransactionTemplate transactions =
        new TransactionTemplate(new DataSourceTransactionManager(database));
    LogStore log = new SqlLogStore(jdbc, transactions, new PendingSeal(key));
    SecureRandom random = new SecureRandom();
    ConsentJournal journal = new ConsentJournal(log, random, Clock.systemUTC());
    int patients = Math.max(1, consents / 2);
    transactions.executeWithoutResult(
        status -> {
          for (int g = 0; g < patients; g++) {
            journal.bound(new PatientId(String.valueOf(g)), keyOf(g), false);
          }
        });
    SqlStoredTexts texts = new SqlStoredTexts(jdbc);
    SqlConsentLinks links = new SqlConsentLinks(jdbc, random);
    Map<String, byte[]> terms = termsOf(jdbc);
    for (int from = 1; from <= consents; from += BATCH) {
      int to = Math.min(consents, from + BATCH - 1);
      List<Long> page = LongStream.rangeClosed(from, to).mapToObj(g -> FIRST + g).toList();
      transactions.executeWithoutResult(
          status -> {
            for (StoredTexts.Text text : texts.of(page)) {
              log.addPending(version(text, random));
            }
          });
      List<ConsentLink> granting =
          List.copyOf(
              links
                  .find(
                      IntStream.rangeClosed(from, to)
                          .mapToObj(g -> new ConsentResourceId("c" + g))
                          .toList())
                  .values());
      transactions.executeWithoutResult(
          status -> granting.forEach(link -> granted(journal, link, terms)));
    }
    Sequencer sequencer =
        new Sequencer(log, key, NewestHead.inFolder(data, key.verifierKey()), BATCH);
    while (sequencer.sequence().orElseThrow() > 0) {
      // Until nothing waits.
    }
  }

  private static SubjectKey keyOf(int patient) {
    return new SubjectKey(
        new Address("0x%040x".formatted(patient)), Optional.empty(), 0, Optional.empty());
  }

  private static PendingLeaf version(StoredTexts.Text text, SecureRandom random) {
    SaltedRecord record = SaltedRecord.of(Map.of("v", "1"), Salt.random(random));
    return new PendingLeaf(
        new Statement.ResourceVersion(
            text.updated(),
            new ResourceKey("Consent", text.id()),
            String.valueOf(text.version()),
            Operation.CREATE,
            Optional.of(CanonicalResource.of(text.asRead().orElseThrow().getBytes(UTF_8)).sha256()),
            record.digest(),
            Optional.empty()),
        Salt.random(random),
        record.json());
  }

  private static Map<String, byte[]> termsOf(JdbcTemplate jdbc) {
    Map<String, byte[]> terms = new HashMap<>();
    jdbc.query(
        "select l.consent_id, s.terms_hash from consent_link l join consent_state s on s.ledger_id ="
            + " l.ledger_id",
        row -> {
          terms.put(row.getString(1), row.getBytes(2));
        });
    return terms;
  }

  private static void granted(ConsentJournal journal, ConsentLink link, Map<String, byte[]> terms) {
    Address grantor = keyOf(Integer.parseInt(link.patient().value())).address();
    ConsentChange.Place place =
        new ConsentChange.Place(
            new BlockRef(1, Digest.sha256(new byte[0])),
            0,
            new TransactionHash(Digest.sha256(new byte[0])));
    journal.granted(
        link,
        new ConsentChange.Granted(
            new ConsentKey(grantor, link.ledgerId()),
            Digest.of(Objects.requireNonNull(terms.get(link.consent().value()))),
            ConsentPeriod.ALWAYS,
            1,
            place));
  }

  private static void ledger(JdbcTemplate jdbc, int consents, int patients) {
    jdbc.update(
        "insert into consent_link (consent_id, patient, ledger_id, salt) select 'c' || g, g % ?,"
            + " sha256(('l' || g)::bytea), sha256(('s' || g)::bytea) from generate_series(1, ?) g",
        patients, consents);
    jdbc.update(
        "insert into subject_key (patient, address, custody, bound_block) select g,"
            + " '0x' || lpad(to_hex(g), 40, '0'), 'holder', 0 from generate_series(0, ?) g",
        patients - 1);
  }

  /** Each granted as its text is stored. */
  private static void states(JdbcTemplate jdbc, String stored, int consents, int patients) {
    jdbc.batchUpdate(
        "insert into consent_state (grantor, ledger_id, terms_hash, grant_block, revoked, revision)"
            + " values (?, ?, ?, 1, false, 0)",
        IntStream.rangeClosed(1, consents).boxed().toList(),
        BATCH,
        (row, g) -> {
          String text =
              stored
                  .replace(ANY_PATIENT, A_PATIENT + g % patients)
                  .replace(ANY_DOCTOR, A_DOCTOR + g % DOCTORS);
          Salt salt = Salt.of(Digest.sha256(("s" + g).getBytes(UTF_8)).bytes());
          row.setString(1, "0x%040x".formatted(g % patients));
          row.setBytes(2, Digest.sha256(("l" + g).getBytes(UTF_8)).bytes());
          row.setBytes(3, ConsentTerms.of(text.getBytes(UTF_8)).hash(salt).bytes());
        });
  }

  /**
   * Copies of the rows of one resource, where these columns, each followed by its value, differ.
   */
  private static void copies(
      JdbcTemplate jdbc, String table, Long resource, int times, List<String> differing) {
    List<String> columns =
        jdbc.queryForList(
            "select column_name from information_schema.columns where table_schema = 'public'"
                + " and table_name = ?",
            String.class,
            table);
    List<String> values =
        columns.stream()
            .map(
                column -> {
                  int at = differing.indexOf(column);
                  return at >= 0 ? differing.get(at + 1) : "t." + column;
                })
            .toList();
    jdbc.update(
        "insert into %s (%s) select %s from %s t, generate_series(1, ?) g where t.res_id = ?"
            .formatted(table, String.join(",", columns), String.join(",", values), table),
        times,
        resource);
  }
}
