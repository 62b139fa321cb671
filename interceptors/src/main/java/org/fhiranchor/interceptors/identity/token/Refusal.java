package org.fhiranchor.interceptors.identity.token;

import java.util.Optional;

/**
 * Why a request was refused before anything else was decided; the names are stable and go into
 * records.
 */
public enum Refusal {
  NO_TOKEN(401, "", "a bearer token is required"),
  NOT_BEARER(401, "invalid_request", "want exactly one Authorization header with one bearer token"),
  TOKEN_TOO_LONG(401, "invalid_token", "the token is too long"),
  TOKEN_NOT_TRUSTED(
      401, "invalid_token", "the token's form, algorithm, key or signature is not accepted"),
  TOKEN_EXPIRED(401, "invalid_token", "the token has expired or does not say when it expires"),
  TOKEN_NOT_YET_VALID(401, "invalid_token", "the token is not valid yet"),
  WRONG_ISSUER(401, "invalid_token", "the token comes from another issuer"),
  WRONG_AUDIENCE(401, "invalid_token", "the token is meant for another server"),
  MALFORMED_CLAIM(401, "invalid_token", "a claim of the token is missing or malformed"),
  KEYS_UNAVAILABLE(503, "", "the issuer's keys cannot be read at the moment"),
  SCOPE(403, "insufficient_scope", "the token's scopes do not permit this request"),
  OTHER_PATIENT(403, "insufficient_scope", "the token is limited to another patient"),
  UNDECIDED_OPERATION(403, "insufficient_scope", "no scope permits this operation");

  private final int status;
  private final String bearerError;
  private final String description;

  Refusal(int status, String bearerError, String description) {
    this.status = status;
    this.bearerError = bearerError;
    this.description = description;
  }

  /** HTTP status. */
  public int status() {
    return status;
  }

  /** What the refused may read; names no resource and repeats nothing of the token. */
  public String description() {
    return description;
  }

  /**
   * The same, naming a claim.
   *
   * @param claim one of the names that this server reads
   */
  public String description(Optional<String> claim) {
    return claim.map(name -> description + ": " + name).orElse(description);
  }

  /** Value of the WWW-Authenticate header (RFC 6750 section 3). */
  public String challenge() {
    return challenge(Optional.empty());
  }

  /** The same, naming a claim. */
  public String challenge(Optional<String> claim) {
    return bearerError.isEmpty()
        ? "Bearer realm=\"fhir\""
        : "Bearer realm=\"fhir\", error=\"%s\", error_description=\"%s\""
            .formatted(bearerError, description(claim));
  }
}
