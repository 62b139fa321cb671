package org.fhiranchor.interceptors.identity;

import ca.uhn.fhir.rest.api.RestOperationTypeEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import ca.uhn.fhir.rest.server.method.BaseMethodBinding;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import ca.uhn.fhir.rest.server.servlet.ServletSubRequestDetails;
import ca.uhn.fhir.rest.server.util.ServletRequestUtil;
import ca.uhn.fhir.util.UrlUtil;
import com.google.common.collect.ArrayListMultimap;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.fhiranchor.interceptors.identity.scope.SmartScope;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.Bundle.HTTPVerb;
import org.jspecify.annotations.Nullable;

/**
 * What the entries of a batch or transaction ask for, read the way HAPI's transaction processor
 * will read them: a GET is routed like a request of its own, a POST creates whatever resource it
 * holds, and the other verbs act on the type in their URL.
 */
public final class BundleEntries {
  private static final String TRANSACTION_SEMANTICS = "X-Transaction-Semantics";

  private BundleEntries() {}

  /**
   * One for each thing that an entry would do, in the order of the entries. HAPI hands over a whole
   * transaction, a whole batch, and then each entry of the batch by itself: that last time decides
   * about a batch, so that one refused entry does not stop the others. A batch that asks to be
   * tried as a transaction first is decided whole.
   *
   * @return none for a batch whose entries come by themselves
   */
  public static List<RequestFacts> decidedTogether(Bundle bundle, ServletRequestDetails request) {
    return entriesFollow(bundle, request)
        ? List.of()
        : bundle.getEntry().stream().flatMap(entry -> facts(entry, request)).toList();
  }

  /** Whether HAPI hands over each entry of this batch by itself, after the whole. */
  public static boolean entriesFollow(Bundle bundle, @Nullable RequestDetails request) {
    return bundle.getType() == BundleType.BATCH
        && (request == null || request.getHeader(TRANSACTION_SEMANTICS) == null);
  }

  /**
   * Whether HAPI made this to answer a batch or transaction, entry by entry; a stored one has a
   * version.
   */
  public static boolean areAnsweredBy(@Nullable IBaseResource answer) {
    return answer instanceof Bundle bundle
        && !bundle.getMeta().hasVersionId()
        && (bundle.getType() == BundleType.BATCHRESPONSE
            || bundle.getType() == BundleType.TRANSACTIONRESPONSE);
  }

  private static Stream<RequestFacts> facts(
      BundleEntryComponent entry, ServletRequestDetails request) {
    HTTPVerb verb = entry.getRequest().getMethod();
    boolean noTarget = entry.getRequest().getUrl() == null && verb != HTTPVerb.POST;
    if (verb == null || noTarget) {
      return Stream.of(RequestFacts.unknown());
    }
    return switch (verb) {
      case GET, HEAD -> Stream.of(read(entry, request));
      case POST -> Stream.of(create(entry));
      case PUT -> Stream.concat(held(entry), Stream.of(onUrl(entry, RestOperationTypeEnum.UPDATE)));
      case PATCH -> Stream.of(onUrl(entry, RestOperationTypeEnum.PATCH));
      case DELETE -> Stream.of(onUrl(entry, RestOperationTypeEnum.DELETE));
      case NULL -> Stream.of(RequestFacts.unknown());
    };
  }

  private static RequestFacts read(BundleEntryComponent entry, ServletRequestDetails request) {
    ServletSubRequestDetails routed = routed(entry, request);
    routed.setRestOperationType(method(routed, request).getRestOperationType(routed));
    return RequestFacts.of(routed);
  }

  /**
   * What an entry that reads asks, whatever way its URL is written.
   *
   * @throws InvalidRequestException when nothing can have that URL
   */
  public static RequestFacts asked(BundleEntryComponent entry, ServletRequestDetails request) {
    return RequestFacts.of(routed(entry, request));
  }

  private static ServletSubRequestDetails routed(
      BundleEntryComponent entry, ServletRequestDetails request) {
    return ServletRequestUtil.getServletSubRequestDetails(
        request, entry.getRequest().getUrl(), "GET", ArrayListMultimap.create());
  }

  private static BaseMethodBinding method(
      ServletSubRequestDetails routed, ServletRequestDetails request) {
    return request.getServer().determineResourceMethod(routed, routed.getRequestPath());
  }

  /**
   * What HAPI will run for an entry that reads.
   *
   * @throws InvalidRequestException when nothing has that URL
   */
  public static Method readBy(BundleEntryComponent entry, ServletRequestDetails request) {
    return method(routed(entry, request), request).getMethod();
  }

  private static RequestFacts create(BundleEntryComponent entry) {
    String condition = Optional.ofNullable(entry.getRequest().getIfNoneExist()).orElse("");
    String type = heldType(entry).orElse(SmartScope.ANY_TYPE);
    return RequestFacts.write(
        RestOperationTypeEnum.CREATE, type, Optional.empty(), condition, body(entry));
  }

  private static Stream<RequestFacts> held(BundleEntryComponent entry) {
    Optional<String> id = Optional.ofNullable(UrlUtil.parseUrl(url(entry)).getResourceId());
    boolean conditional = url(entry).contains("?");
    return heldType(entry).stream()
        .map(
            type ->
                RequestFacts.write(
                    RestOperationTypeEnum.UPDATE, type, id, conditional ? "?" : "", body(entry)));
  }

  private static RequestFacts onUrl(BundleEntryComponent entry, RestOperationTypeEnum interaction) {
    String url = url(entry);
    int question = url.indexOf('?');
    String condition = question < 0 ? "" : url.substring(question);
    UrlUtil.UrlParts parts = UrlUtil.parseUrl(url);
    String type = Optional.ofNullable(parts.getResourceType()).orElse(SmartScope.ANY_TYPE);
    return RequestFacts.write(
        interaction, type, Optional.ofNullable(parts.getResourceId()), condition, body(entry));
  }

  private static String url(BundleEntryComponent entry) {
    return Optional.ofNullable(entry.getRequest().getUrl()).orElse("");
  }

  private static Optional<IBaseResource> body(BundleEntryComponent entry) {
    return Optional.ofNullable(entry.getResource());
  }

  private static Optional<String> heldType(BundleEntryComponent entry) {
    return Optional.ofNullable(entry.getResource()).map(resource -> resource.fhirType());
  }
}
