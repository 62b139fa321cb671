package org.fhiranchor.interceptors.gate;

import static java.util.Collections.nCopies;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** ANS-4: each bound at its limit and one past it, over HTTP. */
final class RequestBoundsTest {
  private final GatedServer server = GatedServer.shared();
  private final String loader = server.tokens().loader();

  private static String many(String what, int count, String between) {
    return IntStream.range(0, count).mapToObj(i -> what + i).collect(Collectors.joining(between));
  }

  private HttpResponse<String> batchOf(int entries) {
    return server.ask(
        loader,
        "POST",
        "",
        "{\"resourceType\":\"Bundle\",\"type\":\"batch\",\"entry\":["
            + String.join(
                ",", nCopies(entries, "{\"request\":{\"method\":\"GET\",\"url\":\"Basic/none\"}}"))
            + "]}");
  }

  private HttpResponse<String> zipped(String type, byte[] body) {
    return server
        .server()
        .send(
            HttpRequest.newBuilder(server.server().url("fhir/Basic"))
                .header("Content-Type", type)
                .header("Content-Encoding", "gzip")
                .header("Accept", "application/fhir+json")
                .header("Authorization", "Bearer " + loader)
                .POST(BodyPublishers.ofByteArray(body)));
  }

  /** A resource, and as many blanks as it takes. */
  private static byte[] zip(String json, long length) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream zip = new GZIPOutputStream(bytes)) {
      zip.write(json.getBytes(StandardCharsets.UTF_8));
      byte[] blanks = " ".repeat(1 << 20).getBytes(StandardCharsets.UTF_8);
      for (long left = length - json.length(); left > 0; left -= blanks.length) {
        zip.write(blanks, 0, (int) Math.min(left, blanks.length));
      }
    }
    return bytes.toByteArray();
  }

  @Test
  @DisplayName("1.5 MB that inflate to 1.5 GB: 413, and the heap holds")
  void inflatedBytesCount() throws IOException {
    String basic = "{\"resourceType\":\"Basic\",\"code\":{\"text\":\"zipped\"}}";
    assertThat(zipped("application/fhir+json", zip(basic, 100)).statusCode()).isEqualTo(201);
    HttpResponse<String> bomb = zipped("application/fhir+json", zip(basic, 1_500L << 20));
    assertThat(bomb.statusCode()).as(bomb.body()).isEqualTo(413);
    assertThat(bomb.body()).contains("at most 134217728 bytes");
  }

  @Test
  @DisplayName("a body that is not zipped has the same bound, whatever the container takes")
  void plainBytesCount() {
    byte[] blanks = " ".repeat(1 << 20).getBytes(StandardCharsets.UTF_8);
    HttpResponse<String> large =
        server
            .server()
            .send(
                HttpRequest.newBuilder(server.server().url("fhir/Basic"))
                    .header("Content-Type", "application/fhir+json")
                    .header("Authorization", "Bearer " + loader)
                    .POST(BodyPublishers.ofByteArrays(nCopies(130, blanks))));
    assertThat(large.statusCode()).as(large.body()).isEqualTo(413);
    assertThat(large.body()).contains("at most 134217728 bytes");
  }

  @Test
  void whatIsNoGzipIsTheClientsFault() {
    HttpResponse<String> broken = zipped("application/fhir+json", new byte[] {1, 2, 3, 4, 5});
    assertThat(broken.statusCode()).as(broken.body()).isEqualTo(400);
  }

  @Test
  void aThousandEntriesAndNotOneMore() {
    HttpResponse<String> tooMany = batchOf(1_001);
    assertThat(tooMany.statusCode()).as(tooMany.body()).isEqualTo(413);
    assertThat(tooMany.body()).contains("at most 1000 entries, got 1001");
    assertThat(batchOf(1_000).statusCode()).isEqualTo(200);
  }

  @Test
  void aThousandIdsInASearchAndNotOneMore() {
    assertThat(server.get(loader, "Basic?_id=" + many("b", 1_000, ",")).statusCode())
        .isEqualTo(200);
    for (String query :
        new String[] {
          "Basic?_id=" + many("b", 1_001, ","),
          "Basic?_id=" + many("b", 501, ",") + "&_tag=" + many("t", 500, ","),
        }) {
      HttpResponse<String> tooMany = server.get(loader, query);
      assertThat(tooMany.statusCode()).as(tooMany.body()).isEqualTo(400);
      assertThat(tooMany.body()).contains("at most 1000 values");
    }
  }

  @Test
  @DisplayName("a search inside of a bundle has the same bound")
  void searchesInBundles() {
    HttpResponse<String> answer =
        server.ask(
            loader,
            "POST",
            "",
            "{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":[{\"request\":{\"method\":\"GET\",\"url\":\"Basic?_id="
                + many("b", 1_001, ",")
                + "\"}}]}");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
    assertThat(answer.body()).contains("at most 1000 values");
  }

  private HttpResponse<String> exportOf(String patients) {
    return server.ask(
        loader,
        "POST",
        "Patient/$export",
        "{\"resourceType\":\"Parameters\",\"parameter\":[%s]}".formatted(patients));
  }

  @Test
  @DisplayName(
      "ANS-4 an export names a thousand patients in its body, in any form, and not one more")
  void patientsOfAnExport() {
    String one = "{\"name\":\"patient\",\"valueReference\":{\"reference\":\"Patient/none\"}}";
    assertThat(exportOf(String.join(",", nCopies(1_000, one))).statusCode()).isEqualTo(403);
    String versions =
        IntStream.range(0, 1_001)
            .mapToObj(i -> one.replace("none", "none/_history/" + i))
            .collect(Collectors.joining(","));
    String listed =
        "{\"name\":\"patient\",\"valueString\":\"%s\"}".formatted(many("Patient/p", 1_001, ","));
    for (String tooMany : new String[] {versions, listed}) {
      HttpResponse<String> answer = exportOf(tooMany);
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
      assertThat(answer.body()).contains("at most 1000 values");
    }
  }

  @ParameterizedTest
  @CsvSource({"application/fhir+xml,900", "application/fhir+xml,20000"})
  void xmlIsAsDeepAsJson(String type, int levels) {
    String item = "<extension url=\"http://example.org\">";
    HttpResponse<String> answer =
        server.askAs(
            type,
            loader,
            "POST",
            "Basic",
            "<Basic xmlns=\"http://hl7.org/fhir\">"
                + item.repeat(levels)
                + "</extension>".repeat(levels)
                + "</Basic>");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
    assertThat(answer.body()).contains("at most 256 deep");
  }

  @Test
  void aFormOfMoreThanAThousandKeys() {
    HttpResponse<String> answer =
        server.askAs(
            "application/x-www-form-urlencoded",
            loader,
            "POST",
            "Basic/_search",
            IntStream.range(0, 1_100)
                .mapToObj(i -> "k" + i + "=v")
                .collect(Collectors.joining("&")));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
    assertThat(answer.body()).contains("1000");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Patient/_search", "Basic/_search"})
  void aFormThatIsNone(String path) {
    HttpResponse<String> answer =
        server.askAs("application/x-www-form-urlencoded", loader, "POST", path, "family=%zz");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
  }

  /** No HTTP client sends such a path, so this one is written by hand. */
  @Test
  void aQueryThatIsNone() throws IOException {
    URI address = server.server().url("");
    try (Socket socket = new Socket(address.getHost(), address.getPort())) {
      socket
          .getOutputStream()
          .write(
              ("GET /fhir/Patient?family=%zz HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                      + loader
                      + "\r\nConnection: close\r\n\r\n")
                  .getBytes(StandardCharsets.UTF_8));
      assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
          .startsWith("HTTP/1.1 400 ");
    }
  }

  @Test
  void aCodeInAValueSetThatIsNotThere() {
    HttpResponse<String> answer =
        server.get(loader, "Observation?code:in=http://nowhere.example.org/vs");
    assertThat(answer.statusCode()).as(answer.body()).isBetween(400, 499);
  }

  /** The body comes only once the server has seen the head of the request, and refused it. */
  private String refusedTwiceOnOneConnection(String body) throws IOException {
    URI address = server.server().url("");
    String head =
        "PUT /fhir/Basic/x HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/fhir+json\r\n";
    try (Socket socket = new Socket(address.getHost(), address.getPort())) {
      OutputStream out = socket.getOutputStream();
      out.write(
          (head + "Content-Length: " + body.length() + "\r\n\r\n")
              .getBytes(StandardCharsets.UTF_8));
      out.flush();
      assertThat(server.get(loader, "metadata").statusCode()).isEqualTo(200);
      out.write(
          (body + head + "Content-Length: 0\r\nConnection: close\r\n\r\n")
              .getBytes(StandardCharsets.UTF_8));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  @DisplayName("a refusal before the body has come leaves the connection as it was")
  void aRefusalDoesNotBreakTheConnection() throws IOException {
    assertThat(refusedTwiceOnOneConnection("{\"resourceType\":\"Basic\"}").split("HTTP/1.1 401 "))
        .hasSize(3);
  }

  @Test
  @DisplayName("a refusal before a large body says that the connection ends")
  void aRefusalOfALargeBodyEndsTheConnection() throws IOException {
    URI address = server.server().url("");
    try (Socket socket = new Socket(address.getHost(), address.getPort())) {
      socket
          .getOutputStream()
          .write(
              "PUT /fhir/Basic/x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 70000\r\n\r\n"
                  .getBytes(StandardCharsets.UTF_8));
      assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
          .startsWith("HTTP/1.1 401 ")
          .contains("Connection: close");
    }
  }

  @ParameterizedTest
  @DisplayName("SRV-20 a number that would fill the memory is refused wherever a search stands")
  @ValueSource(
      strings = {
        "Observation?value-quantity=1E999999999%7C%7Ckg",
        "Observation?value-quantity=gt-1.5e-99999999",
        "RiskAssessment?probability=1,1E99999999",
        "Observation?code-value-quantity=http://loinc.org%7Cx$1E9999999",
        "Observation?subject:Patient._has:Observation:subject:value-quantity=1E999999999",
      })
  void hugeNumbers(String url) {
    String token = server.tokens().practitioner("huge-numbers", "TREAT");
    HttpResponse<String> alone = server.get(token, url);
    assertThat(alone.statusCode()).as(alone.body()).isEqualTo(400);
    HttpResponse<String> small = server.get(token, url.replaceAll("[eE]-?9+", ""));
    assertThat(small.statusCode()).as(small.body()).isBetween(200, 499);
    String bundle =
        """
        {"resourceType":"Bundle","type":"batch","entry":[{"request":{"method":"GET","url":"%s"}}]}
        """
            .formatted(url);
    HttpResponse<String> batch = server.ask(token, "POST", "", bundle);
    assertThat(batch.body()).contains("exponent of at most three digits");
    assertThat(server.get(token, "Observation?identifier=12E12345").statusCode()).isEqualTo(200);
    String patch =
        Base64.getEncoder()
            .encodeToString(
                "[{\"op\":\"add\",\"path\":\"/valueQuantity\",\"value\":{\"value\":1E999999999}}]"
                    .getBytes(StandardCharsets.UTF_8));
    String inside =
        """
        {"resourceType":"Bundle","type":"transaction","entry":[{"request":{"method":"PATCH","url":"Observation/huge"},
         "resource":{"resourceType":"Binary","contentType":"application/json-patch+json","data":"%s"}}]}
        """
            .formatted(patch);
    server.patient("huge-p");
    server.observation("huge", "huge-p");
    assertThat(server.ask(server.tokens().loader(), "POST", "", inside).statusCode())
        .isBetween(400, 499);
  }

  @ParameterizedTest
  @DisplayName("ANS-1 what is no date is the asker's fault, also as an entry of a batch")
  @ValueSource(
      strings = {
        "Consent?date=1e400",
        "Observation?date=ge2020-01-01,yesterday",
        "Patient?birthdate:missing=true&birthdate=31.12.1999",
        "Patient?_lastUpdated=x",
        "Observation?subject:Patient.birthdate=x",
        "Patient?_has:Observation:subject:date=x",
        "Observation?code-value-date=http://loinc.org%7Cx$y",
        "Patient/_history?_since=x",
        "Patient/x/_history?_at=x",
        "Patient/x/$everything?_lastUpdated=x",
      })
  void noDates(String url) {
    String token = server.tokens().practitioner("no-dates", "TREAT");
    HttpResponse<String> alone = server.get(token, url);
    assertThat(alone.statusCode()).as(alone.body()).isBetween(400, 499);
    HttpResponse<String> batch =
        server.ask(
            token,
            "POST",
            "",
            "{\"resourceType\":\"Bundle\",\"type\":\"batch\",\"entry\":[{\"request\":{\"method\":\"GET\",\"url\":\"%s\"}}]}"
                .formatted(url));
    assertThat(batch.body()).containsPattern("\"status\": ?\"4\\d\\d");
  }

  @Test
  @DisplayName("SRV-22 no cache may keep an answer")
  void notCached() {
    String token = server.tokens().practitioner("cached", "TREAT");
    for (String path :
        List.of("Observation?_count=1", "metadata", "Patient/none", "Observation/none/$proof")) {
      assertThat(server.get(token, path).headers().allValues("Cache-Control"))
          .as(path)
          .containsExactly("no-store");
    }
  }
}
