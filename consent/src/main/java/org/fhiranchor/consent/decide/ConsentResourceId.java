package org.fhiranchor.consent.decide;

/** Logical id of a stored Consent, without the type: {@code "c1"} of Consent/c1. */
public record ConsentResourceId(String value) {
  public ConsentResourceId {
    LogicalId.checked("consent id", value);
  }
}
