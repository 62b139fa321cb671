package org.fhiranchor.consent.decide;

import java.util.Map;

/**
 * A purpose of use. The codes of HL7's PurposeOfUse
 * (http://terminology.hl7.org/ValueSet/v3-PurposeOfUse, codes of v3-ActReason) know what stands
 * below them; any other coding is compared as it is.
 */
public record Purpose(Code code) {
  /** The code system that holds the PurposeOfUse codes. */
  public static final String SYSTEM = "http://terminology.hl7.org/CodeSystem/v3-ActReason";

  /** Ordinary treatment. */
  public static final Purpose TREAT = of("TREAT");

  /** Emergency treatment; {@link #BTG} is below it. */
  public static final Purpose ETREAT = of("ETREAT");

  /** Break the glass. */
  public static final Purpose BTG = of("BTG");

  /** A code of PurposeOfUse. */
  public static Purpose of(String code) {
    return new Purpose(new Code(SYSTEM, code));
  }

  /**
   * A coding as a token or a Consent has it, under the one identity of its system; without a system
   * it is a code of PurposeOfUse.
   */
  public static Purpose of(String system, String code) {
    return system.isEmpty() ? of(code) : new Purpose(new Code(system, code));
  }

  /** The bit of this code among the PurposeOfUse codes, 0 for any other coding. */
  long bit() {
    return code.system().equals(SYSTEM) ? PurposeOfUse.bit(code.code()) : 0;
  }

  /** The bits of this code and of all below it, 0 for a coding outside PurposeOfUse. */
  long bitsBelow() {
    return code.system().equals(SYSTEM) ? PurposeOfUse.bitsBelow(code.code()) : 0;
  }

  /** Whether this is the other purpose, or below it. */
  public boolean isOrIsBelow(Purpose other) {
    return equals(other) || (bit() & other.bitsBelow()) != 0;
  }

  /** Every PurposeOfUse code with the code it stands directly below; the root is its own parent. */
  public static Map<String, String> hierarchy() {
    return PurposeOfUse.PARENTS;
  }
}
