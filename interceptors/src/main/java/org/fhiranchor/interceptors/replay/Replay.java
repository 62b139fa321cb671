package org.fhiranchor.interceptors.replay;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.fhiranchor.consent.decide.Explanation;
import org.fhiranchor.consent.decide.PatientId;

/**
 * A decision of before beside what the consents of then make of it.
 *
 * @param then what the record says; empty where its content is gone
 * @param again what was decided now, of each resource; empty where it could not be
 * @param reasons why it is not the same, or why nobody can tell; empty when it is the same
 */
record Replay(Optional<RecordedDecision> then, List<Explanation> again, Set<ReplayReason> reasons) {
  Replay {
    again = List.copyOf(again);
    reasons = Set.copyOf(reasons);
  }

  static Replay of(Optional<RecordedDecision> then, ReplayReason reason) {
    return new Replay(then, List.of(), Set.of(reason));
  }

  /** Whether the outcome is the same; empty where nobody can tell. */
  Optional<Boolean> same() {
    if (reasons.isEmpty()) {
      return Optional.of(true);
    }
    return reasons.stream().allMatch(ReplayReason::isDifference)
        ? Optional.of(false)
        : Optional.empty();
  }

  /** {@code same}, {@code different} or {@code undecided}. */
  String result() {
    return same().map(same -> same ? "same" : "different").orElse("undecided");
  }

  /** The reasons in the order of their names. */
  List<String> reasonNames() {
    return reasons.stream().map(ReplayReason::name).sorted().toList();
  }

  /** Whose consents were looked at, and whose record it is. */
  Set<PatientId> patients() {
    Set<PatientId> all = new HashSet<>();
    then.flatMap(RecordedDecision::patient).ifPresent(all::add);
    again.forEach(one -> one.patients().forEach(patient -> all.add(patient.patient())));
    return all;
  }
}
