package org.fhiranchor.consent.decide;

/** What a provision says when it matches. */
public enum ProvisionType {
  PERMIT,
  DENY
}
