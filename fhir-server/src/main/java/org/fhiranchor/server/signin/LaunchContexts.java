package org.fhiranchor.server.signin;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What an app is told that was launched out of the (pretended) EHR: whose record was open there,
 * and at which visit. A handle is good for one person and for some minutes; the oldest of too many
 * goes first.
 */
final class LaunchContexts {
  static final Duration GOOD_FOR = Duration.ofMinutes(10);
  static final int MOST = 1_000;

  private final Clock clock;
  private final SecureRandom random = new SecureRandom();
  private final Map<String, Opened> opened = new LinkedHashMap<>();

  LaunchContexts(Clock clock) {
    this.clock = clock;
  }

  /**
   * What was open.
   *
   * @param encounter logical id of the visit; not every EHR has one open
   */
  record Launch(String patient, Optional<String> encounter) {}

  private record Opened(String person, Launch launch, String app, Instant until) {}

  /** Keeps the context and names it, unguessably. */
  synchronized String open(DemoPerson person, Launch launch, App app) {
    byte[] bytes = new byte[24];
    random.nextBytes(bytes);
    String handle = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    opened.put(handle, new Opened(person.id(), launch, app.id(), clock.instant().plus(GOOD_FOR)));
    Iterator<String> oldest = opened.keySet().iterator();
    while (opened.size() > MOST) {
      oldest.next();
      oldest.remove();
    }
    return handle;
  }

  /** Empty for a handle that is unknown, old, or another's. */
  synchronized Optional<Launch> launch(String handle, DemoPerson person, String app) {
    return Optional.ofNullable(opened.get(handle))
        .filter(one -> one.person().equals(person.id()))
        .filter(one -> one.app().equals(app))
        .filter(one -> one.until().isAfter(clock.instant()))
        .map(Opened::launch);
  }
}
