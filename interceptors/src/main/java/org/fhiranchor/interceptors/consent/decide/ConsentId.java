package org.fhiranchor.interceptors.consent.decide;

/** Logical id of a stored Consent, without the type: {@code "c1"} of Consent/c1. */
public record ConsentId(String value) {
  public ConsentId {
    LogicalId.checked("consent id", value);
  }
}
