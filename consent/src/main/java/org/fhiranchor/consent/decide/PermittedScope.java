package org.fhiranchor.consent.decide;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a Consent permits to one requester, as far as that requester may know it (EXP-7): the
 * permits that covered the request. Other recipients, what the Consent denies and what it permits
 * elsewhere are not in it.
 *
 * @param clauses elements that all have to hold; {@link Clause.Actors} names the requester alone
 * @param validity when it counts on the ledger
 */
public record PermittedScope(List<Clause> clauses, TimeSpan validity) {
  public PermittedScope {
    clauses = List.copyOf(clauses);
  }

  /** Empty when the Consent does not permit it, or does not count. */
  static Optional<PermittedScope> of(
      CompiledConsent consent, AccessRequest request, ResourceFacts facts) {
    if (!(consent.standing() instanceof LedgerStanding.Granted granted)) {
      return Optional.empty();
    }
    List<Provision> path =
        new Evaluation(request, facts).on(consent.root()).permittedBy(consent.root());
    if (path.isEmpty()) {
      return Optional.empty();
    }
    Set<Clause> clauses = new LinkedHashSet<>();
    consent.permitsFor().ifPresent(clauses::add);
    boolean held = true;
    for (int i = 0; i < path.size(); i++) {
      Provision provision = path.get(i);
      boolean holds =
          i == path.size() - 1 || provision.match(request, facts) == Provision.Match.YES;
      if (holds && provision.type() == ProvisionType.PERMIT) {
        clauses.addAll(provision.needed(!held));
      }
      held = holds;
    }
    return Optional.of(new PermittedScope(toRequester(clauses, request), granted.validity()));
  }

  private static List<Clause> toRequester(Set<Clause> clauses, AccessRequest request) {
    List<Clause> told = new ArrayList<>();
    for (Clause clause : clauses) {
      told.add(clause instanceof Clause.Actors actors ? toRequester(actors, request) : clause);
    }
    return told;
  }

  private static Clause toRequester(Clause.Actors actors, AccessRequest request) {
    Set<String> own = new HashSet<>(actors.references());
    own.retainAll(request.requester().actors());
    return new Clause.Actors(own);
  }
}
