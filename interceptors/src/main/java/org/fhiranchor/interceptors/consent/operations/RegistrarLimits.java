package org.fhiranchor.interceptors.consent.operations;

import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import ca.uhn.fhir.rest.server.exceptions.ForbiddenOperationException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.fhiranchor.consent.compile.Compilation;
import org.fhiranchor.consent.compile.ConsentCompiler;
import org.fhiranchor.consent.decide.CompiledConsent;
import org.fhiranchor.consent.decide.LedgerStanding;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.consent.facts.LocalReferences;
import org.fhiranchor.interceptors.consent.following.SubjectKey;
import org.fhiranchor.interceptors.consent.operations.SecondRegistrar.Held;
import org.fhiranchor.interceptors.identity.token.Requester;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.Consent.ProvisionComponent;

/**
 * What a registrar may not do alone (WHO-6): a registrar records what patients signed on paper, and
 * never benefits. Refusals are by name: a registrar may know that the Consent and the patient
 * exist.
 */
public final class RegistrarLimits {
  private final RegistrarNames names;
  private final ConsentCompiler compiler;
  private final LocalReferences references;
  private final SecondRegistrar second;
  private final RegistrarLog log;

  /** Limits, told of by this log. */
  public RegistrarLimits(
      RegistrarNames names,
      ConsentCompiler compiler,
      LocalReferences references,
      SecondRegistrar second,
      RegistrarLog log) {
    this.second = second;
    this.names = names;
    this.compiler = compiler;
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
    Set<String> actors = new LinkedHashSet<>();
    collect(consent.getProvision(), actors);
    if (names.lead(actors, names.personal(registrar))) {
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

  /**
   * A registrar writes a role, a team or a group: whoever is in it is meant by each permit, and by
   * each deny, that names it.
   *
   * @param version as it was, or as it is to be
   * @throws ForbiddenOperationException when it leads to the registrar or their organization, or
   *     when the token does not say who the registrar is
   */
  void requireOthersTeam(Requester registrar, IBaseResource version) {
    if (RegistrarNames.isOfPeople(version.fhirType())
        && names.lead(names.members(version), names.withOrganization(registrar))) {
      log.refused(registrar, RegistrarLog.Act.WRITE_TEAM);
      throw new ForbiddenOperationException(
          "this %s leads to you or your organization: another registrar, or the patient, must write it"
              .formatted(version.fhirType()));
    }
  }

  /** The same of what is to be there; let through, it counts as an act. */
  void wroteOthersTeam(Requester registrar, IBaseResource version) {
    requireOthersTeam(registrar, version);
    if (RegistrarNames.isOfPeople(version.fhirType())) {
      log.acted(registrar, RegistrarLog.Act.WRITE_TEAM);
    }
  }

  /**
   * A registrar changes a Consent, or takes it away.
   *
   * @param after what takes its place; empty for nothing
   * @throws ForbiddenOperationException when it denies the registrar or their organization
   *     something, by name or as it denies everybody, and what takes its place does not say the
   *     same; or when the token does not say who the registrar is
   */
  void requireOthersDeny(Requester registrar, Consent before, Optional<Consent> after) {
    Optional<CompiledConsent> was = compiled(before);
    if (was.filter(one -> one.couldDeny(actors -> true)).isEmpty()
        || after.flatMap(this::compiled).filter(was.get()::saysTheSame).isPresent()
        || registrar.self().filter(was.get().patient().value()::equals).isPresent()) {
      return;
    }
    if (was.get().couldDeny(actors -> names.mayMean(registrar, actors))) {
      log.refused(registrar, RegistrarLog.Act.CHANGE_DENY);
      throw new ForbiddenOperationException(
          "this Consent denies you something: the patient, or somebody whom it does not deny it,"
              + " must change it");
    }
    log.acted(registrar, RegistrarLog.Act.CHANGE_DENY);
  }

  /** Whoever wrote it: whether a deny of theirs counts may change with the next version. */
  private Optional<CompiledConsent> compiled(Consent consent) {
    return compiler.compile(consent, Optional.empty(), LedgerStanding.NOT_THERE)
            instanceof Compilation.Ready ready
        ? Optional.of(ready.consent())
        : Optional.empty();
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
