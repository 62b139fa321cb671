package org.fhiranchor.consent.cases;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The part of {@link ConsentsOfOthers} whose sources come with the build. */
class ConsentsOfOthersTest {
  private static final Path EXPECTED =
      Path.of("src", "test", "resources", "consents-of-others.yaml");
  private static final Path HL7 = Path.of("..", "node_modules", "hl7.fhir.r4.examples");

  @Test
  @DisplayName("DENY-6 no example Consent of HL7 opens what its author keeps shut")
  void opensNothingThatHl7sExamplesKeepShut() throws IOException {
    ConsentsOfOthers.Result result =
        new ConsentsOfOthers(CaseFiles.read(EXPECTED)).measure("hl7", HL7);
    assertThat(result.consents()).isEqualTo(12);
    assertThat(result.settled())
        .as("of one Consent alone authors agree what it means")
        .isEqualTo(2);
    assertThat(result.settledAgree()).isEqualTo(1);
    assertThat(result.failOpen()).as("%s", result.differences()).isZero();
  }
}
