package org.fhiranchor.interceptors.gate;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.fhiranchor.interceptors.gate.NarrowedRecord.LABORATORY;
import static org.fhiranchor.interceptors.gate.NarrowedRecord.VITAL_SIGNS;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.fhiranchor.interceptors.testing.DeliveryListener;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** What a scope narrowed by search parameters lets its holder write, and what they are told. */
@TestInstance(Lifecycle.PER_CLASS)
final class NarrowedWritesTest {
  private final NarrowedRecord record = new NarrowedRecord(GatedServer.shared(), "nw");
  private final GatedServer server = record.server;
  private final String service = record.service("system/Observation.cruds" + LABORATORY);
  private final String doctor =
      record.token("user/Observation.cruds" + LABORATORY + " user/Patient.rs");

  private int put(String token, String id, String category) {
    return server
        .ask(token, "PUT", "Observation/" + id, record.json(id, category, ""))
        .statusCode();
  }

  private int post(String token, String category) {
    return server.ask(token, "POST", "Observation", record.withoutId(category)).statusCode();
  }

  @Test
  @DisplayName("SIGN-5 what is made must match, by a service and by a person")
  void creates() {
    for (String token : List.of(service, doctor)) {
      assertThat(post(token, "laboratory")).isEqualTo(201);
      assertThat(post(token, "vital-signs")).isEqualTo(403);
    }
  }

  @Test
  @DisplayName("SIGN-5 what is changed must match before and after")
  void updates() {
    record.observation("nw-lab", "laboratory", "");
    record.observation("nw-vital", "vital-signs", "");
    for (String token : List.of(service, doctor)) {
      String changed =
          record.json("nw-lab", "laboratory", ",\"valueString\":\"%s\"".formatted(token.length()));
      assertThat(server.ask(token, "PUT", "Observation/nw-lab", changed).statusCode())
          .isEqualTo(200);
      assertThat(put(token, "nw-lab", "vital-signs")).isEqualTo(403);
      assertThat(put(token, "nw-vital", "laboratory")).isEqualTo(403);
      assertThat(server.versions("Observation/nw-vital")).containsExactly(1L);
    }
    assertThat(server.versions("Observation/nw-lab")).containsExactly(1L, 2L, 3L);
  }

  @Test
  @DisplayName("SIGN-5 a write of what does not match and one of nothing are refused alike")
  void hiddenAndMissing() {
    record.observation("nw-there", "vital-signs", "");
    String patch = "[{\"op\":\"test\",\"path\":\"/status\",\"value\":\"final\"}]";
    for (String token : List.of(service, doctor)) {
      String body = record.json("nw-x", "laboratory", "");
      HttpResponse<String> there =
          server.ask(
              token, "PUT", "Observation/nw-there", body.replace("\"nw-x\"", "\"nw-there\""));
      HttpResponse<String> nowhere =
          server.ask(token, "PUT", "Observation/nw-none", body.replace("\"nw-x\"", "\"nw-none\""));
      assertThat(there.statusCode()).isEqualTo(403);
      assertThat(there.body()).isEqualTo(nowhere.body());
      record.assertAlike(token, "PATCH", "Observation/nw-there", "Observation/nw-none", patch);
      record.assertAlike(token, "DELETE", "Observation/nw-there", "Observation/nw-none", "");
      record.assertAlike(
          token, "POST", "Observation/nw-there/$meta-add", "Observation/nw-none/$meta-add", "{}");
    }
  }

  @Test
  @DisplayName("SIGN-5 a patch must match before and after")
  void patches() {
    record.observation("nw-patched", "laboratory", "");
    String note = "[{\"op\":\"add\",\"path\":\"/valueString\",\"value\":\"x\"}]";
    String moves =
        "[{\"op\":\"replace\",\"path\":\"/category/0/coding/0/code\",\"value\":\"vital-signs\"}]";
    assertThat(server.ask(doctor, "PATCH", "Observation/nw-patched", note).statusCode())
        .isEqualTo(200);
    assertThat(server.ask(doctor, "PATCH", "Observation/nw-patched", moves).statusCode())
        .isEqualTo(403);
    assertThat(server.versions("Observation/nw-patched")).containsExactly(1L, 2L);
  }

  @Test
  @DisplayName("SIGN-5 what is deleted must match")
  void deletes() {
    record.observation("nw-gone", "laboratory", "");
    record.observation("nw-stays", "vital-signs", "");
    assertThat(server.ask(service, "DELETE", "Observation/nw-gone", "").statusCode())
        .isBetween(200, 204);
    assertThat(server.ask(service, "DELETE", "Observation/nw-stays", "").statusCode())
        .isEqualTo(403);
    assertThat(server.versions("Observation/nw-stays")).containsExactly(1L);
  }

