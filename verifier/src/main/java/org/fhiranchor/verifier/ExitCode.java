package org.fhiranchor.verifier;

import java.util.Collection;

/** How the process ends (VER-2). */
enum ExitCode {
  VERIFIED(0),
  NOT_VERIFIED(1),
  UNREADABLE(2),
  UNDECIDED(3);

  private final int number;

  ExitCode(int number) {
    this.number = number;
  }

  /** Of many: what is worst decides. */
  static ExitCode of(Collection<ExitCode> codes) {
    if (codes.contains(NOT_VERIFIED)) {
      return NOT_VERIFIED;
    }
    return codes.contains(UNDECIDED) ? UNDECIDED : VERIFIED;
  }

  int number() {
    return number;
  }
}
