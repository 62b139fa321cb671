package org.fhiranchor.interceptors.consent.following;

import java.time.Instant;
import java.util.Optional;

/**
 * A key with what is known beside its binding.
 *
 * @param since when it was bound; empty for one of before this was kept
 * @param use what a passkey last said of itself; empty for every other key, and for a passkey of
 *     before this was kept until it signs again
 */
public record BoundKey(SubjectKey key, Optional<Instant> since, Optional<PasskeyUse> use) {
  /** {@code passkey}, {@code custody} or {@code wallet}. */
  public String kind() {
    if (key.sealed().isPresent()) {
      return "custody";
    }
    return use.isPresent() ? "passkey" : "wallet";
  }
}
