package org.fhiranchor.interceptors.provenance;

import ca.uhn.fhir.rest.api.Constants;
import ca.uhn.fhir.rest.param.DateParam;
import ca.uhn.fhir.rest.param.DateRangeParam;
import ca.uhn.fhir.rest.param.ParamPrefixEnum;
import ca.uhn.fhir.util.UrlUtil;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.fhiranchor.interceptors.log.recording.RecordedFacts;
import org.fhiranchor.merkle.ResourceKey;

/**
 * What a search for Provenance asks of derived ones, read from HAPI's normalised query, which a
 * stored search keeps for its pages. A parameter that no derived one has, or that is asked in a way
 * that is not understood here, finds none of them.
 *
 * @param ids the ids that were asked for
 * @param targets what it may be about: every one of these asks for one of its names
 * @param agents the same of its author
 * @param entities the same of the version before
 * @param recorded when it may be recorded, all of these
 * @param oldestFirst the order that was asked for
 */
record ProvenanceCriteria(
    Optional<Set<String>> ids,
    List<Set<Name>> targets,
    List<Set<Name>> agents,
    List<Set<Name>> entities,
    List<List<Span>> recorded,
    boolean oldestFirst) {
  /** Parameters that shape an answer and choose nothing. */
  private static final Set<String> SHAPING =
      Set.of(
          "_sort",
          "_count",
          "_total",
          "_summary",
          "_elements",
          "_include",
          "_revinclude",
          "_format",
          "_pretty");

  /** Every derived Provenance has an agent of these types. */
  private static final Set<String> AGENT_TYPES = Set.of("author", "custodian");

  private static final String AGENT_TYPE_SYSTEM =
      "http://terminology.hl7.org/CodeSystem/provenance-participant-type";

  /**
   * A resource that was named.
   *
   * @param type empty where the search says the id alone
   */
  record Name(Optional<String> type, String id) {
    boolean means(String kind, String other) {
      return id.equals(other) && type.map(kind::equals).orElse(true);
    }
  }

  /** From and to, both included; empty for without end. */
  record Span(Optional<Instant> from, Optional<Instant> to) {
    boolean holds(Instant at) {
      return from.map(first -> !at.isBefore(first)).orElse(true)
          && to.map(last -> !at.isAfter(last)).orElse(true);
    }
  }

  /** Empty when no derived Provenance can be meant. */
  static Optional<ProvenanceCriteria> of(String normalisedQuery) {
    Reading reading = new Reading();
    String query = normalisedQuery.startsWith("?") ? normalisedQuery.substring(1) : normalisedQuery;
    for (Map.Entry<String, String[]> one : UrlUtil.parseQueryString(query).entrySet()) {
      for (String value : one.getValue()) {
        if (!reading.take(one.getKey(), value)) {
          return Optional.empty();
        }
      }
    }
    return Optional.of(reading.done());
  }

  /** The resources whose versions it may be about; empty when it may be about any. */
  Optional<Set<Name>> about() {
    return targets.stream().findFirst();
  }

  /** Whether it is meant, as far as the log's row tells. */
  boolean matches(LoggedVersion logged) {
    ResourceKey key = logged.version().resource();
    return ids.map(all -> all.contains(logged.id())).orElse(true)
        && all(targets, name -> name.means(key.type(), key.id()))
        && recorded.stream()
            .allMatch(any -> any.stream().anyMatch(span -> span.holds(logged.recorded())))
        && (agents.isEmpty() || isBy(RecordedFacts.of(logged.leaf().record())))
        && (entities.isEmpty()
            || (logged.version().previous().isPresent()
                && all(entities, name -> name.means(key.type(), key.id()))));
  }

  private boolean isBy(RecordedFacts facts) {
    String[] user = facts.user().orElse("").split("/", 2);
    return user.length == 2 && all(agents, name -> name.means(user[0], user[1]));
  }

  private static boolean all(List<Set<Name>> wanted, Predicate<Name> meant) {
    return wanted.stream().allMatch(any -> any.stream().anyMatch(meant));
  }

  /** No version that was recorded before this is meant. */
  Optional<Instant> earliest() {
    return recorded.stream()
        .filter(any -> any.stream().allMatch(span -> span.from().isPresent()))
        .map(any -> any.stream().map(span -> span.from().orElseThrow()).min(Instant::compareTo))
        .flatMap(Optional::stream)
        .max(Instant::compareTo);
  }

  /** While the parameters are read. */
  private static final class Reading {
    private Optional<Set<String>> ids = Optional.empty();
    private final List<Set<Name>> targets = new ArrayList<>();
    private final List<Set<Name>> agents = new ArrayList<>();
    private final List<Set<Name>> entities = new ArrayList<>();
    private final List<List<Span>> recorded = new ArrayList<>();
    private boolean oldestFirst;

    /** False when nothing derived can be meant. */
    boolean take(String name, String value) {
      String[] parts = name.split(":", 2);
      Optional<String> modifier = parts.length > 1 ? Optional.of(parts[1]) : Optional.empty();
      if (SHAPING.contains(parts[0])) {
        if (parts[0].equals("_sort")) {
          String first = value.split(",", 2)[0];
          oldestFirst = first.equals("recorded") || first.equals("_lastUpdated");
        }
        return true;
      }
      return switch (parts[0]) {
        case "_id" -> modifier.isEmpty() && take(Set.copyOf(List.of(value.split(","))));
        case "target" -> names(modifier, value, targets);
        case "patient" ->
            modifier.filter(type -> !type.equals("Patient")).isEmpty()
                && names(Optional.of("Patient"), value, targets);
        case "agent" -> names(modifier, value, agents);
        case "entity" -> names(modifier, value, entities);
        case "agent-type" -> modifier.isEmpty() && isOfAgentType(value);
        case "recorded", Constants.PARAM_LASTUPDATED -> modifier.isEmpty() && spans(value);
        default -> false;
      };
    }

    private boolean take(Set<String> wanted) {
      Set<String> both =
          ids.map(known -> known.stream().filter(wanted::contains).toList())
              .map(Set::copyOf)
              .orElse(wanted);
      ids = Optional.of(both);
      return true;
    }

    private static boolean names(Optional<String> type, String value, List<Set<Name>> into) {
      if (type.filter(one -> !one.matches("[A-Z][A-Za-z]+")).isPresent()) {
        return false;
      }
      List<Name> names =
          Stream.of(value.split(",")).flatMap(one -> name(type, one).stream()).toList();
      into.add(Set.copyOf(names));
      return !names.isEmpty();
    }

    private static Optional<Name> name(Optional<String> type, String text) {
      String[] parts = text.split("/", -1);
      if (parts.length == 1 && !parts[0].isEmpty()) {
        return Optional.of(new Name(type, parts[0]));
      }
      boolean fits = parts.length >= 2 && type.map(parts[0]::equals).orElse(true);
      return fits ? Optional.of(new Name(Optional.of(parts[0]), parts[1])) : Optional.empty();
    }

    private static boolean isOfAgentType(String value) {
      return Arrays.stream(value.split(",", -1))
          .map(one -> one.split("\\|", 2))
          .anyMatch(
              one ->
                  AGENT_TYPES.contains(one[one.length - 1])
                      && (one.length == 1 || one[0].equals(AGENT_TYPE_SYSTEM)));
    }

    private boolean spans(String value) {
      List<Span> any = new ArrayList<>();
      for (String one : value.split(",", -1)) {
        if (one.isEmpty()) {
          continue;
        }
        DateParam date = new DateParam(one);
        if (date.getPrefix() == ParamPrefixEnum.NOT_EQUAL
            || date.getPrefix() == ParamPrefixEnum.APPROXIMATE) {
          return false;
        }
        any.add(span(date));
      }
      recorded.add(any);
      return true;
    }

    private static Span span(DateParam date) {
      DateRangeParam range = new DateRangeParam(date);
      return new Span(
          Optional.ofNullable(range.getLowerBoundAsInstant()).map(Date::toInstant),
          Optional.ofNullable(range.getUpperBoundAsInstant()).map(Date::toInstant));
    }

    ProvenanceCriteria done() {
      return new ProvenanceCriteria(ids, targets, agents, entities, recorded, oldestFirst);
    }
  }
}
