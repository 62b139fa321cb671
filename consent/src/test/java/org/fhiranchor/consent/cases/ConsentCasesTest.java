package org.fhiranchor.consent.cases;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.fhiranchor.consent.decide.ConsentDecision;
import org.fhiranchor.consent.decide.ConsentDecision.Permit;
import org.fhiranchor.consent.decide.ConsentDecision.Refuse;
import org.fhiranchor.consent.decide.ConsentResourceId;
import org.fhiranchor.consent.decide.Explanation;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.consent.decide.ResourceFacts;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.TestFactory;

/** Every case of {@code src/test/resources/consent}: who may read what under which Consents. */
class ConsentCasesTest {
  @TestFactory
  Stream<DynamicContainer> decisions() throws IOException {
    return CaseFiles.startingWith("DEC-", ConsentCasesTest::decision);
  }

  @TestFactory
  Stream<DynamicContainer> denyMeansDeny() throws IOException {
    return CaseFiles.startingWith("DENY-", ConsentCasesTest::decision);
  }

  @TestFactory
  Stream<DynamicContainer> governedResources() throws IOException {
    return CaseFiles.startingWith("GOV-", ConsentCasesTest::facts);
  }

  static void decision(JsonNode node) {
    ConsentCase one = new ConsentCase(node);
    Explanation explained = one.decider().explain(one.request(), one.facts());
    ConsentDecision decided = one.decider().decide(one.request(), one.facts());
    assertThat(words(decided)).as("%s", explained).isEqualTo(node.required("expect").asText());
    assertThat(explained.decision()).isEqualTo(decided);
    explanation(node, one, explained);
  }

  private static void explanation(JsonNode node, ConsentCase one, Explanation explained) {
    if (node.has("decidedBy")) {
      assertThat(decidedBy(explained)).containsExactly(node.get("decidedBy").asText());
    }
    if (node.has("ignored")) {
      assertThat(ignored(explained)).isEqualTo(ConsentCase.strings(node.get("ignored"), ""));
    }
    if (node.has("ifRevoked")) {
      String consent = node.get("ifRevoked").required("consent").asText();
      Explanation without =
          one.decider()
              .explainIfRevoked(new ConsentResourceId(consent), one.request(), one.facts());
      assertThat(words(without.decision()))
          .isEqualTo(node.get("ifRevoked").required("expect").asText());
    }
  }

  private static List<String> decidedBy(Explanation explained) {
    return explained.patients().stream()
        .flatMap(patient -> patient.considered().stream())
        .flatMap(considered -> considered.decidedBy().stream())
        .toList();
  }

  private static List<String> ignored(Explanation explained) {
    return explained.patients().stream()
        .flatMap(patient -> patient.considered().stream())
        .flatMap(considered -> considered.ignored().stream())
        .toList();
  }

  static String words(ConsentDecision decision) {
    if (decision instanceof Refuse refuse) {
      return "refuse " + refuse.reason();
    }
    Permit permit = (Permit) decision;
    List<String> words = new ArrayList<>(List.of("permit"));
    if (permit.rule() != ConsentDecision.Rule.CONSENT) {
      words.add(permit.rule().name());
    }
    permit.because().stream().map(ConsentResourceId::value).sorted().forEach(words::add);
    return String.join(" ", words);
  }

  private static void facts(JsonNode node) {
    ResourceFacts facts = new ConsentCase(node).facts();
    assertThat(facts.governed()).isEqualTo(node.required("governed").asBoolean());
    assertThat(facts.owners().known().stream().map(PatientId::value))
        .containsExactlyInAnyOrderElementsOf(ConsentCase.strings(node.required("owners"), ""));
    if (node.has("everybody")) {
      assertThat(facts.everyOwner().stream().map(PatientId::value))
          .containsExactlyInAnyOrderElementsOf(ConsentCase.strings(node.required("everybody"), ""));
    }
    assertThat(facts.owners().complete()).isEqualTo(!node.path("ownersUnknown").asBoolean(false));
  }
}
