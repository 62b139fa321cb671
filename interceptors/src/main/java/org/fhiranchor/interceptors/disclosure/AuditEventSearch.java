package org.fhiranchor.interceptors.disclosure;

import ca.uhn.fhir.parser.DataFormatException;
import ca.uhn.fhir.rest.param.DateParam;
import ca.uhn.fhir.rest.param.DateRangeParam;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.interceptors.disclosure.AuditEventRows.Place;
import org.fhiranchor.merkle.Digest;
import org.hl7.fhir.r4.model.AuditEvent;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Reference;
import org.jspecify.annotations.Nullable;

/** The parameters of a search for AuditEvents, strictly: what is not known is an error (AUD-1). */
public final class AuditEventSearch {
  /** The parameter that a link to the next page has. */
  public static final String AFTER = "_after";

  static final int MOST = 1_000;
  private static final int USUAL = 50;
  private static final int MOST_VALUES = 100;
  private static final Set<String> PREFIXES = Set.of("eq", "ge", "gt", "le", "lt", "sa", "eb");

  /** What HAPI itself does to any answer. */
  private static final Set<String> OF_HAPI = Set.of("_format", "_pretty", "_elements", "_total");

  /** One reference to somebody who is no organization. */
  private static final Pattern PERSON =
      Pattern.compile(
          "(https?://[^\\s?#,]+/)?(?!Organization/)[A-Z][A-Za-z]{1,63}/[A-Za-z0-9.-]{1,64}");

  private final List<Predicate<AuditEvent>> filters = new ArrayList<>();
  private Optional<PatientId> patient = Optional.empty();
  private Optional<String> asker = Optional.empty();
  private Optional<Place> after = Optional.empty();
  private long from = Long.MIN_VALUE;
  private long to = Long.MAX_VALUE;
  private boolean newestFirst = true;
  private int count = USUAL;

  /**
   * Reads the parameters of a request.
   *
   * @throws InvalidRequestException naming the parameter
   */
  public AuditEventSearch(Map<String, String[]> parameters) {
    parameters.forEach((name, values) -> Stream.of(values).forEach(value -> add(name, value)));
  }

  private void add(String name, String value) {
    switch (name) {
      case "patient", "patient:Patient" -> patient(name, value);
      case "date", "_lastUpdated" -> date(name, value);
      case "_id" -> filter(name, value, (event, id) -> event.getIdElement().getIdPart().equals(id));
      case "entity" -> filter(name, value, AuditEventSearch::hasEntity);
      case "agent" -> agent(name, value);
      case "agent-name" -> filter(name, value, AuditEventSearch::hasAgentNamed);
      case "action" ->
          filter(name, value, (event, code) -> isCode(event.getActionElement().getCode(), code));
      case "outcome" ->
          filter(name, value, (event, code) -> isCode(event.getOutcomeElement().getCode(), code));
      case "type" -> filter(name, value, (event, code) -> isToken(event.getType(), code));
      case "subtype" ->
          filter(
              name,
              value,
              (event, code) -> event.getSubtype().stream().anyMatch(one -> isToken(one, code)));
      case "_count" -> count = number(name, value);
      case "_sort" -> newestFirst = isNewestFirst(value);
      case "_summary" -> count = value.equals("count") ? 0 : count;
      case AFTER -> after = Optional.of(place(value));
      default -> {
        if (!OF_HAPI.contains(name)) {
          throw wrong("want a parameter that AuditEvents have, without modifiers, got another");
        }
      }
    }
  }

  private static InvalidRequestException wrong(String what) {
    return new InvalidRequestException("AuditEvent: " + what);
  }

  private void patient(String name, String value) {
    List<String> ids = values(name, value).stream().map(AuditEventSearch::id).toList();
    if (ids.size() == 1 && patient.isEmpty() && PatientId.isValid(ids.get(0))) {
      patient = Optional.of(new PatientId(ids.get(0)));
    } else {
      List<String> wanted = ids.stream().map(id -> "Patient/" + id).toList();
      filters.add(event -> wanted.stream().anyMatch(one -> hasEntity(event, one)));
    }
  }

  /** An id alone may be a person's or an organization's, of which no tag is kept. */
  private void agent(String name, String value) {
    if (asker.isEmpty() && PERSON.matcher(value).matches()) {
      asker = Optional.of(value);
    } else {
      filter(name, value, AuditEventSearch::hasAgent);
    }
  }

  private static String id(String reference) {
    return reference.substring(reference.lastIndexOf('/') + 1);
  }

