package org.fhiranchor.interceptors.log.serving;

import java.util.Locale;
import org.fhiranchor.interceptors.log.SequencedLeaf;
import org.fhiranchor.merkle.Step;
import org.fhiranchor.merkle.Verdict;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.DecimalType;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.StringType;

/** A verdict as FHIR Parameters: result, failed step with both values, and the steps that held. */
final class VerdictParameters {
  private VerdictParameters() {}

  static Parameters of(Verdict verdict, SequencedLeaf leaf) {
    Parameters answer = new Parameters();
    answer.addParameter("result", new CodeType(result(verdict)));
    answer.addParameter("leafIndex", new DecimalType(leaf.index().value()));
    if (verdict instanceof Verdict.NotVerified not) {
      answer.addParameter("step", new CodeType(code(not.step())));
      answer.addParameter("message", new StringType(not.reason()));
      answer.addParameter("want", new StringType(not.want()));
      answer.addParameter("got", new StringType(not.got()));
    } else if (verdict instanceof Verdict.Undecided undecided) {
      answer.addParameter("step", new CodeType(code(undecided.step())));
      answer.addParameter("message", new StringType(undecided.missing()));
    }
    verdict
        .passed()
        .forEach(passed -> answer.addParameter("passed", new CodeType(code(passed.step()))));
    return answer;
  }

  /** A column beside the statement that was edited (PRF-2). */
  static Parameters of(RowComparison.Difference difference, SequencedLeaf leaf) {
    Parameters answer = new Parameters();
    answer.addParameter("result", new CodeType("not-verified"));
    answer.addParameter("leafIndex", new DecimalType(leaf.index().value()));
    answer.addParameter("step", new CodeType("stored-row"));
    answer.addParameter(
        "message",
        new StringType(difference.column() + " does not say what was recorded: it was edited"));
    answer.addParameter("want", new StringType(difference.want()));
    answer.addParameter("got", new StringType(difference.got()));
    return answer;
  }

  private static String result(Verdict verdict) {
    if (verdict instanceof Verdict.Verified) {
      return "verified";
    }
    return verdict instanceof Verdict.NotVerified ? "not-verified" : "undecided";
  }

  private static String code(Step step) {
    return step.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
