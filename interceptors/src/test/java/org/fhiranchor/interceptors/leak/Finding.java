package org.fhiranchor.interceptors.leak;

/**
 * What became of a probe.
 *
 * @param detail why it is a leak or a difference; empty otherwise
 */
record Finding(Probe probe, Persona persona, Outcome outcome, String detail) {
  /** The last two are what nobody wants to see. */
  enum Outcome {
    /** Both worlds refuse, alike. */
    REFUSED,
    /** Both worlds answer, alike. */
    PERMITTED,
    /** With a matching consent: what the probe states. */
    AS_STATED,
    /** With a matching consent: not what the probe states, or closer to plain HAPI than that. */
    MISSTATED,
    /** The worlds can be told apart, or hidden text was seen. */
    LEAKED
  }

  @Override
  public String toString() {
    return "%s %s as %s: %s%n  %s%n%s"
        .formatted(probe.surface(), probe.id(), persona.name(), outcome, probe.request(), detail);
  }
}
