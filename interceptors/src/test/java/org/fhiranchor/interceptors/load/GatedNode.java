package org.fhiranchor.interceptors.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.fhiranchor.interceptors.identity.TestTokens;
import org.fhiranchor.interceptors.plain.RunningServer;

/** One of several nodes that enforce consents, with tokens of its own issuer. */
final class GatedNode {
  final RunningServer server;
  final TestTokens tokens;
  final HeldWrites held;
  private final Map<String, String> doctors = new ConcurrentHashMap<>();

  GatedNode(RunningServer server, Path data) {
    this.server = server;
    this.tokens = new TestTokens(data);
    this.held = HeldWrites.on(server);
  }

  HttpResponse<String> ask(String token, String method, String path, String body) {
    return server.send(
        HttpRequest.newBuilder(server.url("fhir/" + path))
            .header("Content-Type", "application/fhir+json")
            .header("Accept", "application/fhir+json")
            .header("Authorization", "Bearer " + token)
            .method(method, BodyPublishers.ofString(body)));
  }

  /**
   * Written, or deleted for no body, by a back-end service; once more when HAPI answers that
   * another write of that resource was in its way, as it does now and then with two nodes.
   */
  void write(String path, String json) {
    String method = json.isEmpty() ? "DELETE" : "PUT";
    HttpResponse<String> answer = ask(tokens.loader(), method, path, json);
    if (answer.statusCode() == 409) {
      System.out.println("asked again: " + method + " " + path + " " + answer.body());
      answer = ask(tokens.loader(), method, path, json);
    }
    assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 299);
  }

  /** So many resources with nothing but an id and a name, each in a transaction of its own. */
  void writeMany(String type, String prefix, int count) {
    String entries =
        IntStream.range(0, count)
            .mapToObj(
                i ->
                    ("{\"resource\":{\"resourceType\":\"%s\",\"id\":\"%s\",\"name\":\"n\"},"
                            + "\"request\":{\"method\":\"PUT\",\"url\":\"%s\"}}")
                        .formatted(type, prefix + i, type + "/" + prefix + i))
            .collect(Collectors.joining(","));
    HttpResponse<String> answer =
        ask(
            tokens.loader(),
            "POST",
            "",
            "{\"resourceType\":\"Bundle\",\"type\":\"batch\",\"entry\":[" + entries + "]}");
    assertThat(answer.body().split("\"status\":\"201", -1)).hasSize(count + 1);
  }

  /** An operation asked for by the patient. */
  void post(String patient, String path, String parameters) {
    HttpResponse<String> answer =
        ask(
            tokens.patient(patient),
            "POST",
            path,
            "{\"resourceType\":\"Parameters\"" + parameters + "}");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }

  /** The status of what the doctor gets who asks for this patient's Observation. */
  int reads(String doctor, String patient) {
    String token = doctors.computeIfAbsent(doctor, one -> tokens.practitioner(one, "TREAT"));
    return ask(token, "GET", "Observation/o-" + patient, "").statusCode();
  }
}
