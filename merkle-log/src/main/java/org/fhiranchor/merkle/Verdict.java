package org.fhiranchor.merkle;

import java.util.List;

/** The answer of a verification (VER-2). */
public sealed interface Verdict {
  /** The steps that held, in order. */
  List<Passed> passed();

  /**
   * A step that held.
   *
   * @param what the value it was about, for people to read
   */
  record Passed(Step step, String what) {}

  /** Every step held. */
  record Verified(List<Passed> passed) implements Verdict {}

  /**
   * A step did not hold; those after it were not looked at.
   *
   * @param reason what does not fit, in words
   * @param want the value that would have fitted
   * @param got the value found
   */
  record NotVerified(Step step, String reason, String want, String got, List<Passed> passed)
      implements Verdict {}

  /**
   * Nothing speaks against it, but something is missing.
   *
   * @param step the step that could not be done
   * @param missing what is needed to do it
   */
  record Undecided(Step step, String missing, List<Passed> passed) implements Verdict {}
}
