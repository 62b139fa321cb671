package org.fhiranchor.server;

import ca.uhn.fhir.jpa.subscription.submit.interceptor.SubscriptionMatcherInterceptor;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.messaging.BaseResourceMessage.OperationTypeEnum;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Subscription;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Hands a change to HAPI's subscriptions only while there is one. HAPI writes a row for each
 * change, reads the resource again and deletes the row, although nobody listens: a quarter of what
 * a write costs.
 *
 * <p>A Subscription that came through this node counts at once and for good. One that came through
 * another node is found within a second, whatever its status: HAPI makes it active later than that,
 * and reads of it only once a minute.
 */
final class SubscribedChanges extends SubscriptionMatcherInterceptor {
  private static final long LOOKED_UP_EVERY = TimeUnit.SECONDS.toNanos(1);
  private static final String ANY =
      "select count(*) from (select 1 from hfj_resource where res_type = 'Subscription' and"
          + " res_deleted_at is null limit 1) one";

  private final JdbcTemplate jdbc;
  private final LongSupplier nanos;
  private final AtomicLong lookUpAt;
  private volatile boolean cameThroughHere;
  private volatile boolean found = true;

  SubscribedChanges(JdbcTemplate jdbc, LongSupplier nanos) {
    this.jdbc = jdbc;
    this.nanos = nanos;
    this.lookUpAt = new AtomicLong(nanos.getAsLong());
  }

  @Override
  protected void processResourceModifiedEvent(
      IBaseResource resource, OperationTypeEnum how, @Nullable RequestDetails request) {
    if (mayBeHeard(resource)) {
      super.processResourceModifiedEvent(resource, how, request);
    }
  }

  boolean mayBeHeard(IBaseResource changed) {
    if (changed instanceof Subscription) {
      cameThroughHere = true;
    }
    return cameThroughHere || anyStored();
  }

  private boolean anyStored() {
    long now = nanos.getAsLong();
    long due = lookUpAt.get();
    if (now - due >= 0 && lookUpAt.compareAndSet(due, now + LOOKED_UP_EVERY)) {
      Long count = jdbc.queryForObject(ANY, Long.class);
      found = count != null && count > 0;
    }
    return found;
  }
}
