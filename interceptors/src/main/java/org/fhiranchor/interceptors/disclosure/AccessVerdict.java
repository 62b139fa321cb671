package org.fhiranchor.interceptors.disclosure;

import java.util.Map;
import org.fhiranchor.consent.decide.ConsentDecision;
import org.fhiranchor.consent.decide.ConsentDecision.Permit;
import org.fhiranchor.consent.decide.ConsentDecision.Refuse;
import org.fhiranchor.consent.decide.ConsentDecision.Rule;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.consent.decide.Reason;

/**
 * What was decided about one resource of a request.
 *
 * @param owners how many resources of each patient it holds: one of its own, or a file's lines
 */
public record AccessVerdict(Map<PatientId, Integer> owners, ConsentDecision decision) {
  public AccessVerdict {
    owners = Map.copyOf(owners);
  }

  /**
   * Whether it may go out beside a request.
   *
   * @param enforced whether consents refuse; the limits of a token always do
   */
  public boolean lets(boolean enforced) {
    return decision.permitted() || (!enforced && !decision.equals(new Refuse(Reason.SCOPE)));
  }

  /** Whether consent rules over it: what is open to everybody is no disclosure. */
  public boolean isGoverned() {
    return !(decision instanceof Permit permit && permit.rule() == Rule.NOT_GOVERNED)
        || !owners.isEmpty();
  }
}
