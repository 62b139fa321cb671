package org.fhiranchor.verifier;

/** A step of an audit does not hold. */
final class AuditFailure extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient Outcome.End end;

  AuditFailure(String step, String reason, String want, String got) {
    this.end = new Outcome.End(step, reason, want, got);
  }

  Outcome.End end() {
    return end;
  }
}
