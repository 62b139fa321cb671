package org.fhiranchor.interceptors.disclosure;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.fhiranchor.consent.decide.PatientId;

/**
 * What is decided about what a request names and nobody looked at while it was answered: asked when
 * the answer stands, each name once (DIS-4).
 */
final class LateVerdicts {
  private final Map<String, Optional<AccessVerdict>> known = new ConcurrentHashMap<>();
  private volatile Function<Collection<String>, Map<String, ShownResource>> decider =
      names -> Map.of();

  void decideBy(Function<Collection<String>, Map<String, ShownResource>> decide) {
    decider = decide;
  }

  Function<Collection<String>, Map<String, ShownResource>> decider() {
    return decider;
  }

  /** Empty where there is nothing of that name now. */
  Optional<AccessVerdict> of(String name) {
    return known.computeIfAbsent(name, one -> verdict(one, decider.apply(List.of(one))));
  }

  /** Asks about all of these at once. */
  void lookAt(Collection<String> names) {
    Set<String> unseen =
        names.stream()
            .filter(name -> !known.containsKey(name))
            .collect(Collectors.toCollection(TreeSet::new));
    if (!unseen.isEmpty()) {
      Map<String, ShownResource> now = decider.apply(unseen);
      unseen.forEach(name -> known.put(name, verdict(name, now)));
    }
  }

  private static Optional<AccessVerdict> verdict(String name, Map<String, ShownResource> now) {
    return Optional.ofNullable(now.get(name)).map(ShownResource::verdict);
  }

  /** Names and ids of what was found to be this patient's alone. */
  void addOwn(PatientId patient, Set<String> to) {
    known.forEach(
        (name, verdict) -> {
          if (verdict.filter(one -> one.isOfAlone(patient)).isPresent()) {
            DecidedResources.addName(name, to);
          }
        });
  }
}
