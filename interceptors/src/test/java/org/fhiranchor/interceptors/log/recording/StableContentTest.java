package org.fhiranchor.interceptors.log.recording;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import org.fhiranchor.interceptors.plain.RunningServer;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.StringType;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** CAN-8, one spelling at a time. */
final class StableContentTest {
  private final RunningServer server = RunningServer.shared();

  private HttpResponse<String> put(String id, String type, String body) {
    return server.send(
        HttpRequest.newBuilder(server.url("fhir/Observation/" + id))
            .header("Content-Type", "application/fhir+" + type)
            .header("Accept", "application/fhir+json")
            .PUT(BodyPublishers.ofString(body)));
  }

  private static String xml(String id, String more) {
    return "<Observation xmlns=\"http://hl7.org/fhir\"><id value=\""
        + id
        + "\"/>"
        + more
        + "</Observation>";
  }

  private static String json(String id, String more) {
    return "{\"resourceType\":\"Observation\",\"id\":\"" + id + "\"," + more + "}";
  }

  private static String quantity(String value) {
    return "<status value=\"final\"/><code><text value=\"x\"/></code><valueQuantity><value value=\""
        + value
        + "\"/></valueQuantity>";
  }

  private void verifies(String id) {
    await()
        .atMost(120, SECONDS)
        .untilAsserted(
            () ->
                assertThat(server.fhir("GET", "Observation/" + id + "/$verify", "").body())
                    .contains("\"verified\""));
  }

  @ParameterizedTest(name = "CAN-8 XML value {0}")
  @DisplayName("CAN-8 a decimal in any spelling of XML verifies as it is read")
  @ValueSource(strings = {"1E3", "-0", "1.0E+2", "1e-7", "0E5", "-0.0", "00.1", "+1", ".5"})
  void decimalsOfXml(String value) {
    String id = "xd" + Integer.toHexString(value.hashCode());
    HttpResponse<String> answer = put(id, "xml", xml(id, quantity(value)));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    verifies(id);
  }

  @Test
  @DisplayName("CAN-8 a label on a contained resource, which HAPI would drop, is refused (dom-5)")
  void labelInside() {
    String label = "\"meta\":{\"security\":[{\"system\":\"http://s\",\"code\":\"R\"}]}";
    String inside = "\"contained\":[{\"resourceType\":\"Patient\",\"id\":\"p\"," + label + "}],";
    String status = "\"status\":\"final\",\"code\":{\"text\":\"x\"}";
    String subject = "\"subject\":{\"reference\":\"#p\"},";
    String labelled = json("inside", inside + subject + status);
    String entry =
        "{\"resourceType\":\"Bundle\",\"type\":\"collection\",\"entry\":[{\"resource\":%s}]}"
            .formatted(labelled);
    for (HttpResponse<String> answer :
        List.of(
            put("inside", "json", labelled),
            put(
                "inside",
                "xml",
                xml(
                    "inside",
                    "<contained><Patient><id value=\"p\"/><meta><security><code"
                        + " value=\"R\"/></security></meta></Patient></contained><status"
                        + " value=\"final\"/><code><text value=\"x\"/></code><subject><reference"
                        + " value=\"#p\"/></subject>")),
            server.fhir("POST", "Bundle", entry))) {
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(422);
      assertThat(answer.body()).contains("contained.meta.security");
    }
    assertThat(put("inside", "json", json("inside", label + "," + status)).statusCode())
        .isEqualTo(201);
  }

  @ParameterizedTest(name = "CAN-8 XML value {0}")
  @DisplayName("CAN-8 a decimal that FHIR does not know is refused with its element")
  @ValueSource(strings = {"1.", "007"})
  void decimalsOfNoNumber(String value) {
    HttpResponse<String> answer = put("no-number", "xml", xml("no-number", quantity(value)));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(422);
    assertThat(answer.body()).contains("value: want a decimal as FHIR spells it");
  }

  @Test
  @DisplayName("CAN-8 a JSON number as a string verifies as it is read")
  void numberAsString() {
    String more =
        "\"status\":\"final\",\"code\":{\"text\":\"x\"},\"valueQuantity\":{\"value\":\"1E3\"}";
    HttpResponse<String> answer = put("jns", "json", json("jns", more));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    verifies("jns");
  }

  @Test
  @DisplayName("CAN-8 a narrative with CDATA is stored as text and verifies, in XML too")
  void narrativeWithCdata() {
    String div =
        "<div xmlns=\"http://www.w3.org/1999/xhtml\"><p><![CDATA[a < b & c]]></p><!-- n --></div>";
    String text = "<text><status value=\"generated\"/>" + div + "</text>";
    HttpResponse<String> answer = put("cdata", "xml", xml("cdata", text + quantity("1")));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    verifies("cdata");
    assertThat(server.fhir("GET", "Observation/cdata", "").body())
        .contains("<p>a &lt; b &amp; c</p></div>");
  }

  @ParameterizedTest(name = "CAN-8 {0}")
  @DisplayName("CAN-8 what no reading could return is refused with the element, never with 500")
  @CsvSource(
      delimiter = '|',
      value = {
        "a\\ud800b | Observation.code.text",
        "\\udc00 | Observation.code.text",
        "a\\u0000b | Observation.code.text",
        "a\\u001fb | Observation.code.text",
        "\\uffff | Observation.code.text",
      })
  void charactersOfNoText(String text, String element) {
    HttpResponse<String> answer =
        put(
            "bad",
            "json",
            json("bad", "\"status\":\"final\",\"code\":{\"text\":\"" + text + "\"}"));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(422);
    assertThat(answer.body()).contains(element + ": want no control character");
  }

