package org.fhiranchor.interceptors.consent.following;

import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.fhiranchor.merkle.Digest;

/**
 * The PractitionerRoles that are stored, by their references and by whose they are. Threads: any
 * number; while a role changes hands it may be told of both.
 */
final class HeldRoles {
  private final Map<String, Role> roles = new ConcurrentHashMap<>();
  private final Map<String, Set<String>> byPerson = new ConcurrentHashMap<>();
  private final Set<String> edited = ConcurrentHashMap.newKeySet();

  /**
   * A role that the log does not contradict.
   *
   * @param person whose it is, {@code "Practitioner/7"}; empty when it does not say so
   * @param organization for whom it is
   * @param content digest of what a read returns; empty when that is not known
   */
  record Role(Optional<String> person, Optional<String> organization, Optional<Digest> content) {}

  /** There is such a role. */
  void put(String reference, Role role) {
    role.person().ifPresent(person -> of(person).add(reference));
    Optional<Role> before = Optional.ofNullable(roles.put(reference, role));
    edited.remove(reference);
    before
        .flatMap(Role::person)
        .filter(person -> !role.person().equals(Optional.of(person)))
        .ifPresent(person -> of(person).remove(reference));
  }

  private Set<String> of(String person) {
    return byPerson.computeIfAbsent(person, first -> ConcurrentHashMap.newKeySet());
  }

  /** There is no such role. */
  void drop(String reference) {
    Optional.ofNullable(roles.remove(reference))
        .flatMap(Role::person)
        .ifPresent(person -> of(person).remove(reference));
    edited.remove(reference);
  }

  /** What is stored of it is not what was written last: whose it is nobody knows. */
  void edited(String reference) {
    edited.add(reference);
  }

  /** Those of {@link #edited}. */
  List<String> edited() {
    return List.copyOf(edited);
  }

  /** Whether all of them are as they were written. */
  boolean areWhole() {
    return edited.isEmpty();
  }

  /** One role; empty when there is none. */
  Optional<Role> find(String reference) {
    return Optional.ofNullable(roles.get(reference));
  }

  /** All roles of a person. */
  Set<String> rolesOf(String person) {
    return byPerson.getOrDefault(person, Set.of());
  }

  /** The references of all of them, in no order. */
  Iterator<String> references() {
    return roles.keySet().iterator();
  }
}
