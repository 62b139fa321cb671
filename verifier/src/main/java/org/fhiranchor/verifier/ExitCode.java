package org.fhiranchor.verifier;

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

  int number() {
    return number;
  }
}
