package org.fhiranchor.interceptors.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** SRV-7: what is left out, or stands there without a value, is the client's fault, and named. */
final class WithoutValueTest {
  private static final String EXTENSION =
      "{\"extension\":[{\"url\":\"http://x\",\"valueString\":\"y\"}]}";

  private final GatedServer server = GatedServer.shared();

  @BeforeEach
  void patient() {
    server.patient("no-value-p");
  }

  private static void refused(HttpResponse<String> answer, String... named) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
    assertThat(answer.body()).contains(named);
  }

  @ParameterizedTest
  @DisplayName("SRV-7 an entry without a method")
  @CsvSource(
      delimiter = ';',
      value = {
        "batch; {}",
        "batch; {\"_method\":EXTENSION,\"url\":\"Basic/x\"}",
        "batch; {\"url\":\"Basic/x\"}",
        "transaction; {}",
        "transaction; {\"_method\":EXTENSION,\"url\":\"Basic/x\"}",
      })
  void entries(String type, String request) {
    refusesEntry(type, request, "entry[1].request.method");
  }

  @ParameterizedTest
  @DisplayName("SRV-7 an entry of a batch or a transaction without an address")
  @CsvSource(
      delimiter = ';',
      value = {
        "batch; {\"method\":\"GET\"}",
        "batch; {\"method\":\"DELETE\",\"_url\":EXTENSION}",
        "transaction; {\"method\":\"GET\"}",
        "transaction; {\"method\":\"PUT\",\"_url\":EXTENSION}",
      })
  void addresses(String type, String request) {
    refusesEntry(type, request, "entry[1].request.url");
  }

  private void refusesEntry(String type, String request, String place) {
    for (String token :
        new String[] {
          server.tokens().loader(), server.tokens().practitioner("no-value", "TREAT")
        }) {
      refused(
          server.ask(
              token,
              "POST",
              "",
              """
              {"resourceType":"Bundle","type":"%s","entry":[
               {"request":{"method":"GET","url":"Basic/x"}},{"request":%s}]}
              """
                  .formatted(type, request.replace("EXTENSION", EXTENSION))),
          place);
    }
  }

  @ParameterizedTest
  @DisplayName("SRV-7 a parameter of an operation")
  @ValueSource(strings = {"address", "publicKey", "signature", "custody"})
  void parameters(String name) {
    refused(
        server.ask(
            server.tokens().patient("no-value-p"),
            "POST",
            "Patient/no-value-p/$enroll-key",
            "{\"resourceType\":\"Parameters\",\"parameter\":[{\"name\":\"%s\",\"_valueString\":%s}]}"
                .formatted(name, EXTENSION)),
        name + ": want a value");
  }

  @ParameterizedTest
  @DisplayName("SRV-7 a place that is none, alone and in a batch")
  @ValueSource(
      strings = {
        "Location?near=1%7C2%7C3%7C4%7C5%7C6",
        "Location?near=1",
        "Location?near=a%7Cb",
        "Location?near=1%7C2%7Cx%7Ckm",
        "Location?near=1%7C2%7C3%7Cno-unit",
        "Location?near=1%7C2,3",
        "PractitionerRole?location.near=1",
      })
  void places(String url) {
    String token = server.tokens().practitioner("no-value", "TREAT");
    refused(server.get(token, url), "near: want latitude|longitude");
    HttpResponse<String> batch =
        server.ask(
            token,
            "POST",
            "",
            """
            {"resourceType":"Bundle","type":"batch","entry":[{"request":{"method":"GET","url":"%s"}}]}
            """
                .formatted(url));
    assertThat(batch.body()).contains("near: want latitude|longitude").doesNotContain("500");
  }

  @ParameterizedTest
  @DisplayName("SRV-5 a place that is one")
  @ValueSource(
      strings = {
        "Location?near=48.1%7C-11.5",
        "Location?near=48.1%7C-11.5%7C10",
        "Location?near=48.1%7C11.5%7C10%7Ckm",
        "Location?near=48.1%7C11.5%7C10%7C%5Bmi_i%5D",
        "Location?near=48.1%7C11.5%7C%7C"
      })
  void realPlaces(String url) {
    HttpResponse<String> answer =
        server.get(server.tokens().practitioner("no-value", "TREAT"), url);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }
}
