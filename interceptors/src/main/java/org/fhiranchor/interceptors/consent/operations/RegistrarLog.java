package org.fhiranchor.interceptors.consent.operations;

import org.fhiranchor.interceptors.identity.token.Requester;

/** Told of what registrars do in the place of patients (WHO-6). Called by many threads. */
public interface RegistrarLog {
  /** What a registrar does. */
  enum Act {
    GRANT,
    GRANT_TO_OWN_ORGANIZATION,
    WRITE_TEAM,
    CHANGE_DENY,
    ENROL,
    ENROL_PROPOSED,
    ENROL_CONFIRMED
  }

  /** It was let through. */
  void acted(Requester registrar, Act act);

  /** It was refused. */
  void refused(Requester registrar, Act act);
}
