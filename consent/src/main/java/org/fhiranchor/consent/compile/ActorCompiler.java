package org.fhiranchor.consent.compile;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.fhiranchor.consent.decide.Clause;
import org.fhiranchor.consent.facts.LocalReferences;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
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
          "CareTeam");

  /** Roles that say "this one receives". A custodian or an author is somebody else. */
  private static final Set<String> RECEIVERS =
      Set.of(
          "PRCP",
          "IRCP",
          "RCV",
          "REFT",
          "GRANTEE",
          "DELEGATEE",
          "AGNT",
          "ASSIGNED",
          "CAREGIVER",
          "PROV",
          "PCP",
          "NOK",
          "GUARD",
          "RESPRSN",
          "DPOWATT",
          "HPOWATT",
          "SPOWATT",
          "POWATT",
          "EXCEST",
          "GUADLTM",
          "humanuser",
          "dataprocessor",
          "datacollector",
          "grantee",
          "delegatee",
          "110150",
          "110152",
          "110153");

  private final LocalReferences references;
  private final NamedResources named;
  private final Notes notes;

  ActorCompiler(LocalReferences references, NamedResources named, Notes notes) {
    this.references = references;
    this.named = named;
    this.notes = notes;
  }

  Optional<Clause> compile(ProvisionComponent from, String path) {
    Set<String> actors = new HashSet<>();
    boolean understood = true;
    for (int i = 0; i < from.getActor().size(); i++) {
      understood &= add(from.getActor().get(i), path + ".actor[" + i + "]", actors);
    }
    return understood ? Optional.of(new Clause.Actors(actors)) : Optional.empty();
  }

  private boolean add(provisionActorComponent actor, String path, Set<String> actors) {
    if (!receives(actor.getRole())) {
      notes.notUnderstood(path + ".role", "not the role of a receiver");
      return false;
    }
    Optional<String> reference = reference(actor);
    if (reference.isEmpty()) {
      notes.notUnderstood(path + ".reference", "no reference to an actor on this server");
      return false;
    }
    return reference.get().startsWith("CareTeam/")
        ? addTeam(reference.get(), path, actors)
        : actors.add(reference.get()) || actors.contains(reference.get());
  }

  private boolean addTeam(String team, String path, Set<String> actors) {
    notes.dependsOn(team);
    Optional<Set<String>> members = named.membersOf(team);
    if (members.isEmpty()) {
      notes.notUnderstood(path + ".reference", "CareTeam is not known");
      return false;
    }
    actors.add(team);
    actors.addAll(members.get());
    return true;
  }

  private Optional<String> reference(provisionActorComponent actor) {
    String reference = actor.getReference().getReference();
    return reference == null
        ? Optional.empty()
        : references
            .normalise(reference)
            .filter(found -> KINDS.contains(found.substring(0, found.indexOf('/'))));
  }

  /** An absent role is read as a receiver's: the reference says who. */
  private static boolean receives(CodeableConcept role) {
    if (role.isEmpty()) {
      return true;
    }
    for (Coding coding : role.getCoding()) {
      if (coding.hasCode() && RECEIVERS.contains(coding.getCode())) {
        return true;
      }
    }
    return false;
  }
}
