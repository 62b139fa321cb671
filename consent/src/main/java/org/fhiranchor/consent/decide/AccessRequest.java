package org.fhiranchor.consent.decide;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One question to the consents: who, what for, which action, when. The same request is decided for
 * many resources.
 *
 * @param purposes purposes of use that the token allows and the request states; empty when it
 *     states none
 * @param breakGlassReason the reason that the requester gave for breaking the glass
 */
public record AccessRequest(
    RequesterFacts requester,
    List<Purpose> purposes,
    Action action,
    Instant instant,
    Optional<String> breakGlassReason) {
  public AccessRequest {
    purposes = List.copyOf(purposes);
    breakGlassReason = breakGlassReason.filter(reason -> !reason.isBlank());
  }

  /** A request without break-glass. */
  public static AccessRequest of(
      RequesterFacts requester, List<Purpose> purposes, Action action, Instant instant) {
    return new AccessRequest(requester, purposes, action, instant, Optional.empty());
  }

  /** The same request of somebody who is these as well. */
  public AccessRequest alsoKnownAs(OtherNames names) {
    return new AccessRequest(
        requester.alsoKnownAs(names), purposes, action, instant, breakGlassReason);
  }

  /** The same request for another action. */
  public AccessRequest to(Action other) {
    return new AccessRequest(requester, purposes, other, instant, breakGlassReason);
  }

  /** Whether a reason is given and every purpose is emergency treatment or below it. */
  public boolean breaksGlass() {
    return breakGlassReason.isPresent() && !purposes.isEmpty() && allEmergency();
  }

  private boolean allEmergency() {
    for (Purpose purpose : purposes) {
      if (!purpose.isOrIsBelow(Purpose.ETREAT)) {
        return false;
      }
    }
    return true;
  }

  long millis() {
    return instant.toEpochMilli();
  }
}
