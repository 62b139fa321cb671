package org.fhiranchor.interceptors.identity;

/** A claim that is missing or malformed; carries its name, which is one of ours, and no more. */
final class MalformedClaimException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final String claim;

  MalformedClaimException(String claim) {
    super("claim " + claim + " is missing or malformed");
    this.claim = claim;
  }

  String claim() {
    return claim;
  }
}
