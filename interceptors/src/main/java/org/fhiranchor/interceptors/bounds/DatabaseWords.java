package org.fhiranchor.interceptors.bounds;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.server.ResponseDetails;
import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import ca.uhn.fhir.rest.server.exceptions.InternalErrorException;
import ca.uhn.fhir.rest.server.exceptions.ResourceVersionConflictException;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.OperationOutcome.OperationOutcomeIssueComponent;
import org.jspecify.annotations.Nullable;

/**
 * Keeps statements, tables and keys of the database out of answers: HAPI says word by word what the
 * database said. The status stays. Belongs in both registries.
 */
@Interceptor
public final class DatabaseWords {
  private static final int CONFLICT = 409;
  private static final String CAME_BETWEEN =
      "another request changed the same at the same time: ask again";
  private static final String NOT_TAKEN = "the database did not take this request";
  private static final Pattern WORDS =
      Pattern.compile(
          "JDBC exception executing|could not (?:execute|prepare) |\\bSQL \\[|\\bconstraint \\[");

  /** A request that failed as a whole. */
  @Hook(Pointcut.SERVER_PRE_PROCESS_OUTGOING_EXCEPTION)
  public @Nullable BaseServerResponseException failing(Throwable failure) {
    if (!has(failure.getMessage())) {
      return null;
    }
    boolean conflict =
        failure instanceof BaseServerResponseException said && said.getStatusCode() == CONFLICT;
    return conflict
        ? new ResourceVersionConflictException(CAME_BETWEEN)
        : new InternalErrorException(NOT_TAKEN);
  }

  /** What became of the entries of a batch. */
  @Hook(Pointcut.SERVER_OUTGOING_RESPONSE)
  public void answering(@Nullable ResponseDetails response, @Nullable IBaseResource resource) {
    if (resource instanceof Bundle bundle) {
      bundle.getEntry().stream()
          .filter(BundleEntryComponent::hasResponse)
          .map(BundleEntryComponent::getResponse)
          .forEach(
              entry ->
                  issues(entry.getOutcome())
                      .filter(issue -> has(issue.getDiagnostics()))
                      .forEach(
                          issue ->
                              issue.setDiagnostics(
                                  String.valueOf(entry.getStatus())
                                          .startsWith(Integer.toString(CONFLICT))
                                      ? CAME_BETWEEN
                                      : NOT_TAKEN)));
    }
  }

  private static Stream<OperationOutcomeIssueComponent> issues(@Nullable IBaseResource outcome) {
    return Optional.ofNullable(outcome)
        .filter(OperationOutcome.class::isInstance)
        .map(OperationOutcome.class::cast)
        .stream()
        .flatMap(one -> one.getIssue().stream());
  }

  private static boolean has(@Nullable String message) {
    return message != null && WORDS.matcher(message).find();
  }
}
