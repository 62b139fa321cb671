package org.fhiranchor.interceptors.gate;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.interceptors.disclosure.SubjectTags;
import org.fhiranchor.interceptors.gate.decision.AccessSubject;
import org.fhiranchor.interceptors.log.LogStore;
import org.fhiranchor.interceptors.log.SequencedLeaf;
import org.fhiranchor.interceptors.testing.DeliveryListener;
import org.fhiranchor.merkle.Statement;
import org.fhiranchor.merkle.Verdict;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/**
 * Eight clients ask whatever there is to ask, at once: as many records as answers. {@code
 * scripts/test-long.sh} asks 10,000 requests.
 */
@Tag("alone")
@TestInstance(Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init")
final class MixedDisclosuresTest {
  private static final int REQUESTS = Integer.getInteger("test.mixed", 400);
  private static final int CLIENTS = 8;
  private static final int MOST_REFUSALS = 40;
  private static final String OPEN = "mixed-open";
  private static final String SHUT = "mixed-shut";
  private static final String NOBODY = "";
  private static final String NOTIFIED = "notification Observation";

  private final GatedServer server = GatedServer.shared();
  private final JournalReader journal = new JournalReader(server);
  private final Map<String, Integer> owed = new ConcurrentHashMap<>();
  private final Queue<String> delivered = new ConcurrentLinkedQueue<>();
  private String reader;
  private String self;
  private String medic;
  private String exporter;
  private String file;

  @BeforeAll
  void seed() {
    for (String patient : List.of(OPEN, SHUT)) {
      server.patient(patient);
      server.observation("t1-" + patient, patient);
      server.observation("t2-" + patient, patient);
    }
    server.consent("c-mixed", OPEN, "mixed-teller", "TREAT");
    for (int client = 0; client < CLIENTS; client++) {
      server.observation("w-mixed-" + client, OPEN);
    }
    server.load(
        "Practitioner/mixed-medic", "{\"resourceType\":\"Practitioner\",\"id\":\"mixed-medic\"}");
    reader = server.tokens().practitioner("mixed-teller", "TREAT");
    self = server.tokens().patient(OPEN);
    medic = server.tokens().practitioner("mixed-medic", "BTG");
    exporter = server.tokens().of("Practitioner/mixed-teller", "", "system/*.rs", "TREAT");
    file = exported();
  }

  private String exported() {
    HttpResponse<String> started =
        server.ask(exporter, "GET", "$export?_type=Observation", "", "Prefer", "respond-async");
    String poll =
        JournalReader.path(started.headers().firstValue("Content-Location").orElseThrow());
    await().atMost(120, SECONDS).until(() -> server.get(exporter, poll).statusCode() == 200);
    JsonNode manifest = JournalReader.parse(server.get(exporter, poll).body());
    return JournalReader.path(manifest.path("output").get(0).path("url").asText());
  }

  /** One of those who ask, each with its own draws. */
  private final class Client {
    private final int number;
    private final Random random;
    private final List<String> told = new ArrayList<>();
    private String stranger = "";
    private int refusals;
    private int written;

    Client(int number) {
      this.number = number;
      random = new Random(number);
    }

    void ask() {
      for (int asked = 0; asked < REQUESTS / CLIENTS; asked++) {
        one(random.nextInt(15));
      }
      told.forEach(patient -> owed.merge(patient, 1, Integer::sum));
    }

    private void one(int kind) {
      switch (kind) {
        case 0 -> shown(reader, "Observation/t1-mixed-open");
        case 1 -> shown(reader, "Observation/t1-mixed-open/_history/1");
        case 2 -> shown(reader, "Observation/t1-mixed-open/_history");
        case 3 -> shown(reader, "Observation?patient=mixed-open&status=cancelled");
        case 4 -> pages();
        case 5 -> shown(reader, "Patient/mixed-open/$everything");
        case 6 -> shown(reader, "Observation/t1-mixed-open/$meta");
        case 7 -> shown(self, "Observation/t2-mixed-open");
        case 8 -> shown(self, "Patient/mixed-open/$disclosures?_count=1");
        case 9 -> shown(exporter, file);
        case 10 -> write();
        case 11 -> refused("Observation/t1-mixed-shut", SHUT);
        case 12 -> refused("Observation/mixed-never-was", NOBODY);
        case 13 -> batch();
        default -> breakGlass();
      }
    }

    private HttpResponse<String> shown(String token, String path) {
      HttpResponse<String> answer = server.get(token, path);
      assertThat(answer.statusCode()).as(path + answer.body()).isEqualTo(200);
      told.add(OPEN);
      return answer;
    }

    private void pages() {
      String search = "Observation?patient=mixed-open&_count=1&_sort=_id";
      JsonNode first = JournalReader.parse(shown(reader, search).body());
      first
          .path("link")
          .valueStream()
          .filter(link -> link.path("relation").asText().equals("next"))
          .forEach(link -> shown(reader, JournalReader.path(link.path("url").asText())));
    }

    /** The answer holds the body, and a subscription delivers it. */
    private void write() {
      String id = "w-mixed-" + number;
      String body =
          """
          {"resourceType":"Observation","id":"%s","status":"final","valueInteger":%d,
           "code":{"coding":[{"system":"urn:mixed","code":"w"}]},"subject":{"reference":"Patient/%s"}}
          """
              .formatted(id, ++written, OPEN);
      HttpResponse<String> answer = server.ask(reader, "PUT", "Observation/" + id, body);
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      told.add(OPEN);
    }

    private void refused(String path, String patient) {
      assertThat(server.get(stranger(1), path).statusCode()).isEqualTo(403);
      told.add(patient);
    }

    /** Many refusals of one requester in a minute are counted instead (DIS-5). */
    private String stranger(int more) {
      if (refusals % MOST_REFUSALS == 0 || refusals % MOST_REFUSALS + more > MOST_REFUSALS) {
        refusals += (MOST_REFUSALS - refusals % MOST_REFUSALS) % MOST_REFUSALS;
        String name = "mixed-stranger-" + number + "-" + refusals;
        stranger = server.tokens().practitioner(name, "TREAT");
      }
      refusals += more;
      return stranger;
    }

    private void batch() {
      String entries =
          """
          {"resourceType":"Bundle","type":"batch","entry":[
            {"request":{"method":"GET","url":"Observation?patient=mixed-open"}},
            {"request":{"method":"GET","url":"Observation/t1-mixed-shut"}},
            {"request":{"method":"GET","url":"Observation/mixed-never-was"}}]}
          """;
      assertThat(server.ask(stranger(2), "POST", "", entries).statusCode()).isEqualTo(200);
      told.addAll(List.of(OPEN, SHUT, NOBODY));
    }

    private void breakGlass() {
      HttpResponse<String> answer =
          server.ask(
              medic,
              "GET",
              "Observation/t2-mixed-shut",
              "",
              AccessSubject.BREAK_GLASS_HEADER,
              "unconscious");
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      told.add(SHUT);
    }
  }

  @Test
  @DisplayName("DIS-1 DIS-3 DIS-4 clients mixed: as many records as answers, numbered, and proven")
  void asManyRecordsAsAnswers() throws Exception {
    try (DeliveryListener listener = DeliveryListener.into(delivered)) {
      server.subscribe(reader, "Observation?code=urn:mixed|w", listener);
      List<Integer> before = List.of(answered(OPEN), answered(SHUT), answered(NOBODY));
      askAll();
      assertThat(answered(OPEN)).isEqualTo(before.get(0) + owed.getOrDefault(OPEN, 0));
      assertThat(answered(SHUT)).isEqualTo(before.get(1) + owed.getOrDefault(SHUT, 0));
      assertThat(answered(NOBODY)).isEqualTo(before.get(2) + owed.getOrDefault(NOBODY, 0));
      int versions = writtenVersions();
      await().atMost(120, SECONDS).until(() -> delivered.size() >= versions);
      assertThat(notified()).isEqualTo(delivered.size());
      System.out.printf(
          "%d requests of %d clients: records owed and made %s, deliveries %d%n",
          REQUESTS, CLIENTS, owed, delivered.size());
    }
    for (String patient : List.of(OPEN, SHUT)) {
      assertNumbered(patient);
      assertThat(journal.verdict(journal.anchoredProofs(patient)))
          .isInstanceOf(Verdict.Verified.class);
    }
  }

  private void askAll() throws Exception {
    ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
    List<Future<?>> running = new ArrayList<>();
    for (int client = 0; client < CLIENTS; client++) {
      Client one = new Client(client);
      running.add(clients.submit(one::ask));
    }
    for (Future<?> one : running) {
      one.get(600, SECONDS);
    }
    clients.shutdown();
  }

  /** Records of a patient, but for those of deliveries and of other classes' counted refusals. */
  private int answered(String patient) {
    return (int)
        journal.records(patient).stream()
            .map(one -> one.path("interaction").asText())
            .filter(one -> !one.equals(NOTIFIED) && !one.startsWith("more refusals"))
            .count();
  }

  private int notified() {
    return journal.records(OPEN).size() - answered(OPEN);
  }

  /** After those that were there from the start. */
  private int writtenVersions() {
    int versions = -CLIENTS;
    for (int client = 0; client < CLIENTS; client++) {
      versions += server.versions("Observation/w-mixed-" + client).size();
    }
    return versions;
  }

  private void assertNumbered(String patient) {
    LogStore log = server.server().bean(LogStore.class);
    await().atMost(120, SECONDS).until(() -> log.pendingCount() == 0);
    List<SequencedLeaf> leaves =
        log.disclosures(
            server.server().bean(SubjectTags.class).of(Optional.of(new PatientId(patient))),
            Integer.MAX_VALUE);
    assertThat(leaves).hasSize(journal.records(patient).size());
    for (int newest = 0; newest < leaves.size(); newest++) {
      Statement.Disclosure one = (Statement.Disclosure) leaves.get(newest).statement();
      assertThat(one.sequence()).isEqualTo(leaves.size() - newest);
    }
  }
}
