package org.fhiranchor.interceptors.provenance;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Optional;
import org.fhiranchor.interceptors.log.ChainRows;
import org.fhiranchor.interceptors.log.SequencedLeaf;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.LeafIndex;
import org.fhiranchor.merkle.Operation;
import org.fhiranchor.merkle.ResourceKey;
import org.fhiranchor.merkle.Salt;
import org.fhiranchor.merkle.Statement;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ProvenanceCriteriaTest {
  private static final LoggedVersion SECOND = second();

  private static LoggedVersion second() {
    Digest any = Digest.sha256();
    Statement.ResourceVersion version =
        new Statement.ResourceVersion(
            Instant.parse("2026-03-04T05:06:07.089Z"),
            new ResourceKey("Observation", "o1"),
            "2",
            Operation.UPDATE,
            Optional.of(any),
            any,
            Optional.of(any));
    return new LoggedVersion(
        new ChainRows.Placed(
            "resource:Observation/o1",
            new SequencedLeaf(
                new LeafIndex(9),
                version,
                Salt.of(new byte[32]),
                any,
                "{\"user\":\"Practitioner/p1\",\"writer\":\"client\"}")),
        version);
  }

  private static boolean matches(String query) {
    return ProvenanceCriteria.of(query).filter(meant -> meant.matches(SECOND)).isPresent();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "?target=Observation/o1",
        "?target=o1",
        "?target:Observation=o1",
        "?target=Observation/other,Observation/o1",
        "?target=Observation/o1&target=o1",
        "?agent=Practitioner/p1",
        "?agent=p1",
        "?agent:Practitioner=p1&_sort=-recorded&_count=3&_total=accurate",
        "?entity=Observation/o1",
        "?agent-type=author",
        "?_id=log.Observation.o1.2",
        "?_id=other,log.Observation.o1.2",
        "?recorded=2026-03-04",
        "?recorded=2026",
        "?recorded=ge2026-03-04T05:06:07.089Z",
        "?recorded=le2026-03-04T05:06:07.089Z",
        "?recorded=gt2026-03-04T05:06:07.088Z&recorded=lt2026-03-04T05:06:07.090Z",
        "?_lastUpdated=ge2026-03-04",
      })
  @DisplayName("PRV-2 a search finds what has what it asks for")
  void finds(String query) {
    assertThat(matches(query)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "?target=Observation/o2",
        "?target=Condition/o1",
        "?target:Condition=o1",
        "?target=Observation/o1&target=Observation/o2",
        "?patient=o1",
        "?patient:Observation=o1",
        "?agent=Practitioner/p2",
        "?agent=Patient/p1",
        "?entity=Observation/o2",
        "?agent-type=performer",
        "?_id=log.Observation.o1.1",
        "?_id=log.Observation.o1.2&_id=other",
        "?recorded=2025",
        "?recorded=gt2026-03-04T05:06:07.089Z",
        "?recorded=lt2026-03-04T05:06:07.089Z",
        "?_lastUpdated=lt2026-03-01",
        "?location=Location/1",
        "?target.status=final",
        "?target:Observation.status=final",
        "?_has:List:item:_id=1",
        "?target:missing=false",
        "?_tag=x",
        "?recorded=ne2025",
        "?unheard=of",
      })
  @DisplayName("PRV-2 a search finds nothing else, nor what it cannot ask")
  void findsNotElse(String query) {
    assertThat(matches(query)).isFalse();
  }
}
