package org.fhiranchor.interceptors.provenance;

import ca.uhn.fhir.rest.server.exceptions.UnclassifiedServerFailureException;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.OperationOutcome.IssueSeverity;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;

/**
 * A search walks the log without end. What it says depends on the log's size alone, which is
 * public.
 */
final class TooManyLeavesException extends UnclassifiedServerFailureException {
  private static final long serialVersionUID = 1L;
  private static final int FORBIDDEN = 403;

  TooManyLeavesException(int most) {
    super(FORBIDDEN, message(most));
    OperationOutcome outcome = new OperationOutcome();
    outcome
        .addIssue()
        .setSeverity(IssueSeverity.ERROR)
        .setCode(IssueType.TOOCOSTLY)
        .setDiagnostics(message(most));
    setOperationOutcome(outcome);
    setStackTrace(new StackTraceElement[0]);
  }

  private static String message(int most) {
    return "too costly: want at most "
        + most
        + " leaves of the log to look at; name target, patient, or a time after which it was"
        + " recorded";
  }
}
