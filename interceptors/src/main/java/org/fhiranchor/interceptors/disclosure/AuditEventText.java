package org.fhiranchor.interceptors.disclosure;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.fhiranchor.merkle.JsonValue;
import org.hl7.fhir.r4.model.AuditEvent;
import org.hl7.fhir.r4.model.AuditEvent.AuditEventAction;
import org.hl7.fhir.r4.model.AuditEvent.AuditEventAgentComponent;
import org.hl7.fhir.r4.model.AuditEvent.AuditEventEntityComponent;
import org.hl7.fhir.r4.model.AuditEvent.AuditEventOutcome;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DecimalType;
import org.hl7.fhir.r4.model.InstantType;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.StringType;

/** A line of an accounting as an AuditEvent. */
public final class AuditEventText {
  /** Extension with the number in the patient's chain. */
  public static final String NUMBER =
      "https://fhiranchor.org/fhir/StructureDefinition/disclosure-number";

  /** Extension with the index of the leaf. */
  public static final String LEAF = "https://fhiranchor.org/fhir/StructureDefinition/leaf-index";

  static final String TYPES = "http://terminology.hl7.org/CodeSystem/audit-event-type";
  static final String OBJECT_TYPES = "http://terminology.hl7.org/CodeSystem/audit-entity-type";
  static final String OBJECT_ROLES = "http://terminology.hl7.org/CodeSystem/object-role";
  static final String AGENT_TYPES = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType";

  static final String INTERACTIONS = "http://hl7.org/fhir/restful-interaction";
  static final String SOURCES = "http://terminology.hl7.org/CodeSystem/security-source-type";
  static final String DICOM = "http://dicom.nema.org/resources/ontology/DCM";
  static final String SERVER = "this server";

  /** DICOM's word for a glass that was broken, among the subtypes that FHIR names. */
  static final String EMERGENCY = "110127";

  private static final Set<String> CODES =
      Set.of(
          "read",
          "vread",
          "update",
          "patch",
          "delete",
          "history-instance",
          "history-type",
          "history-system",
          "create",
          "search-type",
          "search-system",
          "transaction",
          "batch");

  private AuditEventText() {}

  /** Extension with how many disclosures to one recipient on one day the event stands for. */
  public static final String TIMES =
      "https://fhiranchor.org/fhir/StructureDefinition/disclosure-count";

  /** The event; a record that was removed says only when it was. */
  public static AuditEvent of(Accounting.Line line) {
    Map<String, JsonValue> record = line.members();
    AuditEvent event = new AuditEvent();
    event.setType(new Coding(TYPES, "rest", "RESTful Operation"));
    Optional<String> interaction = text(record, "interaction");
    interaction
        .flatMap(AuditEventText::code)
        .ifPresent(code -> event.addSubtype().setSystem(INTERACTIONS).setCode(code));
    interaction.ifPresent(text -> event.addSubtype(new Coding().setDisplay(text)));
    text(record, "rule")
        .filter("BREAK_GLASS"::equals)
        .ifPresent(
            rule -> event.addSubtype(new Coding(DICOM, EMERGENCY, "Emergency Override Started")));
    event.setAction(action(interaction.flatMap(AuditEventText::code).orElse("")));
    event.setRecordedElement(new InstantType(DisclosureRecords.instant(line.recorded())));
    boolean refused = text(record, "outcome").filter("refused"::equals).isPresent();
    event.setOutcome(refused ? AuditEventOutcome._4 : AuditEventOutcome._0);
    why(record).ifPresent(event::setOutcomeDesc);
    texts(record, "purposes").forEach(one -> event.addPurposeOfEvent().addCoding(coding(one)));
    text(record, "breakGlassReason")
        .ifPresent(text -> event.addPurposeOfEvent().setText("broke the glass: " + text));
    agents(event, record);
    event.getSource().setObserver(new Reference().setDisplay(SERVER));
    event.getSource().addType(new Coding(SOURCES, "4", "Application Server"));
    entities(event, record);
    line.number().ifPresent(n -> event.addExtension(NUMBER, new DecimalType(n)));
    line.leaf().ifPresent(leaf -> event.addExtension(LEAF, new DecimalType(leaf.index().value())));
    return event;
  }

  /** FHIR's word for the interaction that a record begins with; entries of batches have none. */
  static Optional<String> code(String interaction) {
    String verb = interaction.split(" ", 2)[0];
    return verb.startsWith("$")
        ? Optional.of("operation")
        : Optional.of(verb).filter(CODES::contains);
  }

