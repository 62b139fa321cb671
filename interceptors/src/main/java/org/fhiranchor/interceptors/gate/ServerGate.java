package org.fhiranchor.interceptors.gate;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.CacheControlDirective;
import ca.uhn.fhir.rest.api.Constants;
import ca.uhn.fhir.rest.api.RestOperationTypeEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import ca.uhn.fhir.rest.server.exceptions.ResourceGoneException;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.fhiranchor.consent.decide.Reason;
import org.fhiranchor.interceptors.disclosure.AccessEvent;
import org.fhiranchor.interceptors.gate.decision.AccessSubject;
import org.fhiranchor.interceptors.gate.decision.GateLog;
import org.fhiranchor.interceptors.gate.decision.RequestMemory;
import org.fhiranchor.interceptors.gate.decision.Unavailable;
import org.fhiranchor.interceptors.gate.search.PageLinks;
import org.fhiranchor.interceptors.identity.BundleEntries;
import org.fhiranchor.interceptors.identity.RequestFacts;
import org.hl7.fhir.instance.model.api.IBaseBundle;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.jspecify.annotations.Nullable;

/**
 * Decides about requests before anything is looked at, and gives every refusal the same face (G4,
 * G6 to G10, G15, G16). Belongs in the registry of the RestfulServer.
 */
@Interceptor(order = StorageGate.ORDER)
public final class ServerGate {
  private static final Set<RestOperationTypeEnum> CHANGES =
      Set.of(
          RestOperationTypeEnum.UPDATE, RestOperationTypeEnum.PATCH, RestOperationTypeEnum.DELETE);

  private final RequestRules rules;
  private final Freshness freshness;
  private final PageLinks pages;
  private final Unavailable unavailable;
  private final GateLog log;
  private final boolean enforced;

  ServerGate(Parts parts, boolean enforced) {
    this.rules = parts.rules();
    this.freshness = parts.freshness();
    this.pages = parts.pages();
    this.unavailable = parts.unavailable();
    this.log = parts.log();
    this.enforced = enforced;
  }

  /** What it decides with. */
  record Parts(
      RequestRules rules,
      Freshness freshness,
      PageLinks pages,
      Unavailable unavailable,
      GateLog log) {}

  /** Before a provider runs. */
  @Hook(Pointcut.SERVER_INCOMING_REQUEST_PRE_HANDLED)
  public void arriving(RequestDetails request) {
    Optional<AccessSubject> asking = AccessSubject.of(request);
    if (asking.isEmpty()) {
      return;
    }
    RequestMemory.open(request);
    if (enforced) {
      lookAtAllHits(request);
    }
    RequestFacts facts = RequestFacts.of(request);
    check(facts, request, asking.get(), Set.of());
    letNear(List.of(facts), request);
    boolean page = request.getRestOperationType() == RestOperationTypeEnum.GET_PAGE;
    if (page && !pages.isOwn(facts.parameters(), asking.get().who())) {
      refuse(request, facts, Optional.empty(), Unavailable.noSuchPage());
    }
  }

  /**
   * With {@code no-store} HAPI looks at so many rows and no more: hidden hits among them would push
   * out visible ones (G3). The other half of it, that no stored result is used, stays.
   */
  private static void lookAtAllHits(RequestDetails request) {
    List<String> asked = request.getHeaders(Constants.HEADER_CACHE_CONTROL);
    if (new CacheControlDirective().parse(asked).isNoStore()) {
      request.setHeaders(Constants.HEADER_CACHE_CONTROL, List.of(Constants.CACHE_CONTROL_NO_CACHE));
    }
  }

  /** Each entry as if it came alone. */
  @Hook(Pointcut.STORAGE_TRANSACTION_PROCESSING)
  public void entries(@Nullable RequestDetails request, IBaseBundle bundle) {
    Optional<AccessSubject> asking = Optional.ofNullable(request).flatMap(AccessSubject::of);
    if (asking.isEmpty()
        || !(request instanceof ServletRequestDetails servlet)
        || !(bundle instanceof Bundle entries)) {
      return;
    }
    Set<String> together = fullUrls(entries.getEntry());
    List<RequestFacts> all = BundleEntries.decidedTogether(entries, servlet);
    all.forEach(facts -> check(facts, servlet, asking.get(), together));
    letNear(all, servlet);
  }

  /** From here on the answer tells of what the writes are tried on, whatever becomes of them. */
  private static void letNear(List<RequestFacts> passed, RequestDetails request) {
    AccessEvent.of(request)
        .ifPresent(
            event ->
                passed.stream()
                    .filter(facts -> facts.interaction().filter(CHANGES::contains).isPresent())
                    .forEach(event::letNear));
  }

  private static Set<String> fullUrls(List<BundleEntryComponent> entries) {
    return entries.stream()
        .map(BundleEntryComponent::getFullUrl)
        .filter(url -> url != null && url.startsWith("urn:"))
        .collect(Collectors.toSet());
  }

  private void check(
      RequestFacts facts, RequestDetails request, AccessSubject asking, Set<String> together) {
    if (freshness.stops(facts, asking)) {
      refuse(
          request, facts, Optional.of(Reason.LEDGER_STALE), Unavailable.stale(freshness.oldest()));
    }
    rules
        .refusal(facts, request, asking, together)
        .ifPresent(refusal -> refuse(request, facts, Optional.empty(), refusal));
  }

  private void refuse(
      RequestDetails request,
      RequestFacts facts,
      Optional<Reason> reason,
      BaseServerResponseException refusal) {
    log.refused(facts.surface(), reason);
    if (enforced) {
      facts.stops(request);
      AccessEvent.of(request).ifPresent(event -> event.refused(facts, reason));
      throw refusal;
    }
  }

  /** What is missing or gone is answered like what is hidden. */
  @Hook(Pointcut.SERVER_PRE_PROCESS_OUTGOING_EXCEPTION)
  public @Nullable BaseServerResponseException failing(
      @Nullable RequestDetails request, Throwable failure) {
    if (!enforced || request == null || AccessSubject.of(request).isEmpty()) {
      return null;
    }
    Optional<BaseServerResponseException> tooMany = Unavailable.tooManySaid(failure.getMessage());
    if (tooMany.isPresent()) {
      return tooMany.get();
    }
    if (request.getRestOperationType() == RestOperationTypeEnum.GET_PAGE) {
      return failure instanceof ResourceGoneException ? Unavailable.noSuchPage() : null;
    }
    boolean absent =
        failure instanceof ResourceNotFoundException || failure instanceof ResourceGoneException;
    String type = RequestFacts.of(request).type();
    return absent && request.getFhirContext().getResourceTypes().contains(type)
        ? unavailable.of(type).exception()
        : null;
  }
}
