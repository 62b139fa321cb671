package org.fhiranchor.consent.compile;

import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.fhiranchor.consent.decide.CompiledConsent;
import org.fhiranchor.consent.decide.ConsentReach;
import org.fhiranchor.consent.decide.ConsentResourceId;
import org.fhiranchor.consent.decide.LedgerStanding;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.consent.decide.Provision;
import org.fhiranchor.consent.decide.ProvisionType;
import org.fhiranchor.consent.facts.LocalReferences;
import org.fhiranchor.merkle.Digest;
import org.hl7.fhir.r4.model.Consent;

/** Compiles stored Consents (DEC-8). Does no I/O of its own; {@link NamedResources} may. */
public final class ConsentCompiler {
  private final LocalReferences references;
  private final ZoneId zone;
  private final NamedResources named;
  private final SharedRules shared = new SharedRules();

  /** A compiler that reads times without a zone in the given one. */
  public ConsentCompiler(LocalReferences references, ZoneId zone, NamedResources named) {
    this.references = references;
    this.zone = zone;
    this.named = named;
  }

  /** Compiles one stored Consent of which nobody can tell who wrote it. */
  public Compilation compile(
      Consent consent, Optional<Digest> storedTerms, LedgerStanding standing) {
    return compile(consent, storedTerms, standing, ConsentWriter.UNKNOWN);
  }

  /**
   * Compiles one stored Consent. Never throws for what stands in it: what is not understood never
   * permits.
   *
   * @param storedTerms salted hash of the terms as stored now ({@code ConsentTerms}); empty where
   *     nothing was granted
   * @param writer who wrote this version
   */
  public Compilation compile(
      Consent consent,
      Optional<Digest> storedTerms,
      LedgerStanding standing,
      ConsentWriter writer) {
    String id = consent.getIdPart();
    if (id == null || references.normalise("Consent/" + id).isEmpty()) {
      return new Compilation.Unusable("Consent without a logical id");
    }
    Optional<PatientId> patient = patient(consent);
    if (patient.isEmpty()) {
      return new Compilation.Unusable("Consent/" + id + " names no patient of this server");
    }
    boolean mayDeny = writer.mayDeny(patient.get());
    Optional<RuntimeException> fault = Optional.empty();
    Notes notes = new Notes();
    CompiledConsent.Rules rules;
    try {
      rules = rules(consent, patient.get(), mayDeny, notes);
    } catch (NullPointerException
        | IllegalArgumentException
        | ClassCastException
        | IndexOutOfBoundsException
        | NoSuchElementException
        | DateTimeException
        | ArithmeticException
        | UnsupportedOperationException defect) {
      // One Consent must not keep those of all others from being read.
      fault = Optional.of(defect);
      rules = denied(consent, patient.get(), mayDeny, notes);
    }
    return new Compilation.Ready(new CompiledConsent(rules, standing, storedTerms), fault);
  }

  /**
   * Of a Consent that cannot be read: nothing is permitted, everything denied (DEC-5). It is read
   * again when what was looked at until then changes.
   */
  private static CompiledConsent.Rules denied(
      Consent consent, PatientId patient, boolean mayDeny, Notes notes) {
    Provision everything =
        new Provision(ProvisionType.DENY, Provision.Understanding.NOT, List.of(), List.of());
    return new CompiledConsent.Rules(
        new ConsentResourceId(consent.getIdPart()),
        patient,
        consent.getStatus() == Consent.ConsentState.ACTIVE,
        mayDeny ? ConsentReach.DENIES : ConsentReach.DENIES.withoutDenies(),
        everything,
        List.of("Consent: it could not be read, so it permits nothing"),
        notes.dependsOn());
  }

  /** What of it is not understood, for those who are about to sign it (DENY-5). */
  public List<String> notUnderstood(Consent consent) {
    Compilation compiled = compile(consent, Optional.empty(), LedgerStanding.NOT_THERE);
    return compiled instanceof Compilation.Ready ready
        ? ready.consent().ignored()
        : List.of(((Compilation.Unusable) compiled).why());
  }

  private Optional<PatientId> patient(Consent consent) {
    String reference = consent.getPatient().getReference();
    return reference == null
        ? Optional.empty()
        : references
            .normalise(reference)
            .filter(PatientId::isReference)
            .map(PatientId::ofReference);
  }

  private CompiledConsent.Rules rules(
      Consent consent, PatientId patient, boolean mayDeny, Notes notes) {
    ElementCompiler elements = new ElementCompiler(references, zone, named, notes);
    return new CompiledConsent.Rules(
        new ConsentResourceId(consent.getIdPart()),
        patient,
        consent.getStatus() == Consent.ConsentState.ACTIVE,
        reach(consent, notes, mayDeny),
        new ProvisionCompiler(elements, notes, shared).root(consent),
        notes.ignored(),
        notes.dependsOn());
  }

  private ConsentReach reach(Consent consent, Notes notes, boolean mayDeny) {
    ConsentReach reach = new ReachCompiler(notes).compile(consent);
    if (mayDeny) {
      return reach;
    }
    notes.notUnderstood("Consent", "written by nobody who may deny: not effective until signed");
    return reach.withoutDenies();
  }
}
