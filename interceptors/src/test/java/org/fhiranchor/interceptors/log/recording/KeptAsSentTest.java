package org.fhiranchor.interceptors.log.recording;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.fhiranchor.interceptors.plain.RunningServer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is answered with success is stored as it was sent, or it is refused (CAN-3, CAN-8). */
final class KeptAsSentTest {
  private static final Pattern VALUE = Pattern.compile("\"value\":([-0-9.eE+]+)");
  private static final int DRAWN = 40;

  private final RunningServer server = RunningServer.shared();

  private HttpResponse<String> send(String method, String path, String type, byte[] body) {
    return server.send(
        HttpRequest.newBuilder(server.url("fhir/" + path))
            .header("Content-Type", type)
            .header("Accept", "application/fhir+json")
            .method(method, BodyPublishers.ofByteArray(body)));
  }

  private HttpResponse<String> put(String path, String json) {
    return send("PUT", path, "application/fhir+json", json.getBytes(UTF_8));
  }

  private String read(String path) {
    return server.fhir("GET", path, "").body();
  }

  private static String observation(String id, String more) {
    return "{\"resourceType\":\"Observation\",\"id\":\"%s\",\"status\":\"final\",\"code\":{\"text\":\"x\"}%s}"
        .formatted(id, more);
  }

  private static List<String> values(String json) {
    Matcher all = VALUE.matcher(json);
    return all.results().map(found -> found.group(1)).toList();
  }

  private HttpResponse<String> patch(String way, String id, String operations) {
    String path = "Observation/" + id;
    if (way.equals("alone")) {
      return send("PATCH", path, "application/json-patch+json", operations.getBytes(UTF_8));
    }
    String data = Base64.getEncoder().encodeToString(operations.getBytes(UTF_8));
    return send(
        "POST",
        "",
        "application/fhir+json",
        """
        {"resourceType":"Bundle","type":"%s","entry":[{"request":{"method":"PATCH","url":"%s"},
         "resource":{"resourceType":"Binary","contentType":"application/json-patch+json","data":"%s"}}]}
        """
            .formatted(way, path, data)
            .getBytes(UTF_8));
  }

  @ParameterizedTest
  @DisplayName("CAN-3 a JSON Patch changes no digit of a decimal that it does not name")
  @ValueSource(strings = {"alone", "batch", "transaction"})
  void patchKeepsDigits(String way) {
    String id = "kept-" + way;
    long seed = Long.getLong("test.seed", 20_261_129L);
    Random random = new Random(seed);
    StringBuilder components = new StringBuilder();
    for (int i = 0; i < DRAWN; i++) {
      components
          .append(i == 0 ? "" : ",")
          .append("{\"code\":{\"text\":\"c\"},\"valueQuantity\":{\"value\":")
          .append(decimal(random))
          .append("}}");
    }
    String before = observation(id, ",\"component\":[" + components + "]");
    assertThat(put("Observation/" + id, before).statusCode()).isEqualTo(201);
    List<String> sent = values(read("Observation/" + id));
    assertThat(sent).as("seed " + seed).hasSize(DRAWN).isEqualTo(values(before));

    assertThat(patch(way, id, "[]").statusCode()).isEqualTo(200);
    assertThat(values(read("Observation/" + id))).as("seed " + seed).isEqualTo(sent);
    String operations =
        """
        [{"op":"test","path":"/component/0/valueQuantity/value","value":%s},
         {"op":"replace","path":"/status","value":"amended"},
         {"op":"remove","path":"/component/1"},
         {"op":"add","path":"/component/2","value":{"code":{"text":"n"},"valueQuantity":{"value":2.50}}},
         {"op":"move","from":"/component/5","path":"/component/0"}]
        """
            .formatted(sent.get(0));
    HttpResponse<String> patched = patch(way, id, operations);
    assertThat(patched.statusCode()).as(patched.body()).isEqualTo(200);
    assertThat(patched.body()).doesNotContain("\"status\":\"4", "\"status\":\"5");
    List<String> wanted = new ArrayList<>(sent);
    wanted.remove(1);
    wanted.add(2, "2.50");
    wanted.add(0, wanted.remove(5));
    assertThat(values(read("Observation/" + id))).as("seed " + seed).isEqualTo(wanted);
  }

  private static String decimal(Random random) {
    int digits = 1 + random.nextInt(30);
    StringBuilder text = new StringBuilder(random.nextBoolean() ? "-1" : "7");
    for (int i = 0; i < digits; i++) {
      text.append(random.nextInt(10));
    }
    return new BigDecimal(text.toString()).movePointLeft(random.nextInt(digits) + 1).toPlainString()
        + "0".repeat(random.nextInt(3));
  }

  @Test
  @DisplayName("CAN-3 a JSON Patch that does not fit is refused, and leaves no digits for another")
  void unfitPatch() {
    put("Observation/unfit", observation("unfit", ",\"valueQuantity\":{\"value\":1.10}"));
    String test = "[{\"op\":\"test\",\"path\":\"/status\",\"value\":\"amended\"}]";
    assertThat(patch("alone", "unfit", test).statusCode()).isBetween(400, 422);
    String other = "[{\"op\":\"remove\",\"path\":\"/component/3\"}]";
    assertThat(patch("alone", "unfit", other).statusCode()).isBetween(400, 422);
    assertThat(values(read("Observation/unfit"))).containsExactly("1.10");
  }

