package org.fhiranchor.server;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.support.DefaultProfileValidationSupport;
import ca.uhn.fhir.jpa.config.JpaConfig;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What a start does ahead is what HAPI and Hibernate would do themselves. */
final class StartAheadTest {
  @Test
  @DisplayName("the queries of HAPI's repositories are found, and each is parsed to its end")
  void parsesTheQueriesOfHapi() {
    List<String> queries = StartAhead.queries();
    assertThat(queries).hasSizeGreaterThan(200).anySatisfy(q -> assertThat(q).contains("JOIN"));
    assertThat(queries).allSatisfy(query -> assertThat(StartAhead.parse(query)).isZero());
    assertThat(StartAhead.parse("SELECT (")).isPositive();
  }

  @Test
  @DisplayName("the definitions that were read ahead are those that the server answers from")
  void givesHapiTheDefinitions() {
    DefaultProfileValidationSupport definitions =
        RunningServer.shared()
            .beans()
            .getBean(
                JpaConfig.DEFAULT_PROFILE_VALIDATION_SUPPORT,
                DefaultProfileValidationSupport.class);
    assertThat(definitions.fetchAllStructureDefinitions()).hasSizeGreaterThan(600);
    assertThat(
            definitions.fetchStructureDefinition("http://hl7.org/fhir/StructureDefinition/Patient"))
        .isNotNull();
  }
}
