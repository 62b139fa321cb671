package org.fhiranchor.interceptors.erasure;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.consent.facts.LocalReferences;
import org.fhiranchor.consent.facts.RelatedResources;
import org.hl7.fhir.r4.model.Encounter;
import org.hl7.fhir.r4.model.Resource;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class OwnVersionsTest {
  private static final int MANY = 12;
  private static final String GONE = "Encounter/gone";

  private final AtomicInteger alone = new AtomicInteger();
  private final AtomicInteger together = new AtomicInteger();

  /** Encounters of one patient, but for one that is not there any more. */
  private final RelatedResources related =
      new RelatedResources() {
        @Override
        public Optional<Resource> find(String reference) {
          alone.incrementAndGet();
          return read(reference);
        }

        @Override
        public Map<String, Resource> findAll(Collection<String> references) {
          together.incrementAndGet();
          Map<String, Resource> found = new LinkedHashMap<>();
          references.forEach(name -> read(name).ifPresent(one -> found.put(name, one)));
          return found;
        }

        private Optional<Resource> read(String reference) {
          Encounter encounter = new Encounter();
          encounter.setId(reference);
          encounter.getSubject().setReference("Patient/p");
          return Optional.of(encounter).filter(one -> !reference.equals(GONE)).map(one -> one);
        }
      };

  private boolean isOwn(boolean erased) {
    String focus =
        IntStream.range(0, MANY)
            .mapToObj(i -> "Encounter/e" + i)
            .collect(Collectors.joining("\"},{\"reference\":\""));
    String header =
        """
        {"resourceType":"MessageHeader","id":"m","focus":[{"reference":"%s"},{"reference":"%s"}]}
        """
            .formatted(focus, GONE);
    OwnVersions versions =
        new OwnVersions(
            FhirContext.forR4Cached(),
            new PatientId("p"),
            new LocalReferences(List.of()),
            related,
            name -> erased);
    return versions.areAll(
        new ErasureRows.Stored(1, "MessageHeader", "m"), List.of(header), name -> true);
  }

  @Test
  @DisplayName("ERA-1 what a version refers to is read together, and what is erased already counts")
  void readsTogether() {
    assertThat(isOwn(true)).isTrue();
    assertThat(alone).hasValue(0);
    assertThat(together).hasPositiveValue();
    assertThat(isOwn(false)).isFalse();
  }
}