  @ParameterizedTest
  @DisplayName("CAN-1 a body that is no UTF-8, or says another charset, is refused")
  @CsvSource({
    "application/fhir+json; charset=ISO-8859-1, latin, 415",
    "application/fhir+json; charset=utf-16, utf-16, 415",
    "application/fhir+json; charset=foo, ascii, 415",
    "application/fhir+json, latin, 400",
    "application/fhir+json; charset=UTF-8, overlong, 400",
    "application/fhir+json; charset=utf-8, ascii, 201",
    "application/fhir+json; charset=\"UTF-8\", utf-8, 201",
    "application/fhir+xml, xml-latin, 400",
    "application/fhir+xml, xml-declared, 415",
    "application/json-patch+json, latin-patch, 400",
  })
  void charsets(String type, String form, int status) {
    String name = form.equals("ascii") ? "Muller" : "M\u00fcller";
    String json = "{\"resourceType\":\"Organization\",\"name\":\"" + name + "\"}";
    String declared =
        form.equals("xml-declared") ? "<?xml version='1.0' encoding='ISO-8859-1'?>" : "";
    String xml =
        declared
            + "<Organization xmlns=\"http://hl7.org/fhir\"><name value=\""
            + name
            + "\"/></Organization>";
    String patch = "[{\"op\":\"replace\",\"path\":\"/name\",\"value\":\"" + name + "\"}]";
    byte[] body =
        switch (form) {
          case "latin" -> json.getBytes(ISO_8859_1);
          case "utf-16" -> json.getBytes(UTF_16);
          case "overlong" -> json.replace(name, "\u00c0\u00af").getBytes(ISO_8859_1);
          case "xml-latin" -> xml.getBytes(ISO_8859_1);
          case "xml-declared" -> xml.getBytes(UTF_8);
          case "latin-patch" -> patch.getBytes(ISO_8859_1);
          default -> json.getBytes(UTF_8);
        };
    boolean patches = form.equals("latin-patch");
    HttpResponse<String> answer =
        send(patches ? "PATCH" : "POST", patches ? "Organization/any" : "Organization", type, body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    if (status == 201) {
      assertThat(answer.body()).contains(name);
    }
  }

  @Test
  @DisplayName("CAN-1 the content of a Binary may have any bytes")
  void rawBinary() {
    byte[] bytes = {(byte) 0xff, (byte) 0xd8, 0, (byte) 0xc3};
    assertThat(send("POST", "Binary", "image/jpeg", bytes).statusCode()).isEqualTo(201);
    byte[] latin = "<?xml version='1.0' encoding='ISO-8859-1'?><a>\u00fc</a>".getBytes(ISO_8859_1);
    assertThat(send("POST", "Binary", "application/xml", latin).statusCode()).isEqualTo(201);
  }

  @ParameterizedTest
  @DisplayName("CAN-8 what would not be kept is refused")
  @ValueSource(
      strings = {
        ",\"valueString\":\" \"",
        ",\"valueString\":\"\\u2028\"",
        ",\"valueString\":\"x\",\"_valueString\":{\"id\":\"i\"}",
      })
  void notKept(String more) {
    HttpResponse<String> answer = put("Observation/not-kept", observation("not-kept", more));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(422);
    put("Observation/emptied", observation("emptied", ""));
    String blank = "[{\"op\":\"replace\",\"path\":\"/code/text\",\"value\":\" \"}]";
    assertThat(patch("alone", "emptied", blank).statusCode()).isEqualTo(422);
  }

  @Test
  @DisplayName("CAN-8 the answer to a write in XML shows what is stored")
  void echo() {
    String xml =
        """
        <Observation xmlns="http://hl7.org/fhir"><!-- c1 --><status value="final"/><code><text value="x"/></code>
        <valueQuantity><value value="1E3"/></valueQuantity></Observation>
        """;
    HttpResponse<String> answer =
        server.send(
            HttpRequest.newBuilder(server.url("fhir/Observation"))
                .header("Content-Type", "application/fhir+xml")
                .header("Accept", "application/fhir+xml")
                .POST(BodyPublishers.ofString(xml)));
    assertThat(answer.statusCode()).isEqualTo(201);
    assertThat(answer.body()).contains("value=\"1000\"").doesNotContain("c1", "1E3");
  }

  @Test
  @DisplayName(
      "ANS-1 a version number that is too long, and an address without a value, are no failures")
  void oddities() {
    put("Observation/odd", observation("odd", ""));
    for (String path :
        List.of(
            "Observation/odd/_history/99999999999999999999",
            "Observation/odd/_history/99999999999999999999/$proof")) {
      assertThat(server.fhir("GET", path, "").statusCode()).as(path).isEqualTo(404);
    }
    String extension = "{\"extension\":[{\"url\":\"http://x/y\",\"valueString\":\"none\"}]}";
    HttpResponse<String> answer =
        put(
            "DocumentReference/odd",
            """
            {"resourceType":"DocumentReference","id":"odd","status":"current",
             "subject":{"_reference":%s},"content":[{"attachment":{"_url":%s}}]}
            """
                .formatted(extension, extension));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
  }

  @ParameterizedTest
  @DisplayName("ANS-1 what its sender has to mend is no failure of the server")
  @CsvSource({
    "POST, Observation, application/fhir+turtle, '[] a <http://hl7.org/fhir/Observation> .'",
    "PATCH, Observation/mended, application/fhir+json, '{\"resourceType\":\"Observation\"}'",
    "POST, Observation, application/fhir+json,"
        + " '{\"resourceType\":\"Observation\",\"status\":\"final\",\"code\":{\"text\":\"x\"},\"text\":{\"status\":\"generated\",\"div\":\"<p>no"
        + " div</p>\"}}'",
  })
  void mended(String method, String path, String type, String body) {
    put("Observation/mended", observation("mended", ""));
    HttpResponse<String> answer = send(method, path, type, body.getBytes(UTF_8));
    assertThat(answer.statusCode()).as(answer.body()).isBetween(400, 499);
  }
}
