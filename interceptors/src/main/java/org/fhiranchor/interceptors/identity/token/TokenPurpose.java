package org.fhiranchor.interceptors.identity.token;

/**
 * One purpose of use that the token allows.
 *
 * @param system code system; {@link #ACT_REASON} when the token gives a bare code
 * @param code for instance {@code TREAT}
 */
public record TokenPurpose(String system, String code) {
  /** The code system of HL7's PurposeOfUse codes. */
  public static final String ACT_REASON = "http://terminology.hl7.org/CodeSystem/v3-ActReason";

  /** A code of {@link #ACT_REASON}. */
  public static TokenPurpose of(String code) {
    return new TokenPurpose(ACT_REASON, code);
  }
}
