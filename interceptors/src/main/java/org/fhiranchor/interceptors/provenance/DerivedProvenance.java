package org.fhiranchor.interceptors.provenance;

import java.time.Instant;
import java.util.Date;
import java.util.Optional;
import org.fhiranchor.interceptors.log.recording.RecordedFacts;
import org.fhiranchor.merkle.Anchor;
import org.fhiranchor.merkle.Operation;
import org.fhiranchor.merkle.Statement;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DecimalType;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.InstantType;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.Provenance.ProvenanceAgentComponent;
import org.hl7.fhir.r4.model.Provenance.ProvenanceEntityComponent;
import org.hl7.fhir.r4.model.Provenance.ProvenanceEntityRole;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.StringType;

/** Writes what the log knows of a version as a FHIR Provenance (PRV-1). */
final class DerivedProvenance {
  /** Extension with the index of the leaf. */
  static final String LEAF = "https://fhiranchor.org/fhir/StructureDefinition/leaf-index";

  /** Extension of the anchor's entity: its block, and the size and root that stand there. */
  static final String ANCHOR = "https://fhiranchor.org/fhir/StructureDefinition/anchor";

  private static final String OPERATIONS = "http://terminology.hl7.org/CodeSystem/v3-DataOperation";
  private static final String AGENT_TYPES =
      "http://terminology.hl7.org/CodeSystem/provenance-participant-type";
  private static final String URI = "urn:ietf:rfc:3986";

  private final String origin;

  /**
   * Of this log.
   *
   * @param origin the log's name
   */
  DerivedProvenance(String origin) {
    this.origin = origin;
  }

  /**
   * Writes it.
   *
   * @param to has its id
   * @param before the version that this one follows
   * @param anchor one that covers the leaf
   */
  void write(
      Provenance to,
      LoggedVersion logged,
      Optional<Statement.ResourceVersion> before,
      Optional<Anchor> anchor) {
    Statement.ResourceVersion version = logged.version();
    RecordedFacts facts = RecordedFacts.of(logged.leaf().record());
    to.getMeta().setLastUpdated(Date.from(version.recorded()));
    to.addTarget(reference(version));
    to.setRecordedElement(instant(version.recorded()));
    to.setActivity(activity(version.operation()));
    facts.purposes().forEach(purpose -> to.addReason().addCoding(coding(purpose)));
    agents(to, facts);
    before.ifPresent(one -> entity(to, ProvenanceEntityRole.REVISION).setWhat(reference(one)));
    anchor.ifPresent(one -> anchored(entity(to, ProvenanceEntityRole.SOURCE), one));
    to.addExtension(LEAF, new DecimalType(logged.leaf().index().value()));
  }

  private static Reference reference(Statement.ResourceVersion version) {
    return new Reference(version.resource() + "/_history/" + version.version());
  }

  private static InstantType instant(Instant at) {
    InstantType type = new InstantType(Date.from(at));
    type.setTimeZoneZulu(true);
    return type;
  }

  private static CodeableConcept activity(Operation operation) {
    return switch (operation) {
      case CREATE -> activity("CREATE", "create");
      case UPDATE -> activity("UPDATE", "revise");
      case DELETE, ERASE -> activity("DELETE", "delete");
    };
  }

  private static CodeableConcept activity(String code, String display) {
    return new CodeableConcept(new Coding(OPERATIONS, code, display));
  }

  private static Coding coding(String systemAndCode) {
    String[] parts = systemAndCode.split("\\|", 2);
    return parts.length > 1
        ? new Coding().setSystem(parts[0]).setCode(parts[1])
        : new Coding().setCode(parts[0]);
  }

  private void agents(Provenance to, RecordedFacts facts) {
    ProvenanceAgentComponent author = agent(to, "author", "Author");
    author.setWho(author(facts));
    facts.organization().ifPresent(one -> author.setOnBehalfOf(new Reference(one)));
    facts
        .client()
        .ifPresent(client -> agent(to, "assembler", "Assembler").setWho(named(client, client)));
    agent(to, "custodian", "Custodian").setWho(named(origin, origin));
  }

  private Reference author(RecordedFacts facts) {
    if (facts.isServer()) {
      return named(origin, "this server");
    }
    Optional<Reference> user = facts.user().map(Reference::new);
    facts.subject().ifPresent(subject -> user.ifPresent(who -> who.setDisplay(subject)));
    return user.or(() -> facts.subject().map(subject -> named(subject, subject)))
        .orElseGet(() -> new Reference().setDisplay("not known: no token was asked for"));
  }

  private static Reference named(String value, String display) {
    return new Reference().setIdentifier(new Identifier().setValue(value)).setDisplay(display);
  }

  private static ProvenanceAgentComponent agent(Provenance to, String code, String display) {
    ProvenanceAgentComponent agent = to.addAgent();
    agent.getType().addCoding(new Coding(AGENT_TYPES, code, display));
    return agent;
  }

  private static ProvenanceEntityComponent entity(Provenance to, ProvenanceEntityRole role) {
    return to.addEntity().setRole(role);
  }

  private static void anchored(ProvenanceEntityComponent entity, Anchor anchor) {
    String transaction = "0x" + anchor.transactionHash().hex();
    Identifier identifier = new Identifier();
    identifier.setSystem(URI).setValue("urn:eip155:" + anchor.chainId() + ":tx:" + transaction);
    entity.setWhat(
        new Reference()
            .setIdentifier(identifier)
            .setDisplay(
                "anchored in block %d: tree size %d, root %s"
                    .formatted(anchor.blockNumber(), anchor.size().value(), anchor.root().hex())));
    Extension extension = entity.addExtension().setUrl(ANCHOR);
    extension.addExtension("contract", new StringType(anchor.contract()));
    extension.addExtension("transaction", new StringType(transaction));
    extension.addExtension("block", new DecimalType(anchor.blockNumber()));
    extension.addExtension("size", new DecimalType(anchor.size().value()));
    extension.addExtension("root", new StringType(anchor.root().hex()));
    extension.addExtension("finality", new StringType(anchor.finality()));
  }
}
