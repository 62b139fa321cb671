package org.fhiranchor.consent.decide;

/**
 * A coding, reduced to what two codings are compared by. However its system is spelled, it is held
 * under the one identity that {@link CodeSystems} knows; an absent system is the empty string.
 */
public record Code(String system, String code) {
  public Code {
    system = CodeSystems.identity(system, code);
  }

  @Override
  public String toString() {
    return system + "|" + code;
  }
}
