package org.fhiranchor.interceptors.bounds;

import ca.uhn.fhir.context.ConfigurationException;
import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.parser.DataFormatException;
import ca.uhn.fhir.rest.api.Constants;
import ca.uhn.fhir.rest.api.EncodingEnum;
import ca.uhn.fhir.rest.api.RequestTypeEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.param.ParameterUtil;
import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import ca.uhn.fhir.rest.server.exceptions.UnclassifiedServerFailureException;
import ca.uhn.fhir.util.UrlUtil;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.fhiranchor.interceptors.identity.BundleEntries;
import org.fhiranchor.interceptors.identity.RequestFacts;
import org.hl7.fhir.exceptions.FHIRFormatError;
import org.hl7.fhir.instance.model.api.IBaseBundle;
import org.hl7.fhir.instance.model.api.IIdType;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.Bundle.BundleEntryRequestComponent;
import org.hl7.fhir.r4.model.Bundle.HTTPVerb;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Parameters.ParametersParameterComponent;
import org.jspecify.annotations.Nullable;

/**
 * Answers by name what HAPI would answer as a failure of its own, or take for another question: an
 * {@code If-Match} that is no version, a patch that is none, a count that is no number, an entry's
 * date that is none, a {@code $validate} of nothing, dates that {@code $everything} does not look
 * at, places in it that count what is left out (ANS-1). Belongs in both registries.
 */
@Interceptor
public final class UnusableRequests {
  /** Versions are longs; one digit less is enough for all of them. */
  private static final Pattern VERSION = Pattern.compile("\\d{1,18}");

  private static final Pattern COUNT = Pattern.compile("\\d{1,9}");

  private static final List<String> COUNTS = List.of("_count", "_offset");
  private static final String VALIDATE = "$validate";
  private static final String EVERYTHING = "$everything";

  /** What HAPI looks at, and what says how an answer is written. */
  private static final List<String> HONOURED =
      List.of(
          "_count",
          "_elements",
          "_format",
          "_lastUpdated",
          "_mdm",
          "_pretty",
          "_sort",
          "_summary",
          "_type");

  private static final int MOST_CAUSES = 10;
  private static final int UNSUPPORTED_MEDIA_TYPE = 415;

  /** Before anybody looks at the entries one by one. */
  private static final int ENTRIES = -999_999;

  private final SearchDates dates = new SearchDates(FhirContext.forR4Cached());

  /** Before HAPI makes numbers of them, and after everybody who asks who is there. */
  @Hook(value = Pointcut.SERVER_INCOMING_REQUEST_POST_PROCESSED, order = RequestBounds.ARRIVING)
  public void counting(RequestDetails request) {
    checkCounts(request.getParameters());
    checkForm(request);
  }

  /** HAPI reads no resource in Turtle, and calls a patch that is no Parameters a failure. */
  private static void checkForm(RequestDetails request) {
    String contentType = request.getHeader(Constants.HEADER_CONTENT_TYPE);
    RequestTypeEnum type = request.getRequestType();
    if (EncodingEnum.forContentType(contentType) == EncodingEnum.RDF
        && (type == RequestTypeEnum.POST || type == RequestTypeEnum.PUT)) {
      throw new UnclassifiedServerFailureException(
          UNSUPPORTED_MEDIA_TYPE, "body: want application/fhir+json or application/fhir+xml");
    }
    EncodingEnum patch = EncodingEnum.forContentTypeStrict(contentType);
    if (type == RequestTypeEnum.PATCH && patch != null && !isParameters(request, patch)) {
      throw new InvalidRequestException("patch: want Parameters, or a JSON or XML Patch");
    }
  }

  private static boolean isParameters(RequestDetails request, EncodingEnum form) {
    try {
      String body = new String(request.loadRequestContents(), StandardCharsets.UTF_8);
      return form != EncodingEnum.RDF
          && form.newParser(request.getFhirContext()).parseResource(body) instanceof Parameters;
    } catch (DataFormatException unreadable) {
      return false;
    }
  }

  /** Before a provider runs, once it is known what is asked. */
  @Hook(Pointcut.SERVER_INCOMING_REQUEST_PRE_HANDLED)
  public void arriving(RequestDetails request) {
    switch (request.getRequestType()) {
      case PUT, PATCH, DELETE -> checkVersion(request.getHeader(Constants.HEADER_IF_MATCH));
      default -> {}
    }
    checkPathVersion(request.getId());
    if (request.getOperation() != null && request.getResource() instanceof Parameters body) {
      checkValues(body.getParameter());
    }
    if (EVERYTHING.equals(request.getOperation())) {
      checkRecord(request.getParameters());
      if (request.getResource() instanceof Parameters body) {
        body.getParameter().forEach(part -> checkRecord(part.getName()));
      }
    }
  }