  @Test
  @DisplayName("SIGN-5 a condition needs a whole scope to search, and what it finds must match")
  void conditions() {
    record.observation("nw-found", "vital-signs", "");
    record.observation("nw-good", "laboratory", "");
    String searching =
        record.service("system/Observation.u" + LABORATORY + " system/Observation.rs");
    String body = record.json("x", "laboratory", "").replace("\"id\":\"x\",", "");
    for (String value : List.of("nw-found", "nw-good", "nw-nobody")) {
      String condition = "Observation?identifier=" + value;
      assertThat(server.ask(service, "PUT", condition, body).statusCode()).isEqualTo(403);
      assertThat(server.ask(service, "DELETE", condition, "").statusCode()).isEqualTo(403);
      assertThat(
              server
                  .ask(service, "POST", "Observation", body, "If-None-Exist", "identifier=" + value)
                  .statusCode())
          .isEqualTo(403);
    }
    assertThat(server.ask(searching, "PUT", "Observation?identifier=nw-found", body).statusCode())
        .isEqualTo(403);
    String good = record.json("nw-good", "laboratory", ",\"valueString\":\"new\"");
    assertThat(server.ask(searching, "PUT", "Observation?identifier=nw-good", good).statusCode())
        .isEqualTo(200);
  }

  @Test
  @DisplayName("SIGN-5 a transaction is refused whole for one entry that does not match")
  void transactions() {
    record.observation("nw-entry", "vital-signs", "");
    String entry = "{\"resource\":%s,\"request\":{\"method\":\"%s\",\"url\":\"%s\"}}";
    String good = entry.formatted(record.withoutId("laboratory"), "POST", "Observation");
    List<String> bad =
        List.of(
            entry.formatted(record.withoutId("vital-signs"), "POST", "Observation"),
            entry.formatted(
                record.json("nw-entry", "laboratory", ""), "PUT", "Observation/nw-entry"),
            "{\"request\":{\"method\":\"DELETE\",\"url\":\"Observation/nw-entry\"}}");
    String bundle = "{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":[%s,%s]}";
    for (String one : bad) {
      HttpResponse<String> answer = server.ask(service, "POST", "", bundle.formatted(good, one));
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(403);
    }
    assertThat(server.versions("Observation/nw-entry")).containsExactly(1L);
    assertThat(server.ask(service, "POST", "", bundle.formatted(good, good)).statusCode())
        .isEqualTo(200);
  }

  @Test
  @DisplayName("SIGN-5 the answer to a write shows what may be read")
  void answersOfWrites() {
    String writes =
        record.service("system/Observation.c" + VITAL_SIGNS + " system/Observation.r" + LABORATORY);
    HttpResponse<String> made =
        server.ask(writes, "POST", "Observation", record.withoutId("vital-signs"));
    assertThat(made.statusCode()).isEqualTo(201);
    assertThat(made.body()).doesNotContain("secret-x");
  }

  @Test
  @DisplayName("SIGN-5 nothing is referred to that does not match")
  void references() {
    record.observation("nw-of", "laboratory", "");
    record.observation("nw-no", "vital-signs", "");
    String refers = ",\"hasMember\":[{\"reference\":\"Observation/%s\"}]";
    for (String one : List.of("nw-no", "nw-nothing")) {
      String body =
          record.json("x", "laboratory", refers.formatted(one)).replace("\"id\":\"x\",", "");
      assertThat(server.ask(doctor, "POST", "Observation", body).statusCode()).isEqualTo(403);
    }
    String good =
        record.json("x", "laboratory", refers.formatted("nw-of")).replace("\"id\":\"x\",", "");
    assertThat(server.ask(doctor, "POST", "Observation", good).statusCode()).isEqualTo(201);
  }

  @Test
  @DisplayName("SIGN-5 a subscription tells its owner of what matches alone")
  void subscriptions() throws IOException {
    Queue<String> heard = new ConcurrentLinkedQueue<>();
    try (DeliveryListener listener = DeliveryListener.into(heard)) {
      String owner =
          record.token(
              "user/Observation.rs" + LABORATORY + " user/Subscription.cruds user/Patient.rs");
      String subscribed = server.subscribe(owner, "Observation?status=final", listener);
      record.observation("nw-heard-not", "vital-signs", "");
      record.observation("nw-heard", "laboratory", "");
      await()
          .atMost(120, SECONDS)
          .until(() -> heard.stream().anyMatch(one -> one.contains("secret-nw-heard\"")));
      assertThat(String.join("\n", heard)).doesNotContain("nw-heard-not");
      String off = server.get(owner, subscribed).body().replace("\"active\"", "\"off\"");
      assertThat(server.ask(owner, "PUT", subscribed, off).statusCode()).isEqualTo(200);
    }
  }
}
