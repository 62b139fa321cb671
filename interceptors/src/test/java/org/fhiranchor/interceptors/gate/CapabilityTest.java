package org.fhiranchor.interceptors.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.CapabilityStatement;
import org.hl7.fhir.r4.model.CapabilityStatement.CapabilityStatementRestComponent;
import org.hl7.fhir.r4.model.CapabilityStatement.CapabilityStatementRestResourceOperationComponent;
import org.hl7.fhir.r4.model.CapabilityStatement.ResourceInteractionComponent;
import org.hl7.fhir.r4.model.CapabilityStatement.SystemInteractionComponent;
import org.hl7.fhir.r4.model.CapabilityStatement.SystemRestfulInteraction;
import org.hl7.fhir.r4.model.CapabilityStatement.TypeRestfulInteraction;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * ANS-1, ANS-2: the CapabilityStatement lists what this server does for somebody, and nothing else.
 */
final class CapabilityTest {
  private final GatedServer server = GatedServer.shared();
  private final String loader = server.tokens().loader();
  private final CapabilityStatement statement =
      server
          .server()
          .fhir()
          .newJsonParser()
          .parseResource(CapabilityStatement.class, server.get("", "metadata").body());
  private final CapabilityStatementRestComponent rest = statement.getRestFirstRep();

  @Test
  void softwareIsOurs() {
    assertThat(statement.getSoftware().getName()).isEqualTo("FHIR Anchor");
    assertThat(statement.getSoftware().getVersion()).isNotEmpty().isNotEqualTo("8.8.0");
  }

  @Test
  @DisplayName("a history of a type or of the server is refused to everybody, and not listed")
  void histories() {
    assertThat(rest.getResource())
        .hasSizeGreaterThan(100)
        .flatExtracting(
            CapabilityStatement.CapabilityStatementRestResourceComponent::getInteraction)
        .extracting(ResourceInteractionComponent::getCode)
        .contains(TypeRestfulInteraction.HISTORYINSTANCE, TypeRestfulInteraction.DELETE)
        .doesNotContain(TypeRestfulInteraction.HISTORYTYPE);
    assertThat(rest.getInteraction())
        .extracting(SystemInteractionComponent::getCode)
        .contains(SystemRestfulInteraction.TRANSACTION)
        .doesNotContain(SystemRestfulInteraction.HISTORYSYSTEM);
    assertThat(server.get(loader, "Patient/_history").statusCode()).isEqualTo(403);
    assertThat(server.get(loader, "_history").statusCode()).isEqualTo(403);
  }

  @Test
  void operationsThatAreRefusedToEverybodyAreNotListed() {
    List<String> listed =
        Stream.concat(
                rest.getOperation().stream(),
                rest.getResource().stream().flatMap(type -> type.getOperation().stream()))
            .map(CapabilityStatementRestResourceOperationComponent::getName)
            .distinct()
            .toList();
    assertThat(listed).contains("everything", "validate", "proof", "lookup");
    assertThat(listed)
        .allSatisfy(name -> assertThat(Surfaces.of("$" + name)).isNotEqualTo(Surfaces.CLOSED));
    HttpResponse<String> closed =
        server.ask(loader, "POST", "Patient/none/$meta-add", "{\"resourceType\":\"Parameters\"}");
    assertThat(closed.statusCode()).isEqualTo(403);
  }

  @ParameterizedTest
  @DisplayName("ANS-1 what is off, or not for this token, is said as such, stored or not")
  @CsvSource({
    "GET, Patient/_history, not-supported, this interaction is switched off",
    "GET, Patient?_filter=x, not-supported, cannot be decided for each resource by itself",
    "POST, Patient/x/$validate, not-supported, only without the id",
    "DELETE, Observation/o1-closed, forbidden, DELETE is for back-end services",
    "DELETE, Observation/never, forbidden, DELETE is for back-end services",
    "PUT, Observation?_id=o1-closed, forbidden, conditional writes are for back-end services",
    "POST, CareTeam, forbidden, are written by their patient",
    "PUT, Observation/never, forbidden, what is new comes with POST",
    "PUT, Observation/o1-closed, forbidden, what is new comes with POST"
  })
  void saysWhatIsOff(String method, String path, String code, String words) {
    String type = path.split("[/?]", 2)[0];
    String id = path.matches("[A-Za-z]+/[a-z0-9-]+") ? path.split("/", 2)[1] : "x";
    String body =
        method.equals("GET") || method.equals("DELETE")
            ? ""
            : "{\"resourceType\":\"%s\",\"id\":\"%s\",\"subject\":{\"reference\":\"Patient/closed\"}}"
                .formatted(type, id);
    String doctor = server.tokens().practitioner("doc", "TREAT");
    HttpResponse<String> refused = server.ask(doctor, method, path, body);
    assertThat(refused.statusCode()).as(refused.body()).isEqualTo(403);
    assertThat(refused.body()).contains("\"code\":\"" + code + "\"", words);
  }
}
