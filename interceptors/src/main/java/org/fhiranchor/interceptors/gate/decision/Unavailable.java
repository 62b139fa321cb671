package org.fhiranchor.interceptors.gate.decision;

import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import ca.uhn.fhir.rest.server.exceptions.ForbiddenOperationException;
import ca.uhn.fhir.rest.server.exceptions.ResourceGoneException;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import ca.uhn.fhir.rest.server.exceptions.UnclassifiedServerFailureException;
import ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.fhiranchor.consent.decide.LedgerView;
import org.fhiranchor.consent.facts.GovernedTypes;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.OperationOutcome.IssueSeverity;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.jspecify.annotations.Nullable;

/**
 * The one answer for what is hidden, missing, deleted or never was (docs/spec/consent.md): same
 * status, same words, same headers.
 *
 * @param status 403 or 404
 */
public record Unavailable(int status) {
  static final String MESSAGE =
      "not available: it does not exist, or no consent on the ledger permits this request";
  private static final Pattern TOO_MANY =
      Pattern.compile(
          "too costly: want at most (\\d{1,9}) hits to decide about; narrow the search");
  private static final int RETRY_AFTER_SECONDS = 5;

  /** For whatever may not be seen. */
  public BaseServerResponseException exception() {
    return saying(MESSAGE);
  }

  /** For a PUT: of what is hidden, of what is not there, and of what refers to either. */
  public BaseServerResponseException toReplace() {
    return saying(MESSAGE + "; what is new comes with POST, which gives it its id");
  }

  private BaseServerResponseException saying(String message) {
    return quiet(
        status == 404
            ? new ResourceNotFoundException(message)
            : new ForbiddenOperationException(message),
        outcome(IssueType.FORBIDDEN, message));
  }

  /** For what this server does for nobody, whatever is stored (ANS-1). */
  public static BaseServerResponseException off(String message) {
    return quiet(
        new ForbiddenOperationException(message), outcome(IssueType.NOTSUPPORTED, message));
  }

  /** For what this server does for others, whatever is stored (ANS-1). */
  public static BaseServerResponseException notForThisToken(String message) {
    return quiet(new ForbiddenOperationException(message), outcome(IssueType.FORBIDDEN, message));
  }

  /**
   * For whatever of this type may not be seen: resources of an open type are not there, as far as
   * anybody can tell.
   */
  public Unavailable of(String type) {
    return GovernedTypes.isOpen(type) ? new Unavailable(404) : this;
  }

  /** The status line of a batch entry. */
  public String statusLine() {
    return status == 404 ? "404 Not Found" : "403 Forbidden";
  }

  public OperationOutcome outcome() {
    return outcome(IssueType.FORBIDDEN, MESSAGE);
  }

  /** For what would make a patient's what is everybody's, or show what is a patient's in it. */
  public static UnprocessableEntityException everybodys(String type) {
    return new UnprocessableEntityException(
        "%s: want no patient in what is everybody's, and no reference between it and what is a patient's"
            .formatted(type));
  }

  /** For a page link that is not known, or not this requester's. */
  public static BaseServerResponseException noSuchPage() {
    String message = "this page link has expired, or is not yours: search again";
    return quiet(new ResourceGoneException(message), outcome(IssueType.EXPIRED, message));
  }

  /** For a search that would decide about more hits than the server is set to. */
  public static BaseServerResponseException tooMany(int limit) {
    String message =
        "too costly: want at most " + limit + " hits to decide about; narrow the search";
    return quiet(
        new UnclassifiedServerFailureException(403, message),
        outcome(IssueType.TOOCOSTLY, message));
  }

  /**
   * The same once more: of what stops a search HAPI keeps status and words alone. Empty for any
   * other words.
   */
  public static Optional<BaseServerResponseException> tooManySaid(@Nullable String words) {
    return Optional.ofNullable(words)
        .map(TOO_MANY::matcher)
        .filter(Matcher::matches)
        .map(said -> tooMany(Integer.parseInt(said.group(1))));
  }

  /** While the ledger, or what other nodes write, has not been heard for too long (CG-6). */
  public static BaseServerResponseException stale(LedgerView.Source missing) {
    String message = "consents cannot be checked at the moment: " + missing.missing();
    BaseServerResponseException exception =
        quiet(
            new UnclassifiedServerFailureException(503, message),
            outcome(IssueType.TRANSIENT, message));
    exception.addResponseHeader("Retry-After", Integer.toString(RETRY_AFTER_SECONDS));
    return exception;
  }

  /** HAPI logs what a hook throws with its stack; a refusal is none of its business. */
  private static BaseServerResponseException quiet(
      BaseServerResponseException exception, OperationOutcome outcome) {
    exception.setOperationOutcome(outcome);
    exception.setStackTrace(new StackTraceElement[0]);
    return exception;
  }

  private static OperationOutcome outcome(IssueType type, String message) {
    OperationOutcome outcome = new OperationOutcome();
    outcome.addIssue().setSeverity(IssueSeverity.ERROR).setCode(type).setDiagnostics(message);
    return outcome;
  }
}
