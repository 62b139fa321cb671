package org.fhiranchor.interceptors.bounds;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.jpa.searchparam.SearchParameterMap;
import ca.uhn.fhir.rest.api.Constants;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.UnclassifiedServerFailureException;
import org.fhiranchor.interceptors.identity.RequestFacts;
import org.hl7.fhir.instance.model.api.IBaseBundle;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.Parameters;
import org.jspecify.annotations.Nullable;

/**
 * Refuses what one request may not bring or ask for, before anything is done about it (ANS-4).
 * Belongs in both registries.
 */
@Interceptor
public final class RequestBounds {
  /** After everybody who asks who is there, as it reads the body. */
  static final int ARRIVING = 1_000_000;

  /** Before anybody looks at the entries, or the parameters, one by one. */
  private static final int FIRST = -1_000_000;

  private final int bundleEntries;
  private final SearchBounds searches;

  /** Bounds as the settings say. */
  public RequestBounds(int bundleEntries, SearchBounds searches) {
    this.bundleEntries = bundleEntries;
    this.searches = searches;
  }

  /** Before the body is parsed. */
  @Hook(value = Pointcut.SERVER_INCOMING_REQUEST_POST_PROCESSED, order = ARRIVING)
  public void arriving(RequestDetails request) {
    searches.check(request);
    searches.check(
        ifNoneExist(request.getResourceName(), request.getHeader(Constants.HEADER_IF_NONE_EXIST)));
    if (RequestFacts.bringsBody(request)) {
      Nesting.check(request.loadRequestContents());
    }
  }

  /** Once the body is parsed, before a provider runs. */
  @Hook(value = Pointcut.SERVER_INCOMING_REQUEST_PRE_HANDLED, order = FIRST)
  public void parsed(RequestDetails request) {
    if (request.getResource() instanceof Parameters parameters) {
      searches.check(parameters);
    }
  }

  /** Of a batch HAPI hands over the whole, and later each entry by itself. */
  @Hook(value = Pointcut.STORAGE_TRANSACTION_PROCESSING, order = FIRST)
  public void entries(@Nullable RequestDetails request, IBaseBundle bundle) {
    if (request == null || !(bundle instanceof Bundle entries)) {
      return;
    }
    int count = entries.getEntry().size();
    if (count > bundleEntries) {
      throw new UnclassifiedServerFailureException(
          413, "bundle: want at most %d entries, got %d".formatted(bundleEntries, count));
    }
    entries.getEntry().forEach(this::checkSearches);
  }

  private void checkSearches(BundleEntryComponent entry) {
    searches.check(entry.getRequest().getUrl());
    if (entry.getResource() != null) {
      searches.check(
          ifNoneExist(entry.getResource().fhirType(), entry.getRequest().getIfNoneExist()));
    }
  }

  /** HAPI takes the condition alone, and the whole address. */
  private static @Nullable String ifNoneExist(@Nullable String type, @Nullable String condition) {
    return condition == null || condition.contains("?") ? condition : type + "?" + condition;
  }

  /** Searches that no address says: those of GraphQL, and what was added on the way. */
  @Hook(Pointcut.STORAGE_PRESEARCH_REGISTERED)
  public void searching(SearchParameterMap search) {
    searches.check(search);
  }
}
