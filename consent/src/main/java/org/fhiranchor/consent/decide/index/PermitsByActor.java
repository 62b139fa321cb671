package org.fhiranchor.consent.decide.index;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.fhiranchor.consent.decide.CompiledConsent;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.consent.decide.Provision;

/**
 * Whose consents permit whom: for each actor the patients with a permit on the ledger that names
 * it. A reader may see a patient who permits no longer, never miss one who does.
 */
final class PermitsByActor {
  private final ConcurrentHashMap<String, Set<PatientId>> patients = new ConcurrentHashMap<>();

  /**
   * Brings the patient up to date.
   *
   * @param before their consents until now
   * @param now their consents from now on
   */
  void changed(PatientId patient, List<CompiledConsent> before, List<CompiledConsent> now) {
    Set<String> stay = actors(now);
    stay.forEach(actor -> patients.computeIfAbsent(actor, key -> newSet()).add(patient));
    for (String actor : actors(before)) {
      if (!stay.contains(actor)) {
        patients.computeIfPresent(actor, (key, set) -> without(set, patient));
      }
    }
  }

  private static Set<PatientId> newSet() {
    // most actors are named by a few patients
    return ConcurrentHashMap.newKeySet(2);
  }

  @SuppressWarnings("NullAway") // null is how a map is told to drop the key
  private static Set<PatientId> without(Set<PatientId> set, PatientId patient) {
    set.remove(patient);
    return set.isEmpty() ? null : set;
  }

  private static Set<String> actors(List<CompiledConsent> consents) {
    Set<String> actors = new HashSet<>();
    consents.forEach(consent -> consent.addPermitted(actors));
    return actors;
  }

  /** Patients with a permit for one of these actors, or for anybody; empty when more than most. */
  Optional<Set<PatientId>> of(Set<String> actors, int most) {
    Set<PatientId> found = new HashSet<>();
    boolean all = add(Provision.ANYBODY, found, most);
    for (String actor : actors) {
      all = all && add(actor, found, most);
    }
    return all ? Optional.of(found) : Optional.empty();
  }

  private boolean add(String actor, Set<PatientId> found, int most) {
    for (PatientId patient : patients.getOrDefault(actor, Set.of())) {
      found.add(patient);
      if (found.size() > most) {
        return false;
      }
    }
    return true;
  }
}
