package org.fhiranchor.consent.decide;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.fhiranchor.consent.decide.index.ConsentIndex;
import org.fhiranchor.merkle.Digest;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Whom a request could be permitted something of. */
class PossibilityTest {
  private static final Instant NOW = Instant.ofEpochMilli(1_000);
  private static final Digest TERMS = Digest.sha256(new byte[] {1});
  private static final ConsentPolicy STRICT =
      new ConsentPolicy(
          PurposeModes.ALL_OPT_IN, ConsentPolicy.BreakGlass.OFF, Duration.ofMinutes(1));
  private final ConsentIndex index = new ConsentIndex();

  @Test
  @DisplayName("GATE-5 what could be permitted is never less than what is permitted")
  void upperBound() {
    int permitted = 0;
    int impossible = 0;
    for (long seed = 0; seed < 400; seed++) {
      RandomConsents chance = new RandomConsents(seed);
      ConsentIndex consents = index(chance);
      for (int i = 0; i < 100; i++) {
        ConsentDecider decider = new ConsentDecider(consents, chance.policy());
        AccessRequest request = chance.request();
        PatientId patient = chance.patient();
        Possibility possibility = decider.possible(request);
        boolean permits = decider.decide(request, chance.resource(patient)).permitted();
        if (permits) {
          permitted++;
          assertThat(possibility.isOf(patient)).as("seed %s, round %s", seed, i).isTrue();
        }
        impossible += possibility.isOf(patient) ? 0 : 1;
      }
    }
    assertThat(permitted).isGreaterThan(1_000);
    assertThat(impossible).isGreaterThan(10_000);
  }

  @Test
  @DisplayName("GATE-5 the look-up by requester finds the patients that could permit, and no other")
  void reverse() {
    int found = 0;
    for (long seed = 0; seed < 400; seed++) {
      RandomConsents chance = new RandomConsents(seed);
      ConsentIndex consents = index(chance);
      for (int i = 0; i < 30; i++) {
        Possibility possibility =
            new ConsentDecider(consents, chance.policy()).possible(chance.request());
        Optional<Set<PatientId>> patients = possibility.patients(RandomConsents.PATIENTS);
        assertThat(patients.isEmpty()).isEqualTo(possibility.isOfEverybody());
        for (int p = 0; p < RandomConsents.PATIENTS && patients.isPresent(); p++) {
          PatientId patient = new PatientId(Integer.toString(p));
          assertThat(patients.get().contains(patient))
              .as("seed %s, round %s, patient %s", seed, i, p)
              .isEqualTo(possibility.isOf(patient));
        }
        found += patients.map(Set::size).orElse(0);
      }
    }
    assertThat(found).isGreaterThan(1_000);
  }

  /** Consents that came, went and changed their place on the ledger. */
  private static ConsentIndex index(RandomConsents chance) {
    ConsentIndex consents = new ConsentIndex();
    consents.followed(new LedgerView(1, Instant.ofEpochMilli(500)));
    for (int i = 0; i < 40; i++) {
      CompiledConsent consent = chance.consent();
      consents.put(consent);
      if (chance.rarely()) {
        consents.remove(consent.id());
      } else if (chance.rarely()) {
        consents.move(consent.id(), LedgerStanding.REVOKED);
      }
    }
    return consents;
  }

  @Test
  @DisplayName("GATE-5 the look-up is content with so many patients, and gives up one past it")
  void bounded() {
    for (int i = 0; i < 5; i++) {
      index.put(permit("c" + i, "p" + i, List.of(new Clause.Actors(Set.of("Practitioner/a")))));
    }
    Possibility possibility = possible("Practitioner/a");
    assertThat(possibility.patients(5).orElseThrow()).hasSize(5);
    assertThat(possibility.patients(4)).isEmpty();
    assertThat(possible("Practitioner/b").patients(4).orElseThrow()).isEmpty();
  }

  @Test
  @DisplayName("GATE-5 a permit for anybody, a purpose and a revocation count in the look-up")
  void whoPermits() {
    index.put(permit("c1", "all", List.of()));
    index.put(permit("c2", "research", List.of(new Clause.Purposes(Set.of(Purpose.of("HRESCH"))))));
    index.put(permit("c3", "revoked", List.of()).withStanding(LedgerStanding.REVOKED));
    assertThat(possible("Practitioner/a").patients(9).orElseThrow())
        .containsExactly(new PatientId("all"));
    index.move(new ConsentResourceId("c1"), LedgerStanding.REVOKED);
    assertThat(possible("Practitioner/a").patients(9).orElseThrow()).isEmpty();
  }

  private Possibility possible(String actor) {
    return new ConsentDecider(index, STRICT)
        .possible(
            AccessRequest.of(RequesterFacts.of(actor), List.of(Purpose.TREAT), Action.ACCESS, NOW));
  }

  private static CompiledConsent permit(String id, String patient, List<Clause> clauses) {
    Provision root =
        new Provision(ProvisionType.PERMIT, Provision.Understanding.FULL, clauses, List.of());
    return new CompiledConsent(
        new CompiledConsent.Rules(
            new ConsentResourceId(id), new PatientId(patient), true, root, List.of(), Set.of()),
        new LedgerStanding.Granted(TERMS, TimeSpan.ALWAYS, true, true),
        Optional.of(TERMS));
  }
}
