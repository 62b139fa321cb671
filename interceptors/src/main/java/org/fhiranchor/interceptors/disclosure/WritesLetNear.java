package org.fhiranchor.interceptors.disclosure;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Function;

/**
 * What stands there already and the writes of a request were let near. A write that is stored has
 * its leaf, which says who wrote it; one that is not tells of what it was tried on: that a patch
 * fails, or changes nothing, that a version is another one (DIS-1).
 */
final class WritesLetNear {
  private record Near(AccessQuestion question, Map<String, ShownResource> lookedAt) {}

  private final Map<String, Near> near = new ConcurrentSkipListMap<>();
  private final Map<String, Set<String>> stored = new ConcurrentHashMap<>();

  /**
   * A write was let near {@code "Type/id"}.
   *
   * @param lookedAt what was decided about for it; empty for those whom nobody asks
   */
  void letNear(String name, AccessQuestion question, Optional<ShownResource> lookedAt) {
    Near known =
        near.computeIfAbsent(name, first -> new Near(question, new ConcurrentSkipListMap<>()));
    lookedAt.ifPresent(one -> known.lookedAt().put(one.reference(), one));
  }

  /** A version of {@code "Type/id"} was stored, as far as the answer is a success. */
  void stored(String name, String version) {
    stored.computeIfAbsent(name, first -> ConcurrentHashMap.newKeySet()).add(version);
  }

  /**
   * The answers, each with what it let stand; where no answer is about what a write was let near,
   * as in a transaction that failed, with one more of its own.
   *
   * @param status the HTTP status of the whole
   * @param now what stands there now under a name
   */
  List<AccessAnswer> told(
      List<AccessAnswer> answers, int status, Function<String, Optional<ShownResource>> now) {
    Map<String, Integer> versions = new HashMap<>();
    stored.forEach((name, all) -> versions.put(name, all.size()));
    Set<String> answered = new HashSet<>();
    List<AccessAnswer> all = new ArrayList<>();
    for (AccessAnswer answer : answers) {
      Optional<String> name = answer.question().written().filter(near::containsKey);
      name.ifPresent(answered::add);
      boolean left =
          name.isPresent()
              && !(answer.shows() && versions.merge(name.get(), -1, Integer::sum) >= 0);
      all.add(left ? answer.leaving(standing(name.get(), now)) : answer);
    }
    near.forEach(
        (name, one) -> {
          boolean kept = AccessAnswer.shows(status) && stored.containsKey(name);
          List<ShownResource> left =
              kept || answered.contains(name) ? List.of() : standing(name, now);
          if (!left.isEmpty()) {
            AccessQuestion own = one.question().ofTargetAlone();
            all.add(new AccessAnswer(own, status, List.of(), List.of(), left));
          }
        });
    return all;
  }

  private List<ShownResource> standing(String name, Function<String, Optional<ShownResource>> now) {
    Map<String, ShownResource> lookedAt =
        Optional.ofNullable(near.get(name)).map(Near::lookedAt).orElse(Map.of());
    return lookedAt.isEmpty() ? now.apply(name).stream().toList() : List.copyOf(lookedAt.values());
  }
}
