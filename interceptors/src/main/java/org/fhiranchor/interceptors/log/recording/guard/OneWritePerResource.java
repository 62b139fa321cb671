package org.fhiranchor.interceptors.log.recording.guard;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.server.storage.TransactionDetails;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import ca.uhn.fhir.util.UrlUtil;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.hl7.fhir.instance.model.api.IBaseBundle;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.instance.model.api.IIdType;
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
  private static final String WRITTEN = "org.fhiranchor.written";
  private static final String REFUSAL =
      "two entries of this transaction write the same resource: want one for each; nothing was"
          + " stored";

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

  /** A create under an id that its writer chose. */
  @Hook(Pointcut.STORAGE_PRESTORAGE_RESOURCE_CREATED)
  public void creating(IBaseResource resource, TransactionDetails transaction) {
    refuseSecond(resource, transaction);
  }

  /** HAPI comes twice with the very same object: when it looks at the entry, and when it stores. */
  @Hook(Pointcut.STORAGE_PRESTORAGE_RESOURCE_UPDATED)
  public void updating(
      @Nullable IBaseResource before, IBaseResource after, TransactionDetails transaction) {
    refuseSecond(after, transaction);
  }

  private static void refuseSecond(IBaseResource resource, TransactionDetails transaction) {
    IIdType id = resource.getIdElement();
    if (!transaction.isFhirTransaction() || !id.hasIdPart()) {
      return;
    }
    String key = resource.fhirType() + "/" + id.getIdPart();
    IBaseResource first = written(transaction).putIfAbsent(key, resource);
    if (first != null && first != resource) {
      throw new InvalidRequestException(REFUSAL);
    }
  }

  /** HAPI tries a transaction again with the same details, and with patches applied anew. */
  private static Map<String, IBaseResource> written(TransactionDetails transaction) {
    return transaction.getOrCreateUserData(
        WRITTEN,
        () -> {
          transaction.addRollbackUndoAction(() -> transaction.clearUserData(WRITTEN));
          return new HashMap<>();
        });
  }
}
