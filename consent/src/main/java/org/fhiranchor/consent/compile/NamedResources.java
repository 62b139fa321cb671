package org.fhiranchor.consent.compile;

import java.util.Optional;
import java.util.Set;

/**
 * What a Consent names without spelling it out. Asked while a Consent is compiled, never while
 * deciding: compile again when one of the named resources changes ({@code
 * CompiledConsent.dependsOn}).
 */
public interface NamedResources {
  /** Knows nothing: provisions that need it are not understood. */
  NamedResources NOTHING_KNOWN =
      new NamedResources() {
        @Override
        public Optional<Set<String>> membersOf(String careTeam) {
          return Optional.empty();
        }

        @Override
        public Optional<Set<String>> referencesOf(String resource) {
          return Optional.empty();
        }
      };

  /**
   * Normalised references of everybody in a CareTeam now, members of member teams included; empty
   * when there is no such team.
   *
   * @param careTeam normalised, {@code "CareTeam/7"}
   */
  Optional<Set<String>> membersOf(String careTeam);

  /**
   * Normalised references that a resource holds; empty when there is no such resource.
   *
   * @param resource normalised, {@code "Encounter/7"}
   */
  Optional<Set<String>> referencesOf(String resource);
}
