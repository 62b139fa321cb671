package org.fhiranchor.interceptors.testing;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.awaitility.pollinterval.IterativePollInterval;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A test that waits looks at once, after 10 ms, and then less and less often, down to Awaitility's
 * own ten times a second: nearly all of what a test waits for is true within a few milliseconds. It
 * gives up after two minutes, unless told otherwise: a busy machine is no failure.
 */
public final class QuickLooks implements BeforeAllCallback {
  private static final Duration FIRST = Duration.ofMillis(10);
  private static final Duration LONGEST = Duration.ofMillis(100);
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @Override
  public void beforeAll(ExtensionContext context) {
    Awaitility.setDefaultPollInterval(
        IterativePollInterval.iterative(QuickLooks::afterThat, FIRST));
    Awaitility.setDefaultTimeout(PATIENCE);
  }

  private static Duration afterThat(Duration before) {
    Duration longer = before.compareTo(FIRST) < 0 ? FIRST : before.multipliedBy(3).dividedBy(2);
    return longer.compareTo(LONGEST) > 0 ? LONGEST : longer;
  }
}
