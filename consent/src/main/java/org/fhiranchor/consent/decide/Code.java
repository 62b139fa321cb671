package org.fhiranchor.consent.decide;

/** A coding, reduced to what two codings are compared by. An absent system is the empty string. */
public record Code(String system, String code) {
  @Override
  public String toString() {
    return system + "|" + code;
  }
}
