package org.fhiranchor.consent.compile;

import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.fhiranchor.consent.decide.TimeSpan;

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
        public Members membersOf(String collective, Consumer<String> looksAt) {
          looksAt.accept(collective);
          return Members.unknown();
        }

        @Override
        public Optional<Set<String>> referencesOf(String resource) {
          return Optional.empty();
        }
      };

  /**
   * Who is in a CareTeam or a Group, as normalised references.
   *
   * @param known false where there is no such team, where it is no list of actual members, and
   *     where more teams are inside it than are looked at: then neither set says who is in it
   * @param certain members now, whatever the hour: these a permit counts
   * @param during members at these times, and not known to be so at others: these a permit counts
   *     then
   * @param possible all of those and all who may be members at some hour: these a deny counts
   * @param others whether there may be members beside these whom nobody can make out: a deny counts
   *     everybody then
   */
  record Members(
      boolean known,
      Set<String> certain,
      Map<String, Set<TimeSpan>> during,
      Set<String> possible,
      boolean others) {
    public Members {
      Set<String> all = new HashSet<>(certain);
      all.addAll(during.keySet());
      all.addAll(possible);
      certain = Set.copyOf(certain);
      during = Map.copyOf(during);
      possible = Set.copyOf(all);
    }

    /** Nobody can tell. */
    public static Members unknown() {
      return new Members(false, Set.of(), Map.of(), Set.of(), true);
    }
  }

  /**
   * Everybody in a CareTeam or a Group now, members of member teams at any depth included.
   *
   * @param collective normalised, {@code "CareTeam/7"}
   * @param looksAt is told every team and group on the way, itself and missing ones included, each
   *     before it is read: when one of them changes, this may be another answer
   */
  Members membersOf(String collective, Consumer<String> looksAt);

  /** The same, for whoever asks once. */
  default Members membersOf(String collective) {
    return membersOf(collective, name -> {});
  }

  /**
   * Whether a PractitionerRole says whose it is in a way that leads to nobody of this server, such
   * as by an identifier.
   *
   * @param role normalised, {@code "PractitionerRole/7"}
   */
  default boolean isSomebodys(String role) {
    return false;
  }

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
