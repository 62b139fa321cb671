package org.fhiranchor.server.availability;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.api.server.ResponseDetails;
import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Bundle;
import org.jspecify.annotations.Nullable;

/** What failed because the database is away is answered 503, not 500. */
@Interceptor(order = Integer.MIN_VALUE)
final class UnavailableOutcome {
  private static final int FAULT = 500;

  private final DatabaseWatch watch;

  UnavailableOutcome(DatabaseWatch watch) {
    this.watch = watch;
  }

  /** HAPI has wrapped whatever went wrong. */
  @Hook(Pointcut.SERVER_PRE_PROCESS_OUTGOING_EXCEPTION)
  public @Nullable BaseServerResponseException failed(Throwable failure) {
    if (failure instanceof BaseServerResponseException said && said.getStatusCode() != FAULT) {
      return null;
    }
    boolean databases = DatabaseFailures.isAway(failure);
    if (databases) {
      watch.lookNow();
    }
    return databases || watch.away().isPresent() ? UnavailableAnswer.exception() : null;
  }

  /** A batch answers 200 whatever became of its entries. */
  @Hook(Pointcut.SERVER_OUTGOING_RESPONSE)
  public void batch(
      @Nullable RequestDetails request,
      @Nullable ResponseDetails response,
      @Nullable IBaseResource resource) {
    if (watch.away().isPresent() && resource instanceof Bundle bundle && hasFault(bundle)) {
      throw UnavailableAnswer.exception();
    }
  }

  private static boolean hasFault(Bundle bundle) {
    return bundle.getEntry().stream()
        .anyMatch(entry -> String.valueOf(entry.getResponse().getStatus()).startsWith("500"));
  }
}
