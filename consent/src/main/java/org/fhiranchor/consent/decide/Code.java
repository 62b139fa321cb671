package org.fhiranchor.consent.decide;

import java.util.Set;

/**
 * A coding, reduced to what two codings are compared by. However its system is spelled, it is held
 * under the one identity that {@link CodeSystems} knows; an absent system is the empty string.
 */
public record Code(String system, String code) {
  /**
   * Labels of records of substance use disorder treatment under 42 CFR part 2. HL7 moved the code
   * from the second system to the first. ETH and SUD say what a record tells, not that this law
   * protects it.
   */
  public static final Set<Code> PART_TWO =
      Set.of(
          new Code(CodeSystems.ACT_CODE, "42CFRPart2"),
          new Code(CodeSystems.US_PRIVACY_LAW, "42CFRPart2"));

  public Code {
    system = CodeSystems.identity(system, code);
  }

  @Override
  public String toString() {
    return system + "|" + code;
  }
}
