package org.fhiranchor.interceptors.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import ca.uhn.fhir.context.FhirContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.List;
import org.fhiranchor.consent.facts.FactsReader;
import org.fhiranchor.consent.facts.LocalReferences;
import org.fhiranchor.consent.facts.RelatedResources;
import org.hl7.fhir.r4.model.PrimitiveType;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.StringType;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * A published example of each type, once for each value in it, with that value taken away and an
 * extension left in its place, as FHIR permits (FHIR R4, Extensibility).
 */
final class HollowExamplesTest {
  private static final FhirContext FHIR = FhirContext.forR4Cached();

  /** Bytes: each is read as often as it has values. */
  private static final long LARGEST = 6_000;

  private final FactsReader facts =
      new FactsReader(
          new LocalReferences(List.of()), ZoneOffset.UTC, RelatedResources.NOTHING_KNOWN);

  @Test
  @DisplayName("DEC-5 what the gate has to know of a resource is read whichever value is not there")
  void read() throws IOException {
    int read = 0;
    for (Path file : ExampleFiles.share(3)) {
      if (Files.size(file) > LARGEST) {
        continue;
      }
      Resource example = (Resource) FHIR.newJsonParser().parseResource(Files.readString(file));
      for (PrimitiveType<?> value :
          FHIR.newTerser().getAllPopulatedChildElementsOfType(example, PrimitiveType.class)) {
        String before = value.getValueAsString();
        if (before != null) {
          hollow(file, example, value);
          value.setValueAsString(before);
          read++;
        }
      }
    }
    assertThat(read).isGreaterThan(5_000);
  }

  private void hollow(Path file, Resource example, PrimitiveType<?> value) {
    value.setValueAsString(null);
    value.addExtension("http://x", new StringType("y"));
    assertThatCode(() -> facts.read(example))
        .as("%s without a %s", file.getFileName(), value.fhirType())
        .doesNotThrowAnyException();
    value.getExtension().removeIf(extension -> "http://x".equals(extension.getUrl()));
  }
}
