package org.fhiranchor.interceptors.autoconfigure;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.fhiranchor.consent.decide.index.ConsentIndex;
import org.fhiranchor.interceptors.consent.following.ChangeFollowing;
import org.fhiranchor.interceptors.consent.following.ConsentFollowing;
import org.fhiranchor.ledger.consent.Followed;
import org.springframework.boot.actuate.health.AbstractHealthIndicator;
import org.springframework.boot.actuate.health.Health;

/** The {@code consents} part of {@code /actuator/health} (CG-6). */
final class ConsentHealthIndicator extends AbstractHealthIndicator {
  private final ConsentFollowing following;
  private final ChangeFollowing changes;
  private final ConsentIndex index;
  private final Duration maxStaleness;
  private final Clock clock;

  ConsentHealthIndicator(
      ConsentFollowing following,
      ChangeFollowing changes,
      ConsentIndex index,
      Duration maxStaleness,
      Clock clock) {
    super("the consents' follower cannot be asked");
    this.following = following;
    this.changes = changes;
    this.index = index;
    this.maxStaleness = maxStaleness;
    this.clock = clock;
  }

  @Override
  protected void doHealthCheck(Health.Builder builder) {
    Optional<Followed> followed = following.followed();
    builder.up().withDetail("loaded", index.size());
    followed.ifPresent(
        known ->
            builder
                .withDetail("block", known.block().number())
                .withDetail("finalBlock", known.finalBlock())
                .withDetail("asOf", known.asOf().toString()));
    following.trouble().ifPresent(what -> builder.withDetail("trouble", what));
    if (followed.map(known -> known.isStale(clock.instant(), maxStaleness)).orElse(true)) {
      // Governed reads answer 503 until the ledger is heard again (CG-6).
      builder
          .down()
          .withDetail("reason", "the ledger was not followed within anchor.consent.max-staleness");
    }
    changes(builder);
  }

  /** What other nodes write is as important as what the ledger says (FOL-2). */
  private void changes(Health.Builder builder) {
    changes.asOf().ifPresent(asOf -> builder.withDetail("changesAsOf", asOf.toString()));
    Instant oldest = clock.instant().minus(maxStaleness);
    boolean stale = changes.asOf().map(asOf -> asOf.isBefore(oldest)).orElse(true);
    if (changes.trouble().isPresent() || stale) {
      builder
          .down()
          .withDetail(
              "changes",
              changes
                  .trouble()
                  .orElse("not heard within anchor.consent.max-staleness, or not loaded yet"));
    }
  }
}