  /** A primitive may stand there with an extension alone: no parameter is given that way. */
  private static void checkValues(List<ParametersParameterComponent> parameters) {
    for (ParametersParameterComponent one : parameters) {
      if (one.hasValue() && one.getValue().isPrimitive() && !one.getValue().hasPrimitiveValue()) {
        throw new InvalidRequestException(one.getName() + ": want a value");
      }
      checkValues(one.getPart());
    }
  }

  /** The same of each entry of a transaction, and of a batch, whose entries come one by one. */
  @Hook(value = Pointcut.STORAGE_TRANSACTION_PROCESSING, order = ENTRIES)
  public void entries(@Nullable RequestDetails request, IBaseBundle bundle) {
    if (bundle instanceof Bundle entries) {
      checkSaid(entries.getEntry());
    }
    if (bundle instanceof Bundle entries && !BundleEntries.entriesFollow(entries, request)) {
      entries.getEntry().forEach(entry -> check(entry.getRequest()));
    }
  }

  /** A create needs no address: the type of what it brings says where. */
  private static void checkSaid(List<BundleEntryComponent> entries) {
    for (int i = 0; i < entries.size(); i++) {
      BundleEntryRequestComponent request = entries.get(i).getRequest();
      if (request.getMethod() == null) {
        throw new InvalidRequestException(
            "entry[%d].request.method: want GET, HEAD, POST, PUT, PATCH or DELETE".formatted(i));
      }
      if (request.getMethod() != HTTPVerb.POST && request.getUrl() == null) {
        throw new InvalidRequestException("entry[%d].request.url: want an address".formatted(i));
      }
    }
  }

  private void check(BundleEntryRequestComponent entry) {
    checkVersion(entry.getIfMatch());
    String url = entry.getUrl();
    int question = url == null ? -1 : url.indexOf('?');
    if (url != null && question >= 0) {
      String path = url.substring(0, question);
      Map<String, String[]> parameters = UrlUtil.parseQueryString(url.substring(question + 1));
      checkCounts(parameters);
      dates.check(path.substring(path.lastIndexOf('/') + 1), parameters);
      if (path.endsWith(EVERYTHING)) {
        checkRecord(parameters);
      }
    }
  }

  private static void checkCounts(@Nullable Map<String, String[]> parameters) {
    for (String name : COUNTS) {
      String[] values = parameters == null ? null : parameters.get(name);
      if (values != null && Arrays.stream(values).anyMatch(UnusableRequests::isNoCount)) {
        throw new InvalidRequestException(name + ": want a number");
      }
    }
  }

  private static boolean isNoCount(@Nullable String value) {
    return value != null && !value.isBlank() && !COUNT.matcher(value).matches();
  }

  private static void checkVersion(@Nullable String ifMatch) {
    if (ifMatch != null
        && !ifMatch.isBlank()
        && !VERSION.matcher(ParameterUtil.parseETagValue(ifMatch)).matches()) {
      throw new InvalidRequestException("If-Match: want the ETag of a version, such as W/\"3\"");
    }
  }

  /** There is none with such a number. */
  private static void checkPathVersion(@Nullable IIdType id) {
    if (id != null
        && id.hasVersionIdPart()
        && id.getVersionIdPart().chars().allMatch(Character::isDigit)
        && !VERSION.matcher(id.getVersionIdPart()).matches()) {
      throw new ResourceNotFoundException("no such version");
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
    if ("_since".equals(name)) {
      throw new InvalidRequestException(
          "$everything: _since is not supported here, use _lastUpdated=ge and the time");
    }
    if (name != null && !name.isBlank() && !HONOURED.contains(name)) {
      throw new InvalidRequestException(
          "$everything: a parameter is not supported here; supported are "
              + String.join(", ", HONOURED));
    }
  }

  /** What fails by what was sent is its sender's to mend. */
  @Hook(Pointcut.SERVER_PRE_PROCESS_OUTGOING_EXCEPTION)
  public @Nullable BaseServerResponseException failing(
      @Nullable RequestDetails request, Throwable failure) {
    if (failure instanceof BaseServerResponseException known && isOfClient(known)) {
      return null;
    }
    if (request != null
        && RequestFacts.bringsBody(request)
        && causes(failure).anyMatch(FHIRFormatError.class::isInstance)) {
      return new InvalidRequestException("body: cannot be read; want a narrative that is one div");
    }
    boolean validates = request != null && VALIDATE.equals(request.getOperation());
    return validates && causes(failure).anyMatch(ConfigurationException.class::isInstance)
        ? new InvalidRequestException("$validate: want a resource in the parameter resource")
        : null;
  }

  private static boolean isOfClient(BaseServerResponseException failure) {
    return failure.getStatusCode() < Constants.STATUS_HTTP_500_INTERNAL_ERROR;
  }

  private static Stream<Throwable> causes(Throwable failure) {
    return Stream.iterate(failure, one -> one != null, Throwable::getCause).limit(MOST_CAUSES);
  }
}
