package org.fhiranchor.interceptors.bounds;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.Constants;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import ca.uhn.fhir.rest.server.exceptions.UnclassifiedServerFailureException;
import ca.uhn.fhir.util.UrlUtil;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import org.fhiranchor.interceptors.identity.RequestFacts;
import org.hl7.fhir.instance.model.api.IBaseBundle;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.jspecify.annotations.Nullable;

/**
 * Refuses what one request may not bring or ask for, before anything is done about it (ANS-4).
 * Belongs in both registries.
 */
@Interceptor
public final class RequestBounds {
  /** After everybody who asks who is there, as it reads the body. */
  static final int ARRIVING = 1_000_000;

  /** Before anybody looks at the entries one by one. */
  private static final int ENTRIES = -1_000_000;

  private final int bundleEntries;
  private final int searchValues;

  /** Bounds as the settings say. */
  public RequestBounds(int bundleEntries, int searchValues) {
    this.bundleEntries = bundleEntries;
    this.searchValues = searchValues;
  }

  /** Before the body is parsed. */
  @Hook(value = Pointcut.SERVER_INCOMING_REQUEST_POST_PROCESSED, order = ARRIVING)
  public void arriving(RequestDetails request) {
    checkValues(request.getParameters());
    SearchNumbers numbers = new SearchNumbers(request.getFhirContext());
    numbers.check(request.getResourceName(), request.getParameters());
    numbers.check(
        request.getResourceName() + "?" + request.getHeader(Constants.HEADER_IF_NONE_EXIST));
    if (RequestFacts.bringsBody(request)) {
      Nesting.check(request.loadRequestContents());
    }
  }

  /** Of a batch HAPI hands over the whole, and later each entry by itself. */
  @Hook(value = Pointcut.STORAGE_TRANSACTION_PROCESSING, order = ENTRIES)
  public void entries(@Nullable RequestDetails request, IBaseBundle bundle) {
    if (request == null || !(bundle instanceof Bundle entries)) {
      return;
    }
    int count = entries.getEntry().size();
    if (count > bundleEntries) {
      throw new UnclassifiedServerFailureException(
          413, "bundle: want at most %d entries, got %d".formatted(bundleEntries, count));
    }
    SearchNumbers numbers = new SearchNumbers(request.getFhirContext());
    entries.getEntry().forEach(entry -> checkSearch(entry, numbers));
  }

  private void checkSearch(BundleEntryComponent entry, SearchNumbers numbers) {
    String url = entry.getRequest().getUrl();
    numbers.check(url);
    numbers.check(
        entry.getResource() == null
            ? null
            : entry.getResource().fhirType() + "?" + entry.getRequest().getIfNoneExist());
    int question = url == null ? -1 : url.indexOf('?');
    if (url != null && question >= 0) {
      checkValues(UrlUtil.parseQueryString(url.substring(question + 1)));
    }
  }

  private void checkValues(@Nullable Map<String, String[]> parameters) {
    long values =
        parameters == null
            ? 0
            : parameters.values().stream()
                .flatMap(Arrays::stream)
                // a name without a value
                .filter(Objects::nonNull)
                .mapToLong(value -> 1 + value.chars().filter(letter -> letter == ',').count())
                .sum();
    if (values > searchValues) {
      throw tooMany(values);
    }
  }

  private BaseServerResponseException tooMany(long values) {
    return new InvalidRequestException(
        "search: want at most %d values in all parameters together, got %d"
            .formatted(searchValues, values));
  }
}