  /** As IHE BALP has it: a search executes, a history reads. */
  static AuditEventAction action(String code) {
    return switch (code) {
      case "create" -> AuditEventAction.C;
      case "update", "patch" -> AuditEventAction.U;
      case "delete" -> AuditEventAction.D;
      case "read", "vread", "history-instance", "history-type", "history-system" ->
          AuditEventAction.R;
      default -> AuditEventAction.E;
    };
  }

  static Coding coding(String systemAndCode) {
    String[] parts = systemAndCode.split("\\|", 2);
    return new Coding().setSystem(parts[0]).setCode(parts.length > 1 ? parts[1] : "");
  }

  /** The person, the application that relayed them, and this server, each an agent of its own. */
  private static void agents(AuditEvent event, Map<String, JsonValue> record) {
    Map<String, JsonValue> requester = requester(record);
    AuditEventAgentComponent person = agent(event, AGENT_TYPES, "IRCP").setRequestor(true);
    text(requester, "person").ifPresent(who -> person.setWho(new Reference(who)));
    text(requester, "subject").ifPresent(name -> person.setAltId(name).setName(name));
    text(requester, "application")
        .ifPresent(id -> agent(event, DICOM, "110152").setAltId(id).setName(id));
    text(requester, "organization")
        .ifPresent(id -> agent(event, AGENT_TYPES, "CST").setWho(new Reference(id)));
    agent(event, DICOM, "110153").setName(SERVER);
  }

  private static AuditEventAgentComponent agent(AuditEvent event, String system, String type) {
    AuditEventAgentComponent agent = event.addAgent().setRequestor(false);
    agent.getType().addCoding(new Coding().setSystem(system).setCode(type));
    return agent;
  }

  private static void entities(AuditEvent event, Map<String, JsonValue> record) {
    text(record, "patient").ifPresent(id -> entity(event, id, "1", "1"));
    texts(record, "resources").forEach(id -> entity(event, id, "2", "4"));
    texts(record, "consents").forEach(id -> entity(event, id, "2", "13"));
    text(record, "query")
        .ifPresent(
            query -> {
              AuditEventEntityComponent entity = event.addEntity();
              entity.setType(new Coding().setSystem(OBJECT_TYPES).setCode("2"));
              entity.setRole(new Coding().setSystem(OBJECT_ROLES).setCode("24"));
              // HAPI writes the bytes in base64.
              entity.setQuery(query.getBytes(StandardCharsets.UTF_8));
            });
    texts(record, "categories")
        .forEach(
            category ->
                event
                    .getEntityFirstRep()
                    .addDetail()
                    .setType("category")
                    .setValue(new StringType(category)));
  }

  private static void entity(AuditEvent event, String reference, String type, String role) {
    AuditEventEntityComponent entity = event.addEntity();
    entity.setWhat(new Reference(reference));
    entity.setType(new Coding().setSystem(OBJECT_TYPES).setCode(type));
    entity.setRole(new Coding().setSystem(OBJECT_ROLES).setCode(role));
  }

  /** The facts about who asked. */
  public static Map<String, JsonValue> requester(Map<String, JsonValue> record) {
    return record.get("requester") instanceof JsonValue.Obj who ? who.members() : Map.of();
  }

  /** Why it was refused, or the rule that permitted it. */
  public static Optional<String> why(Map<String, JsonValue> record) {
    return text(record, "reason").or(() -> text(record, "rule"));
  }

  /** The text under a name; empty where there is none. */
  public static Optional<String> text(Map<String, JsonValue> record, String name) {
    return Optional.ofNullable(record.get(name))
        .filter(JsonValue.Str.class::isInstance)
        .map(value -> ((JsonValue.Str) value).text());
  }

  /** The whole number under a name; -1 where there is none. */
  public static long number(Map<String, JsonValue> record, String name) {
    return record.get(name) instanceof JsonValue.Num number ? Long.parseLong(number.literal()) : -1;
  }

  /** The texts under a name. */
  public static List<String> texts(Map<String, JsonValue> record, String name) {
    return record.get(name) instanceof JsonValue.Arr array
        ? array.elements().stream()
            .filter(JsonValue.Str.class::isInstance)
            .map(value -> ((JsonValue.Str) value).text())
            .toList()
        : List.of();
  }
}