  private void date(String name, String value) {
    String prefix = value.length() > 1 ? value.substring(0, 2) : "";
    if (!prefix.isEmpty() && Character.isLetter(prefix.charAt(0)) && !PREFIXES.contains(prefix)) {
      throw wrong(name + ": want one of the prefixes eq ge gt le lt sa eb");
    }
    try {
      DateRangeParam range = new DateRangeParam(new DateParam(value));
      from = Math.max(from, millis(range.getLowerBoundAsInstant(), Long.MIN_VALUE));
      to = Math.min(to, millis(range.getUpperBoundAsInstant(), Long.MAX_VALUE));
    } catch (DataFormatException | IllegalArgumentException unreadable) {
      throw wrong(name + ": want a date or an instant");
    }
  }

  @SuppressWarnings("JavaUtilDate")
  private static long millis(@Nullable Date bound, long none) {
    return bound == null ? none : bound.getTime();
  }

  private void filter(String name, String value, BiPredicate<AuditEvent, String> matches) {
    List<String> wanted = values(name, value);
    filters.add(event -> wanted.stream().anyMatch(one -> matches.test(event, one)));
  }

  private static List<String> values(String name, String value) {
    List<String> values = List.of(value.split(",", -1));
    if (values.size() > MOST_VALUES || values.stream().anyMatch(String::isBlank)) {
      throw wrong("%s: want 1 to %d values".formatted(name, MOST_VALUES));
    }
    return values;
  }

  private static boolean hasEntity(AuditEvent event, String reference) {
    return event.getEntity().stream().anyMatch(one -> refersTo(one.getWhat(), reference));
  }

  private static boolean hasAgent(AuditEvent event, String reference) {
    return event.getAgent().stream().anyMatch(one -> refersTo(one.getWho(), reference));
  }

  private static boolean refersTo(Reference reference, String wanted) {
    String found = Objects.requireNonNullElse(reference.getReference(), "");
    return !found.isEmpty()
        && (wanted.contains("/")
            ? found.equals(wanted) || found.startsWith(wanted + "/_history/")
            : id(found.split("/_history/", 2)[0]).equals(wanted));
  }

  private static boolean hasAgentNamed(AuditEvent event, String beginning) {
    String wanted = beginning.toLowerCase(Locale.ROOT);
    return event.getAgent().stream()
        .anyMatch(
            agent ->
                agent.getName() != null
                    && agent.getName().toLowerCase(Locale.ROOT).startsWith(wanted));
  }

  /** Of elements that have codes of one system each: whoever names the system means that one. */
  private static boolean isCode(@Nullable String code, String wanted) {
    return wanted.substring(wanted.indexOf('|') + 1).equals(code);
  }

  private static boolean isToken(Coding coding, String wanted) {
    int bar = wanted.indexOf('|');
    String code = wanted.substring(bar + 1);
    String system = Objects.requireNonNullElse(coding.getSystem(), "");
    return (bar < 0 || system.equals(wanted.substring(0, bar)))
        && (code.isEmpty() ? bar > 0 : code.equals(coding.getCode()));
  }

  private static int number(String name, String value) {
    if (!value.matches("[0-9]{1,9}")) {
      throw wrong(name + ": want a number");
    }
    return Math.min(MOST, Integer.parseInt(value));
  }

  private static boolean isNewestFirst(String value) {
    return switch (value) {
      case "-date", "-_lastUpdated" -> true;
      case "date", "_lastUpdated" -> false;
      default -> throw wrong("_sort: want date or -date");
    };
  }

  static Place place(String value) {
    if (!value.matches("[0-9]{1,15}\\.[0-9a-f]{64}")) {
      throw wrong(AFTER + ": want what a link to the next page has");
    }
    int dot = value.indexOf('.');
    return new Place(
        Long.parseLong(value.substring(0, dot)), Digest.fromHex(value.substring(dot + 1)));
  }

  static String word(Place place) {
    return place.millis() + "." + place.digest().hex();
  }

  /** The one patient whose events are wanted; other conditions are among the filters. */
  Optional<PatientId> patient() {
    return patient;
  }

  Optional<Place> after() {
    return after;
  }

  long from() {
    return from;
  }

  long to() {
    return to;
  }

  boolean newestFirst() {
    return newestFirst;
  }

  /** Most events of the answer; 0 when only their number is wanted. */
  int count() {
    return count;
  }

  /** The one person whose records are wanted; other conditions are among the filters. */
  Optional<String> asker() {
    return asker;
  }

  /** Whether that person is an agent of it. */
  boolean isByAsker(AuditEvent event) {
    return asker.filter(one -> !hasAgent(event, one)).isEmpty();
  }

  /** What the database does not decide. */
  List<Predicate<AuditEvent>> filters() {
    return List.copyOf(filters);
  }
}
