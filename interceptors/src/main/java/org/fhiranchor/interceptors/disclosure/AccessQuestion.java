package org.fhiranchor.interceptors.disclosure;

import ca.uhn.fhir.rest.api.RestOperationTypeEnum;
import ca.uhn.fhir.util.UrlUtil;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.interceptors.identity.ChainName;
import org.fhiranchor.interceptors.identity.RequestFacts;
import org.fhiranchor.interceptors.identity.scope.SmartScope;
import org.hl7.fhir.instance.model.api.IBaseResource;

/**
 * What was asked: a request, an entry of a batch, a delivery.
 *
 * @param interaction such as {@code read Observation} or {@code $everything Patient}
 * @param type the resource type in the URL; empty where there is none
 * @param target the resource in the URL, {@code Observation/1}
 * @param query the search, without the address
 * @param patients the patients that the request itself names, whether they exist or not
 * @param body the resource that it would write, as it came
 * @param write whether it changes what is stored: then only what the answer holds is shown
 */
public record AccessQuestion(
    String interaction,
    String type,
    Optional<String> target,
    Optional<String> query,
    Set<PatientId> patients,
    Optional<IBaseResource> body,
    boolean write) {
  private static final Set<RestOperationTypeEnum> STORING =
      EnumSet.of(RestOperationTypeEnum.CREATE, RestOperationTypeEnum.UPDATE);

  private static final String CORRECT = "PUT";

  /** How the interactions that write do it; a patch makes another version as an update does. */
  private static final Map<String, String> VERBS =
      Map.of(
          "create", "POST", "update", CORRECT, "patch", CORRECT, "PATCH", CORRECT, "delete",
          "DELETE");

  private static final int LONGEST_QUERY = 2_000;
  static final int MOST_NAMED = 1_000;
  private static final String PATIENT = "Patient";
  public static final String ANOTHER = "(another)";
  private static final Pattern REFERENCE = Pattern.compile("\\bPatient/([A-Za-z0-9.-]+)");

  /** Search parameters whose value names whose record is looked into. */
  private static final Set<String> SCOPES = Set.of("patient", "subject");

  public AccessQuestion {
    patients = Set.copyOf(patients);
  }

  /** A request as HAPI understood it. */
  public static AccessQuestion of(RequestFacts facts, boolean write) {
    String type = facts.type().equals(SmartScope.ANY_TYPE) ? "" : facts.type();
    return new AccessQuestion(
        facts.surface(),
        type,
        facts.id().filter(id -> !type.isEmpty()).map(id -> type + "/" + id),
        query(facts.parameters()),
        named(facts.type(), facts.id(), facts.parameters()),
        facts.body().filter(body -> facts.interaction().filter(STORING::contains).isPresent()),
        write);
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
        query(parameters),
        named(parts[0], id, parameters),
        body.filter(one -> verb.equals("POST") || verb.equals("PUT")),
        write);
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
        interaction, type, target, Optional.empty(), Set.of(), Optional.empty(), write);
  }

  /** What was asked, the same for a request and for an entry that asks it. */
  String address() {
    return target.orElse(type) + "?" + query.orElse("");
  }

  /** The target as the record of somebody tells it whose it is not: its type alone. */
  Optional<String> targetOfAnother() {
    return target.map(name -> name.substring(0, name.indexOf('/') + 1) + ANOTHER);
  }

  /** The query as the record of one patient tells it: other patients that it names are not told. */
  Optional<String> queryFor(Optional<PatientId> patient) {
    return query
        .map(
            text ->
                patients.stream()
                    .filter(other -> !patient.equals(Optional.of(other)))
                    .reduce(
                        text,
                        (rest, other) ->
                            rest.replaceAll(
                                "(?<![A-Za-z0-9.-])"
                                    + Pattern.quote(other.value())
                                    + "(?![A-Za-z0-9.-])",
                                ANOTHER),
                        (one, same) -> one))
        .map(text -> withoutReferences(text, patient));
  }

  /** Whichever parameter it is that refers to them. */
  private static String withoutReferences(String query, Optional<PatientId> patient) {
    return REFERENCE
        .matcher(query)
        .replaceAll(
            found ->
                Matcher.quoteReplacement(
                    patient.filter(own -> own.value().equals(found.group(1))).isPresent()
                        ? found.group()
                        : PATIENT + "/" + ANOTHER));
  }

  private static Optional<String> query(Map<String, String[]> parameters) {
    String text =
        parameters.entrySet().stream()
            .flatMap(
                parameter ->
                    Stream.of(parameter.getValue()).map(value -> parameter.getKey() + "=" + value))
            .sorted()
            .collect(Collectors.joining("&"));
    return Optional.of(text)
        .filter(all -> !all.isEmpty())
        .map(all -> all.substring(0, Math.min(all.length(), LONGEST_QUERY)));
  }

  private static Set<PatientId> named(
      String type, Optional<String> id, Map<String, String[]> parameters) {
    Set<PatientId> named = new LinkedHashSet<>();
    id.filter(one -> type.equals(PATIENT)).ifPresent(one -> add(one, named));
    parameters.forEach(
        (name, values) -> {
          Asked asked = Asked.of(type, name);
          String bare = asked.parameter();
          if (SCOPES.contains(bare) || (asked.type().equals(PATIENT) && bare.equals("_id"))) {
            boolean typed = bare.equals("subject") && !asked.modifier().equals(PATIENT);
            Stream.of(values)
                .flatMap(value -> Stream.of(value.split(",", -1)))
                .filter(value -> !typed || value.contains(PATIENT + "/"))
                .forEach(value -> add(value.substring(value.lastIndexOf('/') + 1), named));
          }
        });
    return named;
  }

  /** What a parameter asks in the end, and of which type, behind its chains and {@code _has}. */
  private record Asked(String type, String parameter, String modifier) {
    static Asked of(String searched, String name) {
      String type = searched;
      ChainName read = ChainName.of(name);
      while (!(read instanceof ChainName.Plain plain)) {
        if (read instanceof ChainName.Forward chain) {
          type = chain.type().orElse(chain.parameter().equals("patient") ? PATIENT : "");
          read = ChainName.of(chain.rest());
        } else if (read instanceof ChainName.Reverse reverse) {
          type = reverse.type();
          read = ChainName.of(reverse.rest());
        } else {
          return new Asked("", "", "");
        }
      }
      return new Asked(type, plain.parameter(), plain.modifier().orElse(""));
    }
  }

  private static void add(String id, Set<PatientId> to) {
    if (to.size() < MOST_NAMED && PatientId.isValid(id)) {
      to.add(new PatientId(id));
    }
  }
}
