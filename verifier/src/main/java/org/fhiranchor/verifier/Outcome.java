package org.fhiranchor.verifier;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.fhiranchor.merkle.Verdict;

/** The answer of one command: what held, and what ended it if anything did. */
record Outcome(ExitCode code, List<Line> held, Optional<End> end) {
  /** A step that held. */
  record Line(String step, String what) {}

  /**
   * The step that did not hold or could not be done.
   *
   * @param want empty when something is missing, rather than wrong
   */
  record End(String step, String reason, String want, String got) {}

  static Outcome of(Verdict verdict) {
    List<Line> held = new ArrayList<>();
    verdict.passed().forEach(passed -> held.add(new Line(name(passed.step()), passed.what())));
    if (verdict instanceof Verdict.NotVerified no) {
      End end = new End(name(no.step()), no.reason(), no.want(), no.got());
      return new Outcome(ExitCode.NOT_VERIFIED, held, Optional.of(end));
    }
    if (verdict instanceof Verdict.Undecided undecided) {
      End end = new End(name(undecided.step()), undecided.missing(), "", "");
      return new Outcome(ExitCode.UNDECIDED, held, Optional.of(end));
    }
    return new Outcome(ExitCode.VERIFIED, held, Optional.empty());
  }

  private static String name(Enum<?> step) {
    return step.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
