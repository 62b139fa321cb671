package org.fhiranchor.interceptors.identity.scope;

/** Whose data a SMART scope reaches, from the narrowest to the widest. */
public enum ScopeLevel {
  /** Only the patient named by the token. */
  PATIENT,
  /** What the person who signed in may reach. */
  USER,
  /** A backend service; nobody is signed in. */
  SYSTEM
}
