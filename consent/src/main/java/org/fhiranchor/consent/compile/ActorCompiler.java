package org.fhiranchor.consent.compile;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.fhiranchor.consent.decide.Clause;
import org.fhiranchor.consent.decide.ProvisionType;
import org.fhiranchor.consent.decide.TimeSpan;
import org.fhiranchor.consent.facts.LocalReferences;
import org.hl7.fhir.r4.model.Consent.ProvisionComponent;
import org.hl7.fhir.r4.model.Consent.provisionActorComponent;

/** Compiles {@code provision.actor}: those who are to receive the data, each by reference. */
final class ActorCompiler {
  private static final Set<String> KINDS =
      Set.of(
          "Practitioner",
          "PractitionerRole",
          "Organization",
          "Device",
          "RelatedPerson",
          "Patient",
          "CareTeam",
          "Group");

  private static final String ROLE = "PractitionerRole/";

  private final LocalReferences references;
  private final NamedResources named;
  private final Notes notes;

  ActorCompiler(LocalReferences references, NamedResources named, Notes notes) {
    this.references = references;
    this.named = named;
    this.notes = notes;
  }

  /**
   * Empty when not understood, which is noted, and when a deny names only who holds the data: it
   * denies everybody then.
   */
  Optional<Clause> compile(ProvisionComponent from, String path, ProvisionType type) {
    Named actors = new Named(new HashSet<>(), new HashMap<>());
    boolean understood = true;
    boolean onlyHolders = true;
    for (int i = 0; i < from.getActor().size(); i++) {
      provisionActorComponent actor = from.getActor().get(i);
      if (!ActorRoles.isHolder(actor.getRole())) {
        onlyHolders = false;
        understood &= add(actor, path + ".actor[" + i + "]", actors, type);
      }
    }
    if (onlyHolders && type == ProvisionType.PERMIT) {
      notes.notUnderstood(
          path + ".actor", "names who holds the data, and nobody who receives them");
    }
    return understood && !onlyHolders ? Optional.of(actors.clause()) : Optional.empty();
  }

  /** Who is named: at any time, or as a member at times. */
  private record Named(Set<String> always, Map<String, Set<TimeSpan>> during) {
    void add(NamedResources.Members members) {
      always.addAll(members.certain());
      members
          .during()
          .forEach((who, spans) -> during.computeIfAbsent(who, w -> new HashSet<>()).addAll(spans));
    }

    Clause clause() {
      during.keySet().removeAll(always);
      Set<String> references = new HashSet<>(always);
      references.addAll(during.keySet());
      return new Clause.Actors(references, during);
    }
  }

  private boolean add(
      provisionActorComponent actor, String path, Named actors, ProvisionType type) {
    if (!ActorRoles.receives(actor.getRole())) {
      notes.notUnderstood(path + ".role", "not the role of a receiver");
      return false;
    }
    Optional<String> reference = reference(actor);
    if (reference.isEmpty()) {
      notes.notUnderstood(path + ".reference", "no reference to an actor on this server");
      return false;
    }
    if (reference.get().startsWith("CareTeam/") || reference.get().startsWith("Group/")) {
      return addMembers(reference.get(), path, actors, type);
    }
    actors.always().add(reference.get());
    return type == ProvisionType.PERMIT || areMadeOut(Set.of(reference.get()), path);
  }

  private boolean addMembers(String collective, String path, Named actors, ProvisionType type) {
    NamedResources.Members members = named.membersOf(collective, notes::dependsOn);
    if (!members.known()) {
      String kind = collective.substring(0, collective.indexOf('/'));
      notes.notUnderstood(
          path + ".reference", kind + " is not known, or holds more teams than are looked at");
      return false;
    }
    actors.always().add(collective);
    if (type == ProvisionType.PERMIT) {
      actors.add(members);
      return true;
    }
    actors.always().addAll(members.possible());
    if (members.others()) {
      notes.notUnderstood(
          path + ".reference",
          collective
              + " has members who cannot be made out, not being named by a reference to this"
              + " server: a deny of it covers everybody");
    }
    return areMadeOut(members.possible(), path) && !members.others();
  }

  /** Whether it can be told of each role that a deny names whose it is (DENY-1). */
  private boolean areMadeOut(Set<String> actors, String path) {
    boolean all = true;
    for (String role : actors.stream().filter(one -> one.startsWith(ROLE)).sorted().toList()) {
      notes.dependsOn(role);
      if (named.isSomebodys(role)) {
        notes.notUnderstood(
            path + ".reference",
            role
                + " does not say whose it is by a reference to this server: a deny of it covers"
                + " everybody");
        all = false;
      }
    }
    return all;
  }

  private Optional<String> reference(provisionActorComponent actor) {
    String reference = actor.getReference().getReference();
    return reference == null
        ? Optional.empty()
        : references
            .normalise(reference)
            .filter(found -> KINDS.contains(found.substring(0, found.indexOf('/'))));
  }
}
