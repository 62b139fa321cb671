package org.fhiranchor.interceptors.identity;

import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.AuthenticationException;
import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import ca.uhn.fhir.rest.server.exceptions.ForbiddenOperationException;
import ca.uhn.fhir.rest.server.exceptions.UnclassifiedServerFailureException;
import java.util.Optional;
import org.fhiranchor.interceptors.identity.AccessLog.RefusedRequest;
import org.fhiranchor.interceptors.identity.token.Refusal;
import org.fhiranchor.interceptors.identity.token.Requester;
import org.fhiranchor.interceptors.identity.token.TokenResult;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.OperationOutcome.IssueSeverity;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;

/**
 * Records a refusal and turns it into HAPI's exception with status, challenge header and
 * OperationOutcome.
 */
final class Refusals {
  private static final int RETRY_AFTER_SECONDS = 10;

  private final AccessLog log;

  Refusals(AccessLog log) {
    this.log = log;
  }

  BaseServerResponseException refuse(Refusal why, RequestDetails request, String surface) {
    return refuse(new TokenResult.Refused(why), request, surface);
  }

  BaseServerResponseException refuse(
      TokenResult.Refused refused, RequestDetails request, String surface) {
    Refusal why = refused.why();
    String requestId = Optional.ofNullable(request.getRequestId()).orElse("-");
    log.refused(
        new RefusedRequest(why, Requester.of(request), requestId, surface, refused.claim()));
    String description = why.description(refused.claim());
    BaseServerResponseException exception = exception(why, description);
    exception.setOperationOutcome(outcome(why, description));
    // HAPI logs whatever a hook throws with its stack; a stranger without a token must not fill the
    // disk.
    exception.setStackTrace(new StackTraceElement[0]);
    if (why.status() == 503) {
      exception.addResponseHeader("Retry-After", Integer.toString(RETRY_AFTER_SECONDS));
    } else {
      exception.addResponseHeader("WWW-Authenticate", why.challenge(refused.claim()));
    }
    return exception;
  }

  private static BaseServerResponseException exception(Refusal why, String description) {
    return switch (why.status()) {
      case 401 -> new AuthenticationException(description);
      case 403 -> new ForbiddenOperationException(description);
      default -> new UnclassifiedServerFailureException(why.status(), description);
    };
  }

  private static OperationOutcome outcome(Refusal why, String description) {
    OperationOutcome outcome = new OperationOutcome();
    outcome
        .addIssue()
        .setSeverity(IssueSeverity.ERROR)
        .setCode(issue(why))
        .setDiagnostics(description);
    return outcome;
  }

  private static IssueType issue(Refusal why) {
    return switch (why) {
      case NO_TOKEN, NOT_BEARER -> IssueType.LOGIN;
      case TOKEN_EXPIRED -> IssueType.EXPIRED;
      case KEYS_UNAVAILABLE -> IssueType.TRANSIENT;
      case SCOPE, OTHER_PATIENT, UNDECIDED_OPERATION -> IssueType.FORBIDDEN;
      default -> IssueType.SECURITY;
    };
  }
}
