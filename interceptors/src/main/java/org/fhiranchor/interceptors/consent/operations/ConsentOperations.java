package org.fhiranchor.interceptors.consent.operations;

import ca.uhn.fhir.rest.annotation.IdParam;
import ca.uhn.fhir.rest.annotation.Operation;
import ca.uhn.fhir.rest.annotation.OperationParam;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.fhiranchor.consent.compile.ConsentCompiler;
import org.fhiranchor.consent.decide.ConsentResourceId;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.consent.decide.Reason;
import org.fhiranchor.consent.facts.LocalReferences;
import org.fhiranchor.interceptors.consent.following.StoredConsents;
import org.fhiranchor.interceptors.disclosure.AccessEvent;
import org.fhiranchor.interceptors.identity.token.Requester;
import org.fhiranchor.ledger.Bytes;
import org.fhiranchor.ledger.ConsentDomain;
import org.fhiranchor.ledger.evm.ConsentTypedData;
import org.hl7.fhir.instance.model.api.IIdType;
import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.StringType;
import org.jspecify.annotations.Nullable;

/**
 * {@code $prepare}, {@code $grant}, {@code $revoke} and {@code $ledger-status} of a Consent (CG-2),
 * for those whom {@link Entitlement} lets (CG-3).
 */
public final class ConsentOperations {
  private static final int MAX_SIGNATURE = 8_192;

  private final StoredConsents stored;
  private final LocalReferences references;
  private final ConsentCompiler compiler;
  private final Entitlement entitlement;
  private final ConsentPreparation desk;
  private final ConsentRelay relay;
  private final ConsentDomain domain;
  private final RegistrarLimits registrars;
  private final Passkeys passkeys;
  private final KeyApps apps;
  private final Doors doors;

  /** What the operations work on. */
  public record Parts(
      StoredConsents stored,
      LocalReferences references,
      ConsentCompiler compiler,
      Entitlement entitlement,
      ConsentPreparation desk,
      ConsentRelay relay,
      ConsentDomain domain,
      RegistrarLimits registrars,
      Passkeys passkeys,
      KeyApps apps) {}

  /**
   * The operations.
   *
   * @param open whether requests without a token are served: only where consent is not enforced
   */
  public ConsentOperations(Parts parts, boolean open) {
    this.stored = parts.stored();
    this.references = parts.references();
    this.compiler = parts.compiler();
    this.entitlement = parts.entitlement();
    this.desk = parts.desk();
    this.relay = parts.relay();
    this.domain = parts.domain();
    this.registrars = parts.registrars();
    this.passkeys = parts.passkeys();
    this.apps = parts.apps();
    this.doors = new Doors(open);
  }

  /**
   * What to sign: {@code typedData} for {@code eth_signTypedData_v4}, the {@code salt} of the
   * terms' hash (base64), a {@code summary}; {@code revocation}, the typed data to revoke with, for
   * the key that granted where one did; and one {@code notUnderstood} for each element that this
   * server does not understand (DENY-5).
   */
  @Operation(name = "$prepare", typeName = "Consent", idempotent = true)
  public Parameters prepare(@IdParam IIdType id, RequestDetails request) {
    Named named = named(id, request, entitlement::mayLook);
    ConsentPreparation.Prepared prepared = desk.prepare(named.consent(), named.patient());
    Parameters answer = new Parameters();
    answer.addParameter("typedData", new StringType(grantOf(prepared).json()));
    answer.addParameter("salt", new StringType(prepared.link().salt().base64()));
    List<String> unclear = compiler.notUnderstood(named.consent());
    answer.addParameter(
        "summary",
        new StringType(Summary.of(named.consent(), prepared.preparation(), domain, unclear)));
    ConsentTypedData revocation = revocationOf(relay.toRevoke(named.consent(), named.patient()));
    answer.addParameter("revocation", new StringType(revocation.json()));
    unclear.forEach(text -> answer.addParameter("notUnderstood", new StringType(text)));
    return answer;
  }

  private ConsentTypedData grantOf(ConsentPreparation.Prepared prepared) {
    return ConsentTypedData.of(domain, prepared.preparation().grant(prepared.link().ledgerId()));
  }

  private ConsentTypedData revocationOf(ConsentPreparation.Prepared prepared) {
    return ConsentTypedData.of(
        domain, prepared.preparation().revocation(prepared.link().ledgerId()));
  }

