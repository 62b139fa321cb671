package org.fhiranchor.interceptors.log.recording.guard;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.RestOperationTypeEnum;
import ca.uhn.fhir.rest.api.server.IPreResourceAccessDetails;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import ca.uhn.fhir.util.UrlUtil;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.hibernate.engine.spi.SessionImplementor;
import org.hl7.fhir.instance.model.api.IBaseBundle;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.Bundle.HTTPVerb;
import org.jspecify.annotations.Nullable;

/**
 * Refuses a transaction of which two entries write the same resource, as FHIR R4 asks (http.html,
 * transaction processing rules: where identities overlap, "the transaction SHALL fail"). HAPI 8.8
 * stores one of them and answers 200 for both. Belongs on the JPA registry, once.
 */
@Interceptor
public final class OneWritePerResource {
  private static final Set<RestOperationTypeEnum> TOGETHER =
      EnumSet.of(RestOperationTypeEnum.TRANSACTION, RestOperationTypeEnum.BATCH);

  private static final String REFUSAL =
      "two entries of this transaction write the same resource: want one for each; nothing was"
          + " stored";

  private final Supplier<SessionImplementor> session;

  /** By the session of a database transaction, which nobody else uses, and with which it goes. */
  private final Map<SessionImplementor, Map<String, IBaseResource>> written =
      Collections.synchronizedMap(new WeakHashMap<>());

  /** The session of this thread's transaction is asked for inside of transactions alone. */
  public OneWritePerResource(Supplier<SessionImplementor> session) {
    this.session = session;
  }

  /** Two conditional updates with one condition: HAPI drops the second before anything runs. */
  @Hook(Pointcut.STORAGE_TRANSACTION_PROCESSING)
  public void refuseSameCondition(IBaseBundle bundle) {
    if (!(bundle instanceof Bundle entries) || entries.getType() == BundleType.BATCH) {
      return;
    }
    Set<String> conditions = new HashSet<>();
    for (BundleEntryComponent entry : entries.getEntry()) {
      if (isConditionalUpdate(entry) && !conditions.add(condition(entry.getRequest().getUrl()))) {
        throw new InvalidRequestException(REFUSAL);
      }
    }
  }

  private static boolean isConditionalUpdate(BundleEntryComponent entry) {
    String url = Optional.ofNullable(entry.getRequest().getUrl()).orElse("");
    return entry.getRequest().getMethod() == HTTPVerb.PUT && url.contains("?");
  }

  /** The same for every spelling of the same search. */
  private static String condition(String url) {
    int question = url.indexOf('?');
    String type = url.startsWith("/") ? url.substring(1, question) : url.substring(0, question);
    SortedMap<String, List<String>> parameters = new TreeMap<>();
    UrlUtil.parseQueryString(url.substring(question + 1))
        .forEach((name, values) -> parameters.put(name, Stream.of(values).sorted().toList()));
    return type + parameters;
  }

  /**
   * HAPI shows each entry's result here before it stores anything, all of one transaction in one
   * session, and the one that it will store once more.
   */
  @Hook(Pointcut.STORAGE_PREACCESS_RESOURCES)
  public void refuseSecond(@Nullable RequestDetails request, IPreResourceAccessDetails details) {
    if (request == null || !TOGETHER.contains(request.getRestOperationType())) {
      return;
    }
    for (int i = 0; i < details.size(); i++) {
      refuseSecond(details.getResource(i));
    }
  }

  /** HAPI deletes before it writes, and would tell of both in the other order. */
  @Hook(Pointcut.STORAGE_PRESTORAGE_RESOURCE_DELETED)
  public void refuseSecond(@Nullable RequestDetails request, IBaseResource deleted) {
    if (request != null && TOGETHER.contains(request.getRestOperationType())) {
      refuseSecond(deleted);
    }
  }

  private void refuseSecond(IBaseResource resource) {
    String key = resource.fhirType() + "/" + resource.getIdElement().getIdPart();
    IBaseResource first =
        written
            .computeIfAbsent(session.get(), one -> new ConcurrentHashMap<>())
            .putIfAbsent(key, resource);
    if (first != null && first != resource) {
      throw new InvalidRequestException(REFUSAL);
    }
  }
}
