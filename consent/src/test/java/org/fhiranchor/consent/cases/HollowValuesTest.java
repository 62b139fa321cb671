package org.fhiranchor.consent.cases;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.fhiranchor.consent.decide.ConsentDecision;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Every case of {@code src/test/resources/consent} again, once for each value of its Consents and
 * of what is asked for, with that value taken away and an extension left in its place.
 */
final class HollowValuesTest {
  private static final Path FOLDER = Path.of("src", "test", "resources", "consent");

  @Test
  @DisplayName("DEC-5 a value that is not there stops no decision, and opens nothing")
  void decided() throws IOException {
    List<String> wrong = new ArrayList<>();
    int asked = 0;
    for (JsonNode node : cases()) {
      ConsentDecision whole = decide(new ConsentCase(node));
      for (Hollow hollow : hollows(node)) {
        asked++;
        try {
          ConsentDecision decided = decide(new ConsentCase(node, hollow));
          if (whole instanceof ConsentDecision.Refuse && hollow.opens(decided)) {
            wrong.add(node.path("case").asText() + ": opened without " + hollow.place());
          }
        } catch (RuntimeException failed) {
          wrong.add(node.path("case").asText() + ": " + failed + " without " + hollow.place());
        }
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(asked).isGreaterThan(1_000);
  }

  private static List<JsonNode> cases() throws IOException {
    List<JsonNode> cases = new ArrayList<>();
    try (Stream<Path> files = Files.list(FOLDER)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".yaml")).sorted().toList()) {
        CaseFiles.read(file).path("cases").forEach(cases::add);
      }
    }
    return cases;
  }

  private static ConsentDecision decide(ConsentCase one) {
    return one.decider().decide(one.request(), one.facts());
  }

  /** Every value of the resources that the case is made of. */
  private static List<Hollow> hollows(JsonNode node) {
    List<JsonNode> resources = new ArrayList<>();
    ConsentCase watched =
        new ConsentCase(
            node,
            resource -> {
              resources.add(resource);
              return resource;
            });
    decide(watched);
    return resources.stream()
        .distinct()
        .flatMap(
            resource ->
                HollowValues.places(resource).stream().map(place -> new Hollow(resource, place)))
        .toList();
  }

  /** Takes one value out of one resource. */
  private record Hollow(JsonNode of, JsonPointer place) implements UnaryOperator<JsonNode> {
    @Override
    public JsonNode apply(JsonNode resource) {
      return resource.equals(of) ? HollowValues.hollowed(resource, place) : resource;
    }

    /** Whose it is, and whether a Consent holds at all, may open what a deny had shut. */
    boolean opens(ConsentDecision decided) {
      boolean ofConsent = of.path("resourceType").asText().equals("Consent");
      return ofConsent
          && place.toString().startsWith("/provision")
          && decided instanceof ConsentDecision.Permit;
    }
  }
}
