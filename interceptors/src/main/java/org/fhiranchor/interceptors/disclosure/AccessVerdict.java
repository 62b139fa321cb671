package org.fhiranchor.interceptors.disclosure;

import java.util.Map;
import org.fhiranchor.consent.decide.ConsentDecision;
import org.fhiranchor.consent.decide.ConsentDecision.Permit;
import org.fhiranchor.consent.decide.ConsentDecision.Rule;
import org.fhiranchor.consent.decide.PatientId;

/**
 * What was decided about one resource of a request.
 *
 * @param owners how many resources of each patient it holds: one of its own, or a file's lines
 */
public record AccessVerdict(Map<PatientId, Integer> owners, ConsentDecision decision) {
  public AccessVerdict {
    owners = Map.copyOf(owners);
  }

  /** Whether consent rules over it: what is open to everybody is no disclosure. */
  public boolean isGoverned() {
    return !(decision instanceof Permit permit && permit.rule() == Rule.NOT_GOVERNED)
        || !owners.isEmpty();
  }
}
