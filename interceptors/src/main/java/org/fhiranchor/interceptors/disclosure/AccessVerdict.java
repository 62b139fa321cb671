package org.fhiranchor.interceptors.disclosure;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.fhiranchor.consent.decide.ConsentDecision;
import org.fhiranchor.consent.decide.ConsentDecision.Permit;
import org.fhiranchor.consent.decide.ConsentDecision.Refuse;
import org.fhiranchor.consent.decide.ConsentDecision.Rule;
import org.fhiranchor.consent.decide.DisclosureGround;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.consent.decide.Reason;

/**
 * What was decided about one resource of a request.
 *
 * @param owners how many resources of each patient it holds: one of its own, or a file's lines
 * @param each what the consents of each owner came to, where consents were asked
 * @param partTwo why what of it 42 CFR part 2 protects is shown; empty when nothing is, or to its
 *     patient (EXP-7)
 * @param held what a file or a stored Bundle holds of each owner
 */
public record AccessVerdict(
    Map<PatientId, Integer> owners,
    ConsentDecision decision,
    Map<PatientId, ConsentDecision> each,
    Set<DisclosureGround> partTwo,
    HeldContents held) {
  public AccessVerdict {
    owners = Map.copyOf(owners);
    each = Map.copyOf(each);
    partTwo = Collections.unmodifiableSet(new LinkedHashSet<>(partTwo));
  }

  /** Of something that nobody may see whatever it holds. */
  public static AccessVerdict refused(Reason reason) {
    return new AccessVerdict(Map.of(), new Refuse(reason), Map.of(), Set.of(), HeldContents.NONE);
  }

  /** What of the decision a record of this patient tells: nothing of another one's consents. */
  ConsentDecision toldTo(Optional<PatientId> patient) {
    return patient
        .flatMap(one -> Optional.ofNullable(each.get(one)))
        .map(decision::toldTo)
        .orElse(decision);
  }

  /**
   * Whether it may go out beside a request.
   *
   * @param enforced whether consents refuse; the limits of a token always do
   */
  public boolean lets(boolean enforced) {
    return decision.permitted() || (!enforced && !decision.equals(new Refuse(Reason.SCOPE)));
  }

  /** Whether this patient is the only one whose it is known to be. */
  boolean isOfAlone(PatientId patient) {
    return owners.keySet().equals(Set.of(patient));
  }

  /** Whether consent rules over it: what is open to everybody is no disclosure. */
  public boolean isGoverned() {
    return !(decision instanceof Permit permit && permit.rule() == Rule.NOT_GOVERNED)
        || !owners.isEmpty();
  }
}
