package org.fhiranchor.consent.decide;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.fhiranchor.consent.decide.index.ConsentIndex;
import org.fhiranchor.merkle.Digest;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class QuickAnswerTest {
  private static final Instant NOW = Instant.parse("2024-06-01T12:00:00Z");
  private static final PatientId ANN = new PatientId("ann");
  private static final Digest TERMS = Digest.sha256(new byte[0]);

  private final ConsentIndex index = new ConsentIndex();

  @Test
  @DisplayName("DEC-8 of 2,000 actors each is permitted by the consent that names them alone")
  void everyActorForThemself() {
    permits("Practitioner/a", "Practitioner/b");
    for (int i = 0; i < 2_000; i++) {
      String actor = "Practitioner/dr" + i;
      PatientId patient = new PatientId("p" + i);
      put(patient, ProvisionType.PERMIT, List.of(new Clause.Actors(Set.of(actor))));
      assertThat(decide(patient, actor, "Organization/o").permitted()).isTrue();
      assertThat(decide(patient, actor + "x")).isEqualTo(ConsentDecision.Refuse.of(Reason.ACTOR));
    }
  }

  @Test
  @DisplayName("DEC-8 a deny that names nobody denies one who goes by no reference too")
  void denyOfAnybody() {
    put(ANN, ProvisionType.DENY, List.of());
    assertThat(decide(ANN)).isEqualTo(ConsentDecision.Refuse.of(Reason.DENIED));
  }

  @Test
  @DisplayName("DEC-8 the third consent of a patient denies like the first")
  void denyAmongMany() {
    permits("Practitioner/a");
    permits("Practitioner/a");
    assertThat(decide(ANN, "Practitioner/a").permitted()).isTrue();
    put(ANN, ProvisionType.DENY, List.of(new Clause.Actors(Set.of("Practitioner/a"))));
    assertThat(decide(ANN, "Practitioner/a")).isEqualTo(ConsentDecision.Refuse.of(Reason.DENIED));
  }

  @Test
  @DisplayName(
      "DEC-6 while consents are being loaded no glass is broken that a deny could keep shut")
  void noGlassBeforeTheDeniesAreKnown() {
    assertThat(breaksGlass(ConsentPolicy.BreakGlass.NOT_AGAINST_DENIES)).isFalse();
    assertThat(breaksGlass(ConsentPolicy.BreakGlass.AGAINST_DENIES)).isTrue();
    index.complete();
    assertThat(breaksGlass(ConsentPolicy.BreakGlass.NOT_AGAINST_DENIES)).isTrue();
    put(ANN, ProvisionType.DENY, List.of());
    assertThat(breaksGlass(ConsentPolicy.BreakGlass.NOT_AGAINST_DENIES)).isFalse();
  }

  private boolean breaksGlass(ConsentPolicy.BreakGlass glass) {
    AccessRequest request =
        new AccessRequest(
            RequesterFacts.of("Practitioner/a"),
            List.of(Purpose.BTG),
            Action.ACCESS,
            NOW,
            Optional.of("unconscious"));
    return decider(glass).decide(request, facts(ANN)).permitted();
  }

  private void permits(String... actors) {
    put(ANN, ProvisionType.PERMIT, List.of(new Clause.Actors(Set.of(actors))));
  }

  private void put(PatientId patient, ProvisionType type, List<Clause> clauses) {
    Provision root = new Provision(type, Provision.Understanding.FULL, clauses, new ArrayList<>());
    CompiledConsent.Rules rules =
        new CompiledConsent.Rules(
            new ConsentResourceId("c" + index.size()), patient, true, root, List.of(), Set.of());
    index.put(
        new CompiledConsent(
            rules,
            new LedgerStanding.Granted(TERMS, TimeSpan.ALWAYS, true, true),
            Optional.of(TERMS)));
  }

  private ConsentDecision decide(PatientId patient, String... actors) {
    index.followed(new LedgerView(1, NOW));
    AccessRequest request =
        AccessRequest.of(RequesterFacts.of(actors), List.of(Purpose.TREAT), Action.ACCESS, NOW);
    return decider(ConsentPolicy.BreakGlass.OFF).decide(request, facts(patient));
  }

  private ConsentDecider decider(ConsentPolicy.BreakGlass glass) {
    return new ConsentDecider(
        index, new ConsentPolicy(PurposeModes.ALL_OPT_IN, glass, Duration.ofMinutes(5)));
  }

  private static ResourceFacts facts(PatientId patient) {
    return new ResourceFacts(
        List.of("Observation/1"),
        true,
        new ResourceFacts.Owners(List.of(patient), true),
        List.of("Observation"),
        ResourceFacts.Labels.NONE,
        Optional.empty(),
        ResourceFacts.Links.NONE,
        List.of());
  }
}