  @ParameterizedTest(name = "CAN-8 {0}")
  @DisplayName("CAN-8 a number beyond every double and every memory is refused with 422")
  @ValueSource(
      strings = {
        "1E400",
        "1E999999999",
        "-1E2147483647",
        "1E-999999999",
        "\"1E400\"",
        "\"1E999999999\""
      })
  void hugeNumbers(String number) {
    String body =
        json(
            "huge",
            "\"status\":\"final\",\"code\":{\"text\":\"x\"},\"valueQuantity\":{\"value\":"
                + number
                + "}");
    HttpResponse<String> answer = put("huge", "json", body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(422);
    assertThat(answer.body()).contains("digits before and after the point");
  }

  @Test
  @DisplayName("CAN-8 a huge number in XML and a padded date are refused")
  void otherRefusals() {
    HttpResponse<String> number = put("huge", "xml", xml("huge", quantity("1E2147483647")));
    assertThat(number.statusCode()).as(number.body()).isEqualTo(422);
    assertThat(number.body()).contains("value: want a number");
    String start = "\"status\":\"final\",\"code\":{\"text\":\"x\"},";
    HttpResponse<String> date =
        put("d", "json", json("d", start + "\"effectiveDateTime\":\" 2020-01-01\""));
    assertThat(date.statusCode()).as(date.body()).isEqualTo(422);
  }

  @ParameterizedTest(name = "CAN-8 {0}")
  @DisplayName("CAN-8 an extension with nothing in it, which XML would drop, is refused")
  @ValueSource(strings = {"\"url\":\"http://e\"", "\"url\":\"http://e\",\"valueUri\":\"\\r\""})
  void emptyExtension(String inner) {
    String outer = "\"extension\":[{\"url\":\"http://o\",\"extension\":[{" + inner + "}]}],";
    HttpResponse<String> answer =
        put(
            "empty",
            "json",
            json("empty", outer + "\"status\":\"final\",\"code\":{\"text\":\"x\"}"));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(422);
    assertThat(answer.body()).contains("Observation.extension.extension: want a value");
  }

  @Test
  @DisplayName("CAN-8 a relative extension URL, which each address would complete, is refused")
  void relativeExtensionUrl() {
    Observation observation = new Observation();
    observation.addExtension("/a", new StringType("b"));
    StableContent content = new StableContent(server.fhir());
    assertThatThrownBy(() -> content.created(observation))
        .isInstanceOf(UnprocessableEntityException.class)
        .hasMessage("Observation.extension.url: want an absolute URL");
  }

  @ParameterizedTest(name = "CAN-1 {0}")
  @DisplayName("CAN-1 a member that stands twice in one object is refused, wherever it stands")
  @ValueSource(
      strings = {
        "\"status\":\"final\",\"status\":\"entered-in-error\",\"code\":{\"text\":\"x\"}",
        "\"status\":\"final\",\"code\":{\"text\":\"a\",\"text\":\"b\"}",
        "\"status\":\"final\",\"code\":{\"text\":\"x\"},\"st\\u0061tus\":\"amended\"",
        "\"status\":\"final\",\"code\":{\"coding\":[{\"code\":\"1\"},{\"code\":\"2\",\"code\":\"3\"}]}"
      })
  void namedTwice(String more) {
    HttpResponse<String> answer = put("twice", "json", json("twice", more));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(422);
    assertThat(answer.body())
        .contains("want each member of an object once")
        .doesNotContain("amended");
    assertThat(server.fhir("GET", "Observation/twice", "").statusCode()).isEqualTo(404);
    String bundle =
        "{\"resourceType\":\"Bundle\",\"type\":\"batch\",\"entry\":[{\"resource\":%s,\"request\":{\"method\":\"PUT\",\"url\":\"Observation/twice\"}}]}"
            .formatted(json("twice", more));
    assertThat(server.fhir("POST", "", bundle).statusCode()).isEqualTo(422);
  }

  @Test
  @DisplayName("CAN-1 the same name in different objects, and places without a value, are ordinary")
  void namedOnceEach() {
    String more =
        "\"status\":\"final\",\"code\":{\"text\":\"x\",\"coding\":[{\"code\":\"1\"},{\"code\":\"2\"}]},\"note\":[{\"text\":\"a\"},{\"text\":\"b\"}]";
    assertThat(put("once", "json", json("once", more)).statusCode()).isEqualTo(201);
    String patient =
        "{\"resourceType\":\"Patient\",\"id\":\"once\",\"name\":[{\"given\":[null,\"x\"],\"_given\":[{\"extension\":[{\"url\":\"urn:x\",\"valueString\":\"y\"}]},null]}]}";
    assertThat(server.fhir("PUT", "Patient/once", patient).statusCode()).isEqualTo(201);
  }

  @Test
  @DisplayName("CAN-8 contained resources that go by one id are refused: one of them would be lost")
  void containedTwice() {
    for (String second : List.of("Medication", "Substance")) {
      String body =
          ("{\"resourceType\":\"MedicationRequest\",\"id\":\"inside\",\"status\":\"active\",\"intent\":\"order\",\"contained\":["
                  + "{\"resourceType\":\"Medication\",\"id\":\"m\",\"code\":{\"text\":\"a\"}},{\"resourceType\":\"%s\",\"id\":\"m\",\"code\":{\"text\":\"b\"}}],"
                  + "\"medicationReference\":{\"reference\":\"#m\"}}")
              .formatted(second);
      HttpResponse<String> answer = server.fhir("PUT", "MedicationRequest/inside", body);
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(422);
    }
  }
}
