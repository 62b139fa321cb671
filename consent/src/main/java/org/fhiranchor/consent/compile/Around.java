package org.fhiranchor.consent.compile;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.fhiranchor.consent.decide.Clause;
import org.fhiranchor.consent.decide.ProvisionType;
import org.hl7.fhir.r4.model.Consent.ProvisionComponent;

/**
 * The elements of the provisions around one: what a provision that says some of them anew needs of
 * the others where it is wider than the provision around it (DENY-4).
 *
 * @param forPermits without those that a provision in between says anew about the data
 * @param forDenies without those that a provision in between says anew
 */
record Around(List<Clause> forPermits, List<Clause> forDenies) {
  /** Around the root there is nothing. */
  static final Around NOTHING = new Around(List.of(), List.of());

  /** A permit may be wider in which data it covers, never in who reads, why, how and when. */
  private static final Set<Class<? extends Clause>> OF_DATA =
      Set.of(
          Clause.SecurityLabels.class,
          Clause.Classes.class,
          Clause.Codes.class,
          Clause.Data.class,
          Clause.DataPeriod.class);

  Around {
    forPermits = List.copyOf(forPermits);
    forDenies = List.copyOf(forDenies);
  }

  /**
   * What the provision needs besides its own elements where the one around it does not match; empty
   * when it says nothing anew, so that it is an exception to that one alone.
   */
  Optional<List<Clause>> needed(ProvisionComponent own, ProvisionType type) {
    List<Clause> all = type == ProvisionType.PERMIT ? forPermits : forDenies;
    List<Clause> left = without(all, said(own, type));
    return left.size() == all.size() ? Optional.empty() : Optional.of(left);
  }

  /** Around what is below the provision. */
  Around below(ProvisionComponent own, List<Clause> clauses) {
    return new Around(
        joined(without(forPermits, said(own, ProvisionType.PERMIT)), clauses),
        joined(without(forDenies, said(own, ProvisionType.DENY)), clauses));
  }

  private static List<Clause> without(List<Clause> clauses, Set<Class<? extends Clause>> kinds) {
    return clauses.stream().filter(clause -> !kinds.contains(clause.getClass())).toList();
  }

  private static List<Clause> joined(List<Clause> some, List<Clause> more) {
    List<Clause> all = new ArrayList<>(some);
    all.addAll(more);
    return all;
  }

  /** The elements that are written there, understood or not. */
  private static Set<Class<? extends Clause>> said(ProvisionComponent own, ProvisionType type) {
    Set<Class<? extends Clause>> said = new HashSet<>();
    add(said, own.hasSecurityLabel(), Clause.SecurityLabels.class);
    add(said, own.hasClass_(), Clause.Classes.class);
    add(said, own.hasCode(), Clause.Codes.class);
    add(said, own.hasData(), Clause.Data.class);
    add(said, own.hasDataPeriod(), Clause.DataPeriod.class);
    add(said, own.hasActor(), Clause.Actors.class);
    add(said, own.hasPurpose(), Clause.Purposes.class);
    add(said, own.hasAction(), Clause.Actions.class);
    add(said, own.hasPeriod(), Clause.Period.class);
    if (type == ProvisionType.PERMIT) {
      said.retainAll(OF_DATA);
    }
    return said;
  }

  private static void add(
      Set<Class<? extends Clause>> to, boolean present, Class<? extends Clause> kind) {
    if (present) {
      to.add(kind);
    }
  }
}