  /**
   * Grants on the ledger; without a signature where the key is in custody (KEY-6). One {@code
   * warning} for each element that this server does not understand: a permit that has it does not
   * apply.
   */
  @Operation(name = "$grant", typeName = "Consent")
  public Parameters grant(
      @IdParam IIdType id,
      @OperationParam(name = "signature", max = 1) @Nullable StringType signature,
      @OperationParam(name = "publicKey", max = 1) @Nullable StringType publicKey,
      @OperationParam(name = "authenticatorData", max = 1) @Nullable StringType authenticatorData,
      @OperationParam(name = "clientDataJSON", max = 1) @Nullable StringType clientData,
      RequestDetails request) {
    Named named = named(id, request, entitlement::maySign);
    Requester.of(request)
        .filter(
            requester -> entitlement.signsAsRegistrar(requester, named.patient(), named.consent()))
        .ifPresent(registrar -> registrars.requireNoBenefit(registrar, named.consent()));
    Optional<Bytes> signed =
        passkeys.signature(new Passkeys.Given(signature, publicKey, authenticatorData, clientData));
    if (signed.isEmpty()) {
      apps.require(request);
    }
    Parameters answer =
        told(relay.grant(named.consent(), named.patient(), signed), named.consent());
    compiler
        .notUnderstood(named.consent())
        .forEach(text -> answer.addParameter("warning", new StringType(text)));
    return answer;
  }

  /** Revokes on this node at once, then on the ledger. */
  @Operation(name = "$revoke", typeName = "Consent")
  public Parameters revoke(
      @IdParam IIdType id,
      @OperationParam(name = "signature", max = 1) @Nullable StringType signature,
      @OperationParam(name = "publicKey", max = 1) @Nullable StringType publicKey,
      @OperationParam(name = "authenticatorData", max = 1) @Nullable StringType authenticatorData,
      @OperationParam(name = "clientDataJSON", max = 1) @Nullable StringType clientData,
      RequestDetails request) {
    Named named = named(id, request, entitlement::maySign);
    Optional<Bytes> signed =
        passkeys.signature(new Passkeys.Given(signature, publicKey, authenticatorData, clientData));
    return relay.revoke(named.consent(), named.patient(), signed).toParameters();
  }

  /** Where it stands on the ledger, as far as this node has followed. */
  @Operation(name = "$ledger-status", typeName = "Consent", idempotent = true)
  public Parameters ledgerStatus(@IdParam IIdType id, RequestDetails request) {
    Named named = named(id, request, entitlement::mayLook);
    return told(relay.status(named.consent(), named.patient()), named.consent());
  }

  /** What is granted need not be in force: its terms may have changed since (CG-1). */
  private Parameters told(LedgerAnswer standing, Consent consent) {
    Parameters answer = standing.toParameters();
    if (standing.state() == LedgerAnswer.State.GRANTED) {
      Optional<Reason> obstacle = relay.obstacle(consent);
      answer.addParameter("inForce", new BooleanType(obstacle.isEmpty()));
      obstacle.ifPresent(why -> answer.addParameter("reason", new CodeType(why.name())));
    }
    return answer;
  }

  private record Named(Consent consent, PatientId patient) {}

  private interface Right {
    boolean of(Requester requester, PatientId patient, Consent consent);
  }

  private Named named(IIdType id, RequestDetails request, Right right) {
    doors.require(request, requester -> true);
    Consent consent =
        stored.read(new ConsentResourceId(Doors.checked(id))).orElseThrow(Doors::refusal);
    PatientId patient = patient(consent).orElseThrow(Doors::refusal);
    Optional<AccessEvent> event = AccessEvent.of(request);
    event.ifPresent(one -> one.asksAbout(request, Set.of(patient)));
    doors.require(request, requester -> right.of(requester, patient, consent));
    event.ifPresent(one -> one.concerns(request, Set.of(patient)));
    return new Named(consent, patient);
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

  static Optional<Bytes> hex(@Nullable StringType parameter) {
    if (parameter == null || parameter.isEmpty()) {
      return Optional.empty();
    }
    String text = parameter.getValue();
    if (text.length() > MAX_SIGNATURE) {
      throw new InvalidRequestException(
          "signature: want at most " + MAX_SIGNATURE + " characters, got " + text.length());
    }
    try {
      return Optional.of(Bytes.fromHex(text));
    } catch (IllegalArgumentException wrong) {
      throw new InvalidRequestException("signature: want 0x and pairs of hex digits");
    }
  }
}
