package org.fhiranchor.interceptors.gate;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.jpa.subscription.model.CanonicalSubscription;
import ca.uhn.fhir.jpa.subscription.model.ResourceDeliveryMessage;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException;
import ca.uhn.fhir.util.UrlUtil;
import java.util.Optional;
import org.fhiranchor.interceptors.disclosure.AccessVerdict;
import org.fhiranchor.interceptors.gate.decision.AccessSubject;
import org.fhiranchor.interceptors.gate.decision.StoredResources;
import org.fhiranchor.interceptors.gate.decision.SubscriptionOwners;
import org.fhiranchor.interceptors.gate.decision.Unavailable;
import org.fhiranchor.interceptors.gate.decision.Verdicts;
import org.fhiranchor.interceptors.gate.notice.DeliveredNotice;
import org.fhiranchor.interceptors.gate.search.SearchRules;
import org.fhiranchor.interceptors.identity.scope.Permission;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.instance.model.api.IIdType;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.Subscription;
import org.jspecify.annotations.Nullable;

/**
 * Notifies a subscription of nothing that its owner may not see at that moment (G12). Its owner is
 * whoever wrote it last; one whose owner is not known is not served. Belongs in the JPA registry.
 */
@Interceptor(order = StorageGate.ORDER)
public final class SubscriptionGate {
  private final FhirContext context;
  private final SubscriptionOwners owners;
  private final Verdicts verdicts;
  private final StoredResources stored;
  private final SearchRules searches;
  private final Unavailable unavailable;
  private final RecordedDeliveries deliveries;
  private final boolean enforced;

  /** What it decides with. */
  record Parts(
      FhirContext context,
      SubscriptionOwners owners,
      Verdicts verdicts,
      StoredResources stored,
      SearchRules searches,
      Unavailable unavailable,
      RecordedDeliveries deliveries) {}

  SubscriptionGate(Parts parts, boolean enforced) {
    this.context = parts.context();
    this.owners = parts.owners();
    this.verdicts = parts.verdicts();
    this.stored = parts.stored();
    this.searches = parts.searches();
    this.unavailable = parts.unavailable();
    this.deliveries = parts.deliveries();
    this.enforced = enforced;
  }

  /** A subscription is about to be stored. */
  @Hook(Pointcut.STORAGE_PRESTORAGE_RESOURCE_CREATED)
  public void creating(@Nullable RequestDetails request, IBaseResource resource) {
    check(request, resource);
  }

  /** A subscription is about to be changed. */
  @Hook(Pointcut.STORAGE_PRESTORAGE_RESOURCE_UPDATED)
  public void updating(
      @Nullable RequestDetails request, @Nullable IBaseResource before, IBaseResource after) {
    check(request, after);
  }

  /** It has an id now: noted in the transaction that stores it. */
  @Hook(Pointcut.STORAGE_PRECOMMIT_RESOURCE_CREATED)
  public void created(@Nullable RequestDetails request, IBaseResource resource) {
    own(request, resource);
  }

  /** Whoever changed it last owns it. */
  @Hook(Pointcut.STORAGE_PRECOMMIT_RESOURCE_UPDATED)
  public void updated(
      @Nullable RequestDetails request, @Nullable IBaseResource before, IBaseResource after) {
    own(request, after);
  }

  private void check(@Nullable RequestDetails request, IBaseResource resource) {
    Optional<AccessSubject> asking = Optional.ofNullable(request).flatMap(AccessSubject::of);
    if (!enforced || asking.isEmpty() || !(resource instanceof Subscription subscription)) {
      return;
    }
    if (!maySelect(asking.get(), subscription.getCriteria())) {
      throw unavailable.exception();
    }
    PlainSubscriptions.hindrance(subscription)
        .ifPresent(
            what -> {
              throw new UnprocessableEntityException(
                  "Subscription: want none with "
                      + what
                      + ": it is not sent with consents decided");
            });
  }

  /** The right to search and read the type, with nothing in the criteria that the gate refuses. */
  private boolean maySelect(AccessSubject asking, @Nullable String criteria) {
    String text = Optional.ofNullable(criteria).orElse("");
    String type = text.split("\\?", 2)[0];
    String query = text.substring(Math.min(text.length(), type.length() + 1));
    return asking.who().level(Permission.READ, type).isPresent()
        && asking.who().level(Permission.SEARCH, type).isPresent()
        && searches.allowUnaided(type, UrlUtil.parseQueryString(query));
  }

  private void own(@Nullable RequestDetails request, IBaseResource resource) {
    if (resource instanceof Subscription subscription) {
      Optional.ofNullable(request)
          .flatMap(AccessSubject::of)
          .ifPresent(asking -> owners.own(subscription, asking));
    }
  }

  /** Before anything is sent. */
  @Hook(Pointcut.SUBSCRIPTION_BEFORE_DELIVERY)
  public boolean deliver(CanonicalSubscription subscription, ResourceDeliveryMessage message) {
    return (!enforced || PlainSubscriptions.isPlain(subscription))
        && owner(subscription).map(owner -> mayHear(owner, message)).orElse(!enforced);
  }

  private Optional<AccessSubject> owner(CanonicalSubscription subscription) {
    return Optional.ofNullable(subscription.getIdElementString())
        .map(id -> new IdType(id).getIdPart())
        .flatMap(owners::of);
  }

  private boolean mayHear(AccessSubject owner, ResourceDeliveryMessage message) {
    IBaseResource payload = message.getPayload(context);
    Optional<? extends IBaseResource> told =
        payload == null ? ofId(message.getPayloadId(context)) : Optional.of(payload);
    return told.map(resource -> mayHear(owner, resource, message)).orElse(!enforced);
  }

  /** What is sent is in the journal before: where that fails, nothing is sent (DIS-2). */
  private boolean mayHear(
      AccessSubject owner, IBaseResource resource, ResourceDeliveryMessage message) {
    AccessVerdict verdict = verdicts.deliver(owner, resource);
    boolean sent = verdict.lets(enforced);
    if (sent && resource instanceof Resource r4) {
      deliveries.sending(owner, r4, verdict);
    }
    if (sent && enforced) {
      DeliveredNotice.tell(message, verdict.partTwo());
    }
    return sent;
  }

  private Optional<? extends IBaseResource> ofId(@Nullable IIdType id) {
    return id == null
        ? Optional.empty()
        : stored.current(id.getResourceType(), id.getIdPart()).or(() -> stored.lastLiveVersion(id));
  }
}
