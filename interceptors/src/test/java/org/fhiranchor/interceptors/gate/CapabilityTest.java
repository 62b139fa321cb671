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

/** ANS-2: the CapabilityStatement lists what this server does for somebody, and nothing else. */
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
}
