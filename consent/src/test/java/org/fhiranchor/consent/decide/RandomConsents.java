package org.fhiranchor.consent.decide;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import org.fhiranchor.merkle.Digest;

/** Consents, requests and resources of a small world, as chance has them. */
final class RandomConsents {
  static final int PATIENTS = 6;
  private static final Digest TERMS = Digest.sha256(new byte[] {1});
  private static final Digest OTHER_TERMS = Digest.sha256(new byte[] {2});
  private static final List<String> ACTORS =
      List.of("Practitioner/a", "Practitioner/b", "Organization/o", "Patient/0", "Patient/1");
  private static final List<Purpose> PURPOSES =
      List.of(Purpose.TREAT, Purpose.ETREAT, Purpose.BTG, Purpose.of("HRESCH"));
  private static final List<Code> CODES = List.of(new Code("s", "x"), new Code("s", "y"));
  private static final List<String> TYPES = List.of("Observation", "Condition");

  private final Random random;

  RandomConsents(long seed) {
    this.random = new Random(seed);
  }

  PatientId patient() {
    return new PatientId(Integer.toString(random.nextInt(PATIENTS)));
  }

  CompiledConsent consent() {
    Provision root = provision(0);
    CompiledConsent.Rules rules =
        new CompiledConsent.Rules(
            new ConsentResourceId("c" + random.nextInt(3 * PATIENTS)),
            patient(),
            often(),
            root,
            List.of(),
            Set.of());
    return new CompiledConsent(rules, standing(), often() ? Optional.of(TERMS) : Optional.empty());
  }

  private LedgerStanding standing() {
    if (often()) {
      return new LedgerStanding.Granted(
          often() ? TERMS : OTHER_TERMS, often() ? TimeSpan.ALWAYS : span(), often(), often());
    }
    return random.nextBoolean() ? LedgerStanding.REVOKED : LedgerStanding.NOT_THERE;
  }

  private Provision provision(int depth) {
    List<Provision> exceptions = new ArrayList<>();
    for (int i = random.nextInt(3); i > 0 && depth < 3; i--) {
      exceptions.add(provision(depth + 1));
    }
    ProvisionType type = one(List.of(ProvisionType.values()));
    // a permit that stands alone holds the readers around it, which chance does not know
    boolean alone = type == ProvisionType.DENY && random.nextInt(3) == 0;
    return new Provision(
        type,
        often() ? Provision.Understanding.FULL : one(List.of(Provision.Understanding.values())),
        clauses(),
        alone ? Optional.of(clauses()) : Optional.empty(),
        exceptions);
  }

  private List<Clause> clauses() {
    List<Supplier<Clause>> kinds =
        List.of(
            () -> new Clause.Actors(some(ACTORS)),
            () -> new Clause.Actors(some(ACTORS)),
            () -> new Clause.Purposes(some(PURPOSES)),
            () -> new Clause.Actions(some(List.of(Action.values()))),
            () -> new Clause.Classes(some(TYPES), some(CODES)),
            () -> new Clause.Codes(some(CODES)),
            () -> new Clause.DataPeriod(span()),
            () -> new Clause.Data(some(List.of("Observation/1")), Set.of(), some(ACTORS)),
            () -> new Clause.Period(span()));
    List<Clause> clauses = new ArrayList<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      clauses.add(one(kinds).get());
    }
    return clauses;
  }

  AccessRequest request() {
    RequesterFacts requester =
        new RequesterFacts(
            some(ACTORS),
            rarely() ? Optional.of(patient()) : Optional.empty(),
            random.nextBoolean());
    return new AccessRequest(
        requester,
        List.copyOf(some(PURPOSES)),
        one(List.of(Action.values())),
        Instant.ofEpochMilli(1_000 + random.nextInt(100)),
        rarely() ? Optional.of("because") : Optional.empty());
  }

  /** A governed resource of that patient alone. */
  ResourceFacts resource(PatientId owner) {
    return new ResourceFacts(
        List.of("Observation/" + random.nextInt(2)),
        true,
        new ResourceFacts.Owners(List.of(owner), true),
        List.of(one(TYPES)),
        new ResourceFacts.Labels(
            List.copyOf(some(CODES)),
            List.of(),
            List.copyOf(some(CODES)),
            one(List.of(Confidentiality.values()))),
        random.nextBoolean() ? Optional.of(span()) : Optional.empty(),
        new ResourceFacts.Links(
            List.copyOf(some(ACTORS)),
            List.of(List.copyOf(some(ACTORS)), List.copyOf(some(ACTORS)))),
        List.of());
  }

  /** Some policy, and a ledger heard either lately or long ago. */
  ConsentPolicy policy() {
    PurposeModes modes =
        new PurposeModes(
            PurposeModes.Mode.OPT_IN,
            rarely() ? Map.of(one(PURPOSES), PurposeModes.Mode.OPT_OUT) : Map.of());
    return new ConsentPolicy(
        modes,
        one(List.of(ConsentPolicy.BreakGlass.values())),
        Duration.ofMillis(often() ? 10_000 : 500));
  }

  boolean rarely() {
    return random.nextInt(6) == 0;
  }

  private boolean often() {
    return !rarely();
  }

  private TimeSpan span() {
    int from = 950 + random.nextInt(100);
    return new TimeSpan(from, from + random.nextInt(100));
  }

  private <T> T one(List<T> of) {
    return of.get(random.nextInt(of.size()));
  }

  private <T> Set<T> some(List<T> of) {
    Set<T> some = new HashSet<>();
    for (T each : of) {
      if (random.nextInt(3) == 0) {
        some.add(each);
      }
    }
    return some;
  }
}
