package org.fhiranchor.interceptors.consent.operations;

import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import ca.uhn.fhir.rest.server.exceptions.ForbiddenOperationException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.fhiranchor.consent.compile.NamedResources;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.consent.facts.LocalReferences;
import org.fhiranchor.interceptors.consent.following.SubjectKey;
import org.fhiranchor.interceptors.consent.operations.SecondRegistrar.Held;
import org.fhiranchor.interceptors.identity.token.Requester;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.Consent.ProvisionComponent;

/**
 * What a registrar may not do alone (WHO-6): a registrar records what patients signed on paper, and
 * never benefits. Refusals are by name: a registrar may know that the Consent and the patient
 * exist.
 */
public final class RegistrarLimits {
  /** An actor of one of these types stands for the people in it. */
  private static final Set<String> OF_PEOPLE = Set.of("PractitionerRole", "CareTeam", "Group");

  private final NamedResources named;
  private final LocalReferences references;
  private final SecondRegistrar second;
  private final RegistrarLog log;

  /** Limits, told of by this log. */
  public RegistrarLimits(
      NamedResources named, LocalReferences references, SecondRegistrar second, RegistrarLog log) {
    this.second = second;
    this.named = named;
    this.references = references;
    this.log = log;
  }

  /**
   * A registrar grants a Consent in the patient's place.
   *
   * @throws ForbiddenOperationException when it names the registrar personally, directly or through
   *     a role, a team or a group, or when the token does not say who the registrar is
   */
  void requireNoBenefit(Requester registrar, Consent consent) {
    String user =
        registrar
            .fhirUser()
            .orElseThrow(
                () ->
                    new ForbiddenOperationException(
                        "a registrar's token must say who they are (fhirUser)"));
    Set<String> people = new LinkedHashSet<>(Set.of(user));
    if (typeOf(user).equals("PractitionerRole")) {
      people.addAll(named.referencesOf(user).orElse(Set.of()));
    }
    people.removeIf(name -> typeOf(name).equals("Organization"));
    Set<String> actors = new LinkedHashSet<>();
    collect(consent.getProvision(), actors);
    if (actors.stream().flatMap(this::everybodyIn).anyMatch(people::contains)) {
      log.refused(registrar, RegistrarLog.Act.GRANT);
      throw new ForbiddenOperationException(
          "this Consent names you: another registrar, or the patient, must grant it");
    }
    boolean own = registrar.organization().filter(actors::contains).isPresent();
    log.acted(registrar, own ? RegistrarLog.Act.GRANT_TO_OWN_ORGANIZATION : RegistrarLog.Act.GRANT);
  }

  private void collect(ProvisionComponent provision, Set<String> actors) {
    provision.getActor().stream()
        .map(actor -> Optional.ofNullable(actor.getReference().getReference()))
        .flatMap(Optional::stream)
        .map(references::normalise)
        .flatMap(Optional::stream)
        .forEach(actors::add);
    provision.getProvision().forEach(exception -> collect(exception, actors));
  }

  private Stream<String> everybodyIn(String actor) {
    if (!OF_PEOPLE.contains(typeOf(actor))) {
      return Stream.of(actor);
    }
    Set<String> members = named.membersOf(actor).possible();
    return Stream.of(Set.of(actor), named.referencesOf(actor).orElse(Set.of()), members)
        .flatMap(Set::stream);
  }

  private static String typeOf(String reference) {
    return reference.substring(0, Math.max(0, reference.indexOf('/')));
  }

  /**
   * A registrar binds a key in the patient's place. One that would replace the patient's own takes
   * effect when a second registrar confirms it.
   *
   * @param known the patient's keys, newest first, which alone the answer is about
   * @param custody whether it is a key that the server makes and keeps
   * @param confirmation the code that a first registrar was given; empty for none
   * @return what another registrar must confirm before this has an effect; empty to go on
   * @throws ForbiddenOperationException when the new key would be in somebody's hands: whoever
   *     holds it signs for the patient
   */
  Optional<SecondRegistrar.Proposal> mayEnrol(
      Requester registrar,
      PatientId patient,
      List<SubjectKey> known,
      boolean custody,
      Optional<String> confirmation) {
    Optional<Held> held = held(known);
    if (!custody) {
      log.refused(registrar, RegistrarLog.Act.ENROL);
      throw new ForbiddenOperationException(
          "a key that somebody holds is bound by the patient: a registrar may ask for one in the"
              + " server's custody");
    }
    if (held.isPresent() && confirmation.isEmpty()) {
      SecondRegistrar.Proposal proposal = second.propose(registrar, patient, held.get());
      log.acted(registrar, RegistrarLog.Act.ENROL_PROPOSED);
      return Optional.of(proposal);
    }
    held.ifPresent(own -> requireAnother(registrar, patient, own, confirmation.orElseThrow()));
    log.acted(
        registrar, held.isPresent() ? RegistrarLog.Act.ENROL_CONFIRMED : RegistrarLog.Act.ENROL);
    return Optional.empty();
  }

  /** The key that is bound, where the server does not keep it. */
  private static Optional<Held> held(List<SubjectKey> known) {
    return known.stream()
        .filter(SubjectKey::isBound)
        .findFirst()
        .filter(key -> key.sealed().isEmpty())
        .map(key -> new Held(key, known.size()));
  }

  private void requireAnother(
      Requester registrar, PatientId patient, Held held, String confirmation) {
    try {
      second.requireAnother(registrar, patient, held, confirmation);
    } catch (BaseServerResponseException refused) {
      log.refused(registrar, RegistrarLog.Act.ENROL_CONFIRMED);
      throw refused;
    }
  }
}
