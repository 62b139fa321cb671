package org.fhiranchor.merkle;

import java.util.List;
import java.util.function.Function;

/** Ends a verification at its first step that does not hold; never leaves this package. */
final class StepFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Function<List<Verdict.Passed>, Verdict> verdict;

  private StepFailure(Function<List<Verdict.Passed>, Verdict> verdict) {
    super("a step does not hold", null, false, false);
    this.verdict = verdict;
  }

  static StepFailure not(Step step, String reason, String want, String got) {
    return new StepFailure(passed -> new Verdict.NotVerified(step, reason, want, got, passed));
  }

  static StepFailure undecided(Step step, String missing) {
    return new StepFailure(passed -> new Verdict.Undecided(step, missing, passed));
  }

  Verdict verdict(List<Verdict.Passed> passed) {
    return verdict.apply(passed);
  }
}
