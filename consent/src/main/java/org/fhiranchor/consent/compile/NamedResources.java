package org.fhiranchor.consent.compile;

import java.util.HashSet;
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
        public Optional<Members> membersOf(String collective) {
          return Optional.empty();
        }

        @Override
        public Optional<Set<String>> referencesOf(String resource) {
          return Optional.empty();
        }
      };

  /**
   * Who is in a CareTeam or a Group, as normalised references.
   *
   * @param certain members now, whatever the hour: these a permit counts
   * @param possible those and all who may be members at some hour: these a deny counts
   */
  record Members(Set<String> certain, Set<String> possible) {
    public Members {
      Set<String> all = new HashSet<>(certain);
      all.addAll(possible);
      certain = Set.copyOf(certain);
      possible = Set.copyOf(all);
    }

    /** Members without any doubt. */
    public static Members of(Set<String> certain) {
      return new Members(certain, Set.of());
    }
  }

  /**
   * Everybody in a CareTeam or a Group now, members of member teams included; empty when there is
   * no such team, or it is no list of actual members.
   *
   * @param collective normalised, {@code "CareTeam/7"}
   */
  Optional<Members> membersOf(String collective);

  /**
   * Normalised references that a resource holds; empty when there is no such resource.
   *
   * @param resource normalised, {@code "Encounter/7"}
   */
  Optional<Set<String>> referencesOf(String resource);

  /**
   * Whether what is stored under this name is not what was written there, so that nobody can tell
   * what it held.
   */
  default boolean isUnconfirmed(String resource) {
    return false;
  }
}
