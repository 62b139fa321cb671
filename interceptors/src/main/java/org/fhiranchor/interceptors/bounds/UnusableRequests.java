package org.fhiranchor.interceptors.bounds;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.Constants;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.param.ParameterUtil;
import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException;
import ca.uhn.fhir.util.UrlUtil;
import java.util.Arrays;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.hl7.fhir.instance.model.api.IBaseBundle;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryRequestComponent;
import org.hl7.fhir.r4.model.Parameters;
import org.jspecify.annotations.Nullable;

/**
 * Answers by name what HAPI would answer as a failure of its own, or take for another question: an
 * {@code If-Match} that is no version, a patch that does not fit the resource, dates that {@code
 * $everything} does not look at, places in it that count what is left out (ANS-1). Belongs in both
 * registries.
 */
@Interceptor
public final class UnusableRequests {
  /** Versions are longs; one digit less is enough for all of them. */
  private static final Pattern VERSION = Pattern.compile("\\d{1,18}");

  private static final String EVERYTHING = "$everything";
  private static final String PATCHING = "ca.uhn.fhir.jpa.patch.";
  private static final int MOST_CAUSES = 10;

  /** Before anybody looks at the entries one by one. */
  private static final int ENTRIES = -999_999;

  /** Before a provider runs, once it is known what is asked. */
  @Hook(Pointcut.SERVER_INCOMING_REQUEST_PRE_HANDLED)
  public void arriving(RequestDetails request) {
    switch (request.getRequestType()) {
      case PUT, PATCH, DELETE -> checkVersion(request.getHeader(Constants.HEADER_IF_MATCH));
      default -> {}
    }
    if (EVERYTHING.equals(request.getOperation())) {
      checkRecord(request.getParameters());
      if (request.getResource() instanceof Parameters body) {
        body.getParameter().forEach(part -> checkRecord(part.getName()));
      }
    }
  }

  /** The same of each entry of a batch or transaction. */
  @Hook(value = Pointcut.STORAGE_TRANSACTION_PROCESSING, order = ENTRIES)
  public void entries(IBaseBundle bundle) {
    if (bundle instanceof Bundle entries) {
      entries.getEntry().forEach(entry -> check(entry.getRequest()));
    }
  }

  private static void check(BundleEntryRequestComponent entry) {
    checkVersion(entry.getIfMatch());
    String url = entry.getUrl();
    int question = url == null ? -1 : url.indexOf('?');
    if (url != null && question >= 0 && url.substring(0, question).endsWith(EVERYTHING)) {
      checkRecord(UrlUtil.parseQueryString(url.substring(question + 1)));
    }
  }

  private static void checkVersion(@Nullable String ifMatch) {
    if (ifMatch != null
        && !ifMatch.isBlank()
        && !VERSION.matcher(ParameterUtil.parseETagValue(ifMatch)).matches()) {
      throw new InvalidRequestException("If-Match: want the ETag of a version, such as W/\"3\"");
    }
  }

  private static void checkRecord(@Nullable Map<String, String[]> parameters) {
    if (parameters != null) {
      parameters.keySet().forEach(UnusableRequests::checkRecord);
    }
  }

  private static void checkRecord(@Nullable String name) {
    if ("start".equals(name) || "end".equals(name)) {
      throw new InvalidRequestException(
          "$everything: start and end are not supported here, search the types by their dates");
    }
    if ("_offset".equals(name)) {
      throw new InvalidRequestException(
          "$everything: _offset is not supported here, follow the link to the next page");
    }
  }

  /** A patch that fails on its own resource is its sender's to mend. */
  @Hook(Pointcut.SERVER_PRE_PROCESS_OUTGOING_EXCEPTION)
  public @Nullable BaseServerResponseException failing(Throwable failure) {
    boolean told = failure instanceof BaseServerResponseException known && isOfClient(known);
    return !told && causes(failure).anyMatch(UnusableRequests::isOfPatch)
        ? new UnprocessableEntityException("the patch cannot be applied to this resource")
        : null;
  }

  private static boolean isOfClient(BaseServerResponseException failure) {
    return failure.getStatusCode() < Constants.STATUS_HTTP_500_INTERNAL_ERROR;
  }

  private static Stream<Throwable> causes(Throwable failure) {
    return Stream.iterate(failure, one -> one != null, Throwable::getCause).limit(MOST_CAUSES);
  }

  private static boolean isOfPatch(Throwable failure) {
    return Arrays.stream(failure.getStackTrace())
        .anyMatch(frame -> frame.getClassName().startsWith(PATCHING));
  }
}
