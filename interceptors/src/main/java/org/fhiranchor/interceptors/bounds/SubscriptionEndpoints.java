package org.fhiranchor.interceptors.bounds;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.jpa.subscription.model.CanonicalSubscription;
import ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException;
import java.util.List;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Subscription;
import org.jspecify.annotations.Nullable;

/**
 * Lets subscriptions make this server call only the addresses that its operator named: who may
 * write a Subscription is no reason to reach what the server can reach. Belongs in the JPA
 * registry.
 */
@Interceptor(order = SubscriptionEndpoints.ORDER)
public final class SubscriptionEndpoints {
  /** Before anybody looks at what would be delivered. */
  static final int ORDER = -1_000;

  private final List<EndpointPattern> allowed;
  private final SearchBounds searches;

  /** Addresses as the setting names them. */
  public SubscriptionEndpoints(List<EndpointPattern> allowed, SearchBounds searches) {
    this.allowed = List.copyOf(allowed);
    this.searches = searches;
  }

  @Hook(Pointcut.STORAGE_PRESTORAGE_RESOURCE_CREATED)
  public void creating(IBaseResource resource) {
    check(resource);
  }

  @Hook(Pointcut.STORAGE_PRESTORAGE_RESOURCE_UPDATED)
  public void updating(@Nullable IBaseResource before, IBaseResource after) {
    check(after);
  }

  private void check(IBaseResource resource) {
    if (resource instanceof Subscription subscription) {
      searches.check(subscription.getCriteria());
    }
    if (resource instanceof Subscription subscription
        && !allows(subscription.getChannel().getEndpoint())) {
      throw new UnprocessableEntityException(
          "Subscription.channel.endpoint: want an address that this server's operator allows"
              + " (setting anchor.subscriptions.endpoints)");
    }
  }

  /** A subscription may be older than the setting. */
  @Hook(Pointcut.SUBSCRIPTION_BEFORE_DELIVERY)
  public boolean deliver(CanonicalSubscription subscription) {
    return allows(subscription.getEndpointUrl());
  }

  private boolean allows(@Nullable String endpoint) {
    return endpoint == null
        || endpoint.isEmpty()
        || allowed.stream().anyMatch(one -> one.allows(endpoint));
  }
}
