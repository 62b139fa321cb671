package org.fhiranchor.interceptors.disclosure;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What stands there already and the writes of a request were let near. A write that is stored has
 * its leaf, which says who wrote it; one that is not tells of what it was tried on: that a patch
 * fails, or changes nothing, that a version is another one (DIS-1).
 */
final class WritesLetNear {
  /** A name, the first of the writes that were let near it, and how all of them write. */
  private record Near(
      AccessQuestion question, Set<String> verbs, Map<String, ShownResource> lookedAt) {}

  private final Map<String, Near> near = new ConcurrentSkipListMap<>();
  private final Map<String, Set<String>> stored = new ConcurrentHashMap<>();

  /**
   * A write was let near {@code "Type/id"}.
   *
   * @param lookedAt what was decided about for it; empty for those whom nobody asks
   */
  void letNear(String name, AccessQuestion question, Optional<ShownResource> lookedAt) {
    Near known =
        near.computeIfAbsent(
            name,
            first ->
                new Near(question, ConcurrentHashMap.newKeySet(), new ConcurrentSkipListMap<>()));
    known.verbs().add(question.verb());
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
   * @param now what stands there now under these names, asked at most once
   */
  List<AccessAnswer> told(
      List<AccessAnswer> answers,
      int status,
      Function<Collection<String>, Map<String, ShownResource>> now) {
    List<Optional<String>> left = leftBy(answers);
    Set<String> unanswered = unanswered(answers, status);
    Map<String, ShownResource> standing =
        standing(Stream.concat(left.stream().flatMap(Optional::stream), unanswered.stream()), now);
    List<AccessAnswer> all = new ArrayList<>();
    for (int i = 0; i < answers.size(); i++) {
      AccessAnswer answer = answers.get(i);
      all.add(left.get(i).map(name -> answer.leaving(left(name, standing))).orElse(answer));
    }
    for (String name : unanswered) {
      List<ShownResource> of = left(name, standing);
      if (!of.isEmpty()) {
        AccessQuestion own = near(name).question().ofTargetAlone();
        all.add(new AccessAnswer(own, status, List.of(), List.of(), of));
      }
    }
    return all;
  }

  /** For each answer the name of what it let stand, if it did. */
  private List<Optional<String>> leftBy(List<AccessAnswer> answers) {
    Map<String, Integer> versions = new HashMap<>();
    stored.forEach((name, all) -> versions.put(name, all.size()));
    return answers.stream()
        .map(
            answer ->
                written(answer)
                    .filter(name -> !answer.shows() || versions.merge(name, -1, Integer::sum) < 0))
        .toList();
  }

  /** What it was let near; an entry that was refused before is not, whatever others do there. */
  private Optional<String> written(AccessAnswer answer) {
    return answer
        .question()
        .written()
        .filter(near::containsKey)
        .filter(name -> near(name).verbs().contains(answer.question().verb()));
  }

  /** What was not replaced, and no answer is about. */
  private Set<String> unanswered(List<AccessAnswer> answers, int status) {
    Set<String> names = new TreeSet<>(near.keySet());
    answers.forEach(answer -> written(answer).ifPresent(names::remove));
    names.removeIf(name -> AccessAnswer.shows(status) && stored.containsKey(name));
    return names;
  }

  private Near near(String name) {
    return Objects.requireNonNull(near.get(name));
  }

  private Map<String, ShownResource> standing(
      Stream<String> names, Function<Collection<String>, Map<String, ShownResource>> now) {
    Set<String> unseen =
        names
            .filter(name -> near(name).lookedAt().isEmpty())
            .collect(Collectors.toCollection(TreeSet::new));
    return unseen.isEmpty() ? Map.of() : now.apply(unseen);
  }

  private List<ShownResource> left(String name, Map<String, ShownResource> standing) {
    Map<String, ShownResource> lookedAt = near(name).lookedAt();
    return lookedAt.isEmpty()
        ? Optional.ofNullable(standing.get(name)).stream().toList()
        : List.copyOf(lookedAt.values());
  }
}
