package org.fhiranchor.consent.facts;

import java.util.Optional;
import org.fhiranchor.consent.decide.ResourceFacts;

/** Looks up what a Binary's {@code securityContext} refers to. */
@FunctionalInterface
public interface ProtectedBy {
  /** Knows nothing: a Binary of anything but a patient is governed without a known patient. */
  ProtectedBy NOTHING_KNOWN = reference -> Optional.empty();

  /**
   * The facts of a resource of this server; empty when it cannot be read or does not exist.
   *
   * @param reference normalised, {@code "DocumentReference/1"}
   */
  Optional<ResourceFacts> factsOf(String reference);
}
