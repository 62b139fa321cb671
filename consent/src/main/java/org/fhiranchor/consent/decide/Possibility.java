package org.fhiranchor.consent.decide;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.fhiranchor.consent.decide.index.ConsentIndex;

/**
 * The upper bound of a {@link Ruling}: which patients one request could be permitted something of,
 * whichever resource that is (GATE-5). Says yes too often, never no where a ruling permits.
 */
public final class Possibility {
  /** For each patient wanted, how many are looked at whose consents name the requester. */
  private static final int LOOKED_AT = 10;

  private final ConsentIndex index;
  private final ConsentPolicy policy;
  private final AccessRequest request;

  Possibility(ConsentIndex index, ConsentPolicy policy, AccessRequest request) {
    this.index = index;
    this.policy = policy;
    this.request = request;
  }

  /** Whether it could be anybody, whatever is consented: a broken glass, or opt-out. */
  public boolean isOfEverybody() {
    return (policy.breakGlass() != ConsentPolicy.BreakGlass.OFF && request.breaksGlass())
        || policy.modes().of(request.purposes()) == PurposeModes.Mode.OPT_OUT;
  }

  /** Whether it could be this patient. */
  public boolean isOf(PatientId patient) {
    if (isOfEverybody() || request.requester().self().filter(patient::equals).isPresent()) {
      return true;
    }
    PatientConsents held = index.heldBy(patient);
    CompiledConsent consent = held.at(0);
    for (int i = 0; consent != null; consent = held.at(++i)) {
      if (consent.couldPermit(request)) {
        return true;
      }
    }
    return false;
  }

  /**
   * All patients that it could be; empty when it could be everybody, or too many to look at.
   *
   * @param most patients to be content with
   */
  public Optional<Set<PatientId>> patients(int most) {
    return isOfEverybody()
        ? Optional.empty()
        : index
            .permitting(request.requester().actors(), LOOKED_AT * most)
            .map(this::possible)
            .filter(patients -> patients.size() <= most);
  }

  private Set<PatientId> possible(Set<PatientId> named) {
    Set<PatientId> possible = new HashSet<>();
    request.requester().self().ifPresent(possible::add);
    for (PatientId patient : named) {
      if (isOf(patient)) {
        possible.add(patient);
      }
    }
    return possible;
  }
}
