package org.fhiranchor.interceptors.disclosure;

import ca.uhn.fhir.rest.api.RestOperationTypeEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.util.UrlUtil;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.interceptors.identity.RequestFacts;
import org.fhiranchor.interceptors.identity.scope.SmartScope;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Binary;
import org.hl7.fhir.r4.model.Parameters;
import org.jspecify.annotations.Nullable;

/**
 * What was asked: a request, an entry of a batch, a delivery.
 *
 * @param interaction such as {@code read Observation} or {@code $everything Patient}
 * @param type the resource type in the URL; empty where there is none
 * @param target the resource in the URL, {@code Observation/1}
 * @param query the search, without the address
 * @param patients the patients that the request itself names, whether they exist or not
 * @param named the other resources that a search names by their ids, whether they exist or not
 * @param body the resource that it would write, as it came
 * @param write whether it changes what is stored: then only what the answer holds is shown
 */
public record AccessQuestion(
    String interaction,
    String type,
    Optional<String> target,
    AskedQuery query,
    Set<PatientId> patients,
    Set<String> named,
    Optional<IBaseResource> body,
    boolean write) {
  private static final Map<String, RestOperationTypeEnum> STORED_BY =
      Map.of(
          "POST", RestOperationTypeEnum.CREATE,
          "PUT", RestOperationTypeEnum.UPDATE,
          "PATCH", RestOperationTypeEnum.PATCH);

  private static final Set<RestOperationTypeEnum> SEARCHES =
      Set.of(RestOperationTypeEnum.SEARCH_TYPE, RestOperationTypeEnum.SEARCH_SYSTEM);

  private static final String CORRECT = "PUT";

  /** How the interactions that write do it; a patch makes another version as an update does. */
  private static final Map<String, String> VERBS =
      Map.of(
          "create", "POST", "update", CORRECT, "patch", CORRECT, "PATCH", CORRECT, "delete",
          "DELETE");

  static final int MOST_NAMED = 1_000;
  private static final String PATIENT = "Patient";
  public static final String ANOTHER = "(another)";

  public AccessQuestion {
    patients = Set.copyOf(patients);
    named = Set.copyOf(named);
  }

  /** What is sent without being asked for. */
  public static AccessQuestion none(String interaction, String type) {
    return new AccessQuestion(
        interaction,
        type,
        Optional.empty(),
        AskedQuery.NONE,
        Set.of(),
        Set.of(),
        Optional.empty(),
        false);
  }

  /** A request as HAPI understood it. */
  public static AccessQuestion of(RequestFacts facts, boolean write) {
    String type = facts.type().equals(SmartScope.ANY_TYPE) ? "" : facts.type();
    return new AccessQuestion(
        facts.surface(),
        type,
        facts.id().filter(id -> !type.isEmpty()).map(id -> type + "/" + id),
        AskedQuery.of(type, facts.parameters()),
        patients(facts.type(), facts.id(), facts.parameters()),
        facts.interaction().filter(SEARCHES::contains).isPresent() ? named(facts) : Set.of(),
        facts.body().filter(body -> names(facts.interaction().orElse(null), body)),
        write);
  }

  /** A request, or the entry that it was refused for; HAPI makes no resource of most patches. */
  static AccessQuestion ofRefused(RequestDetails request, boolean write) {
    RequestFacts facts = RequestFacts.refusedOf(request);
    byte[] patch = request.getRequestContentsIfLoaded();
    return request.getRestOperationType() == RestOperationTypeEnum.PATCH
            && facts.body().isEmpty()
            && patch != null
        ? of(facts.bringing(new Binary().setContent(patch)), write)
        : of(facts, write);
  }

  /** An entry that reads, as HAPI routed it. */
  public static AccessQuestion ofEntry(String verb, RequestFacts facts) {
    AccessQuestion asked = of(facts, false);
    String what = asked.type().isEmpty() ? facts.operation().orElse("") : asked.type();
    return new AccessQuestion(
        "entry " + verb + " " + what,
        asked.type(),
        asked.target(),
        asked.query(),
        asked.patients(),
        isSearch(facts) ? named(facts) : Set.of(),
        Optional.empty(),
        false);
  }

  /** An entry of a batch or transaction: its verb and its URL, relative to the FHIR base. */
  public static AccessQuestion ofEntry(
      String verb, String url, Optional<IBaseResource> body, boolean write) {
    String path = (url.startsWith("/") ? url.substring(1) : url).split("\\?", 2)[0];
    String[] parts = path.split("/", -1);
    Map<String, String[]> parameters =
        UrlUtil.parseQueryString(url.contains("?") ? url.substring(url.indexOf('?') + 1) : "");
    Optional<String> id =
        Optional.of(parts).filter(all -> all.length > 1 && !all[1].startsWith("$")).map(p -> p[1]);
    return new AccessQuestion(
        "entry " + verb + " " + parts[0],
        parts[0].startsWith("$") ? "" : parts[0],
        id.map(one -> parts[0] + "/" + one),
        AskedQuery.of(parts[0], parameters),
        patients(parts[0], id, parameters),
        write || path.contains("/") || path.startsWith("$")
            ? Set.of()
            : AskedNames.of(parts[0], parameters),
        body.filter(one -> names(STORED_BY.get(verb), one)),
        write);
  }

  /** Whether the body says whose what is written will be. */
  private static boolean names(@Nullable RestOperationTypeEnum interaction, IBaseResource body) {
    return interaction == RestOperationTypeEnum.CREATE
        || interaction == RestOperationTypeEnum.UPDATE
        || (interaction == RestOperationTypeEnum.PATCH
            && (body instanceof Parameters || body instanceof Binary));
  }

  /** A JSON or XML Patch that it would apply. */
  Optional<byte[]> patch() {
    return body.filter(one -> interaction.matches("(entry )?(?i:patch) .*"))
        .filter(Binary.class::isInstance)
        .map(one -> ((Binary) one).getContent());
  }

  /** What it would change, {@code Observation/1}; empty when it reads. */
  Optional<String> written() {
    return target.filter(name -> write);
  }

  /** Whether it would make another version of its target; a deletion corrects nothing. */
  boolean corrects() {
    return verb().equals(CORRECT);
  }

  /** How it writes, the same for a request and for an entry that asks it; empty when it reads. */
  String verb() {
    String word = interaction.replaceFirst("^entry ", "").split(" ", 2)[0];
    return write ? VERBS.getOrDefault(word, word) : "";
  }

  /** The same about its target, for whom it is not refused by itself. */
  AccessQuestion ofTargetAlone() {
    return new AccessQuestion(
        interaction, type, target, AskedQuery.NONE, Set.of(), Set.of(), Optional.empty(), write);
  }

  /** What was asked, the same for a request and for an entry that asks it. */
  String address() {
    return target.orElse(type) + "?" + query.key();
  }

  /** The target as the record of somebody tells it whose it is not: its type alone. */
  Optional<String> targetOfAnother() {
    return target.map(name -> name.substring(0, name.indexOf('/') + 1) + ANOTHER);
  }

  /**
   * The query as the record of one patient tells it: what is another's is not told.
   *
   * @param own names and ids of the patient and of what is the patient's alone
   */
  Optional<String> queryFor(Optional<PatientId> patient, Set<String> own) {
    return query.toldTo(patient, patients, own);
  }

  /** What the address of an entry says: its interaction is that of the batch. */
  private static boolean isSearch(RequestFacts facts) {
    return facts.operation().isEmpty() && (facts.id().isEmpty() || facts.compartment().isPresent());
  }

  private static Set<String> named(RequestFacts facts) {
    String type = facts.compartment().orElse(facts.type());
    return AskedNames.of(type.equals(SmartScope.ANY_TYPE) ? "" : type, facts.parameters());
  }

  private static Set<PatientId> patients(
      String type, Optional<String> id, Map<String, String[]> parameters) {
    Set<PatientId> named = new LinkedHashSet<>();
    id.filter(one -> type.equals(PATIENT)).ifPresent(one -> add(one, named));
    parameters.forEach(
        (name, values) -> {
          AskedParameter asked = AskedParameter.of(type, name);
          if (asked.mayName() && !asked.modifier().equals("identifier")) {
            Stream.of(values)
                .flatMap(value -> Stream.of(value.split(",", -1)))
                .forEach(value -> patient(asked, value).ifPresent(one -> add(one, named)));
          }
        });
    return named;
  }

  /** The id of the patient whom a value names: HAPI leaves out the version of a reference. */
  private static Optional<String> patient(AskedParameter asked, String value) {
    return value.contains("/")
        ? AskedReference.of(value).filter(one -> one.type().equals(PATIENT)).map(AskedReference::id)
        : Optional.of(value).filter(bare -> asked.isOfPatients());
  }

  private static void add(String id, Set<PatientId> to) {
    if (to.size() < MOST_NAMED && PatientId.isValid(id)) {
      to.add(new PatientId(id));
    }
  }
}
