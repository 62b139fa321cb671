package org.fhiranchor.interceptors.identity.token;

/** A claim that is missing or malformed; carries its name, which is one of ours, and no more. */
public final class MalformedClaimException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final String claim;

  public MalformedClaimException(String claim) {
    super("claim " + claim + " is missing or malformed");
    this.claim = claim;
  }

  public String claim() {
    return claim;
  }
}
