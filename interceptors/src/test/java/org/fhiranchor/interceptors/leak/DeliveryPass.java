package org.fhiranchor.interceptors.leak;

import ca.uhn.fhir.broker.api.ChannelConsumerSettings;
import ca.uhn.fhir.jpa.subscription.async.AsyncResourceModifiedSubmitterSvc;
import ca.uhn.fhir.jpa.subscription.channel.impl.LinkedBlockingChannelFactory;
import ca.uhn.fhir.jpa.subscription.match.matcher.subscriber.SubscriptionMatchingListener;
import ca.uhn.fhir.jpa.subscription.match.registry.ActiveSubscription;
import ca.uhn.fhir.jpa.subscription.match.registry.SubscriptionLoader;
import ca.uhn.fhir.jpa.subscription.match.registry.SubscriptionRegistry;
import ca.uhn.fhir.subscription.api.IResourceModifiedMessagePersistenceSvc;
import java.time.Duration;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.awaitility.Awaitility;
import org.fhiranchor.interceptors.plain.RunningServer;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

/**
 * Has HAPI deliver to subscriptions what was written, of a server that does so only when asked: two
 * servers decide then about the same.
 */
final class DeliveryPass {
  private static final Duration A_MOMENT = Duration.ofMillis(5);
  private static final String REQUESTED =
      "select count(*) from HFJ_RESOURCE r join HFJ_RES_VER v on v.RES_ID = r.RES_ID and v.RES_VER"
          + " = r.RES_VER where r.RES_TYPE = 'Subscription' and r.RES_DELETED_AT is null and"
          + " v.RES_TEXT_VC like '%\"status\":\"requested\"%'";

  private final RunningServer server;
  private final String heardAt;

  /** Those that HAPI does not make active, whatever is asked of it. */
  private long never;

  /** Waits for subscriptions whose endpoint has {@code heardAt} in it, and for nobody else's. */
  DeliveryPass(RunningServer server, String heardAt) {
    this.server = server;
    this.heardAt = heardAt;
  }

  /** Until all that was written is decided, and sent or not. */
  void run() {
    IResourceModifiedMessagePersistenceSvc written =
        server.bean(IResourceModifiedMessagePersistenceSvc.class);
    do {
      server.bean(AsyncResourceModifiedSubmitterSvc.class).runDeliveryPass();
      Awaitility.await()
          .pollDelay(Duration.ZERO)
          .pollInterval(A_MOMENT)
          .during(A_MOMENT.multipliedBy(2))
          .atMost(Duration.ofMinutes(2))
          .until(this::isIdle);
      // what was made active by this is handed on by the next
    } while (written.getMessagePersistedCount() > 0);
  }

  /** Makes active what was asked for: HAPI tries at once, and a minute later if that failed. */
  void activate() {
    if (requested() <= never) {
      return;
    }
    run();
    if (requested() > never) {
      server.bean(SubscriptionLoader.class).requestRefresh();
      never = requested();
    }
  }

  /** Makes all active, which it must be possible to make so. */
  void activateAll() {
    run();
    if (requested() > 0) {
      server.bean(SubscriptionLoader.class).requestRefresh();
      Awaitility.await().atMost(Duration.ofMinutes(2)).until(() -> requested() == 0);
    }
    run();
  }

  /** In the order in which a change goes through: nothing comes behind what is looked at. */
  private boolean isIdle() {
    return Stream.concat(
            Stream.of(SubscriptionMatchingListener.SUBSCRIPTION_MATCHING_CHANNEL_NAME),
            server.bean(SubscriptionRegistry.class).getAll().stream()
                .filter(
                    one -> String.valueOf(one.getSubscription().getEndpointUrl()).contains(heardAt))
                .map(ActiveSubscription::getChannelName))
        .allMatch(this::isIdle);
  }

  private boolean isIdle(String channel) {
    ThreadPoolTaskExecutor executor =
        (ThreadPoolTaskExecutor)
            server
                .bean(LinkedBlockingChannelFactory.class)
                .getOrCreateReceiver(channel, new ChannelConsumerSettings())
                .getExecutor();
    return executor != null && executor.getQueueSize() == 0 && executor.getActiveCount() == 0;
  }

  private long requested() {
    Long requested =
        new JdbcTemplate(server.bean(DataSource.class)).queryForObject(REQUESTED, Long.class);
    return requested == null ? 0 : requested;
  }
}
