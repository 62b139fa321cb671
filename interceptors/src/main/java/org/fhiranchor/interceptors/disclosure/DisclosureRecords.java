package org.fhiranchor.interceptors.disclosure;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.fhiranchor.consent.decide.Action;
import org.fhiranchor.consent.decide.ConsentDecision;
import org.fhiranchor.consent.decide.ConsentDecision.Permit;
import org.fhiranchor.consent.decide.ConsentDecision.Refuse;
import org.fhiranchor.consent.decide.ConsentDecision.Rule;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.merkle.JsonValue;

/** From what a request came to, to the records of it: one for each patient and answer (DIS-1). */
final class DisclosureRecords {
  /** Most resources that one record lists; the count says how many there were. */
  static final int MOST_LISTED = 100;

  private static final String SHOWN = "shown";

  private static final DateTimeFormatter MILLIS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT);

  private final AccessEvent event;
  private final AccessAnswer answer;
  private final List<DisclosureRecord> records = new ArrayList<>();
  private Set<PatientId> refusedOwners = Set.of();

  private DisclosureRecords(AccessEvent event, AccessAnswer answer) {
    this.event = event;
    this.answer = answer;
  }

  /**
   * The records of a request.
   *
   * @param status the HTTP status of its answer
   */
  static List<DisclosureRecord> of(AccessEvent event, int status) {
    return event.answers(status).stream()
        .flatMap(answer -> new DisclosureRecords(event, answer).all().stream())
        .toList();
  }

  /** The record of something sent without a request, such as a notification. */
  static List<DisclosureRecord> ofDelivery(AccessEvent event, AccessAnswer answer) {
    return new DisclosureRecords(event, answer).all();
  }

  private List<DisclosureRecord> all() {
    if (answer.shows() || !answer.left().isEmpty()) {
      shown();
    }
    if (!answer.shows() && (answer.refuses() || event.refusal(answer.question()).isPresent())) {
      refused();
    }
    return records;
  }

  private void shown() {
    // First: which ids in the query are a patient's own is known from these.
    List<Optional<AccessVerdict>> named =
        answer.question().write() ? List.of() : event.verdictsOfNamed(answer.question());
    List<ShownResource> governed = governed();
    Set<PatientId> told = told();
    told.forEach(patient -> records.add(shown(Optional.of(patient), ofPatient(governed, patient))));
    List<ShownResource> nobodys =
        governed.stream().filter(one -> one.verdict().owners().isEmpty()).toList();
    if (!nobodys.isEmpty()) {
      records.add(shown(Optional.empty(), nobodys));
    }
    if (!answer.question().write()) {
      Set<PatientId> asked = new LinkedHashSet<>(answer.question().patients());
      asked.addAll(event.concerned(answer.question()));
      if (governed.isEmpty()) {
        asked.addAll(ownersOfTarget());
      }
      boolean tellsNobody = namesNobodyElse(named, union(told, asked));
      asked.addAll(owners(named));
      asked.removeAll(told);
      asked.forEach(patient -> records.add(shown(Optional.of(patient), List.of())));
      if (tellsNobody) {
        records.add(shown(Optional.empty(), List.of()));
      }
    }
  }

  private static Set<PatientId> union(Set<PatientId> some, Set<PatientId> others) {
    return Stream.concat(some.stream(), others.stream()).collect(Collectors.toSet());
  }

  /** Whose the resources are that a search names by their ids. */
  private static Set<PatientId> owners(List<Optional<AccessVerdict>> named) {
    return named.stream()
        .flatMap(Optional::stream)
        .flatMap(verdict -> verdict.owners().keySet().stream())
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /**
   * Whether a search names by its id what nobody may see or what is missing, and nobody is told of
   * that beside these patients: then it is a record without a patient. So one id makes as many
   * records, in as much time, whether it is missing or hidden, and whosever it is.
   */
  private static boolean namesNobodyElse(List<Optional<AccessVerdict>> named, Set<PatientId> told) {
    return told.containsAll(owners(named))
        && named.stream()
            .anyMatch(
                known ->
                    known.map(one -> one.isGoverned() && !one.decision().permitted()).orElse(true));
  }

  private List<ShownResource> governed() {
    return answer.tellsOf().stream().filter(one -> one.verdict().isGoverned()).toList();
  }

  private Set<PatientId> told() {
    return governed().stream()
        .flatMap(one -> one.verdict().owners().keySet().stream())
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  private static List<ShownResource> ofPatient(List<ShownResource> all, PatientId patient) {
    return all.stream().filter(one -> one.verdict().owners().containsKey(patient)).toList();
  }

  private Set<PatientId> ownersOfTarget() {
    return answer
        .question()
        .target()
        .flatMap(event::verdict)
        .filter(AccessVerdict::isGoverned)
        .map(verdict -> verdict.owners().keySet())
        .orElse(Set.of());
  }

  private DisclosureRecord shown(Optional<PatientId> patient, List<ShownResource> resources) {
    Map<String, JsonValue> content = common(SHOWN, patient);
    content.put("resources", texts(resources.stream().map(ShownResource::reference)));
    content.put("count", number(count(patient, resources)));
    content.put("categories", texts(ShownResource.categories(resources, patient)));
    content.put("origins", texts(ShownResource.origins(resources, patient)));
    Optional<Rule> rule = addDecisions(content, decisions(patient, resources));
    return record(patient, content, rule.filter(Rule.BREAK_GLASS::equals).isPresent(), false);
  }

  /** About what is shown; about what is asked for where the answer holds no resource. */
  private List<ConsentDecision> decisions(
      Optional<PatientId> patient, List<ShownResource> resources) {
    Stream<AccessVerdict> verdicts =
        resources.isEmpty()
            ? answer.question().target().flatMap(event::verdict).stream()
                .filter(known -> patient.map(known.owners()::containsKey).orElse(true))
            : resources.stream().filter(this::wasAsked).map(ShownResource::verdict);
    return verdicts.map(verdict -> verdict.toldTo(patient)).toList();
  }

  /** Of what a service's write left as it was no consent was asked. */
  private boolean wasAsked(ShownResource one) {
    return one.verdict().decision().permitted() || !answer.left().contains(one);
  }

  private static long count(Optional<PatientId> patient, List<ShownResource> resources) {
    return resources.stream()
        .mapToLong(one -> patient.map(id -> one.verdict().owners().getOrDefault(id, 1)).orElse(1))
        .sum();
  }

  private static Optional<Rule> addDecisions(
      Map<String, JsonValue> content, Collection<ConsentDecision> decisions) {
    Set<String> consents = new TreeSet<>();
    Optional<Rule> rule = Optional.empty();
    long block = -1;
    for (ConsentDecision decision : decisions) {
      if (decision instanceof Permit permit) {
        rule = rule.filter(known -> known.compareTo(permit.rule()) > 0).or(() -> rule(permit));
        permit.because().forEach(consent -> consents.add("Consent/" + consent.value()));
        block = Math.max(block, permit.asOfBlock());
      } else if (decision instanceof Refuse refuse) {
        // Shown all the same: consents are observed, not enforced.
        content.put("notEnforced", new JsonValue.Str(refuse.reason().name()));
      }
    }
    rule.ifPresent(one -> content.put("rule", new JsonValue.Str(one.name())));
    content.put("consents", texts(consents.stream()));
    if (block >= 0) {
      content.put("block", number(block));
    }
    return rule;
  }

  private static Optional<Rule> rule(Permit permit) {
    return Optional.of(permit.rule());
  }

  /**
   * The reason of a verdict is for the owners of what it is about, each their own: whom else the
   * request names would learn from it that there is something (DIS-4). A change that was refused
   * for its action, or for what it would make, is told beside what it was tried on: that may be
   * read, so nothing else says why.
   */
  private void refused() {
    Optional<AccessVerdict> change = event.refusedChange(answer.question());
    Optional<AccessVerdict> verdict =
        change.or(() -> answer.question().target().flatMap(event::verdictOfRefused));
    Optional<Set<PatientId>> made = event.stopped(answer.question());
    boolean said = change.isPresent() || made.isPresent();
    Set<PatientId> told = told();
    Set<PatientId> owners =
        verdict.map(known -> known.owners().keySet()).orElse(Set.of()).stream()
            .filter(owner -> said || !told.contains(owner))
            .collect(Collectors.toCollection(LinkedHashSet::new));
    refusedOwners = owners;
    Set<PatientId> others = event.askedAbout(answer.question());
    others.addAll(answer.question().patients());
    others.addAll(event.ownersOfBody(answer.question()));
    made.ifPresent(others::addAll);
    List<Optional<AccessVerdict>> named = event.verdictsOfNamed(answer.question());
    boolean tellsNobody = namesNobodyElse(named, union(union(told, owners), others));
    others.addAll(owners(named));
    others.removeAll(owners);
    others.removeAll(told);
    Optional<String> refusal = event.refusal(answer.question());
    Action action = change.isPresent() ? Action.CORRECT : Action.ACCESS;
    owners.stream()
        .map(Optional::of)
        .forEach(
            patient ->
                records.add(refused(patient, reason(verdict, patient).or(() -> refusal), action)));
    others.forEach(patient -> records.add(refused(Optional.of(patient), refusal, Action.ACCESS)));
    if (records.isEmpty() || tellsNobody) {
      Optional<String> reason = reason(verdict, Optional.empty()).or(() -> refusal);
      records.add(refused(Optional.empty(), reason, action));
    }
  }

  private static Optional<String> reason(
      Optional<AccessVerdict> verdict, Optional<PatientId> patient) {
    return verdict
        .map(known -> known.toldTo(patient))
        .filter(Refuse.class::isInstance)
        .map(told -> ((Refuse) told).reason().name());
  }

  /**
   * The record of one patient.
   *
   * @param action what was decided about; told where it is not to read
   */
  private DisclosureRecord refused(
      Optional<PatientId> patient, Optional<String> reason, Action action) {
    Map<String, JsonValue> content = common("refused", patient);
    put(content, "action", Optional.of(action).filter(Action.CORRECT::equals).map(Action::code));
    reason.ifPresent(text -> content.put("reason", new JsonValue.Str(text)));
    return record(patient, content, false, true);
  }

  private Map<String, JsonValue> common(String outcome, Optional<PatientId> patient) {
    Map<String, JsonValue> content = new TreeMap<>(event.who().facts());
    content.put("v", number(1));
    content.put("recorded", new JsonValue.Str(instant(event.at())));
    content.put("outcome", new JsonValue.Str(outcome));
    content.put("status", number(answer.status()));
    content.put("interaction", new JsonValue.Str(answer.question().interaction()));
    patient.ifPresent(id -> content.put("patient", new JsonValue.Str(id.reference())));
    put(
        content,
        "target",
        patient.filter(one -> !isTargetOf(one, outcome)).isPresent()
            ? answer.question().targetOfAnother()
            : answer.question().target());
    put(content, "query", answer.question().queryFor(patient, event.ownOf(patient)));
    put(content, "requestId", event.requestId());
    event.epoch().ifPresent(epoch -> epoch.addTo(content));
    return content;
  }

  /**
   * Whether the record of a patient may name the target: another patient, and what is another's
   * alone, is told to nobody else by its id. Who is told of a refusal without being an owner is
   * told of what is hidden and of what is missing alike.
   */
  private boolean isTargetOf(PatientId patient, String outcome) {
    String target = answer.question().target().orElse("");
    if (PatientId.isReference(target)) {
      return target.equals(patient.reference());
    }
    Set<PatientId> owners =
        verdictOf(target).map(verdict -> verdict.owners().keySet()).orElse(Set.of());
    return owners.contains(patient)
        || (outcome.equals(SHOWN) ? owners.isEmpty() : refusedOwners.contains(patient));
  }

  /** A service's write is tried on what nobody decided about. */
  private Optional<AccessVerdict> verdictOf(String target) {
    return event
        .verdict(target)
        .or(
            () ->
                answer.left().stream()
                    .filter(one -> one.reference().startsWith(target + "/"))
                    .map(ShownResource::verdict)
                    .findFirst())
        .or(
            () ->
                answer.question().written().isPresent()
                    ? event.verdictOfRefused(target)
                    : Optional.empty());
  }

  /** UTC with milliseconds, always three digits. */
  static String instant(Instant at) {
    return MILLIS.format(at.atOffset(ZoneOffset.UTC));
  }

  private DisclosureRecord record(
      Optional<PatientId> patient,
      Map<String, JsonValue> content,
      boolean emergency,
      boolean refusal) {
    return new DisclosureRecord(
        event.at(), patient, new JsonValue.Obj(content), emergency, refusal);
  }

  private static void put(Map<String, JsonValue> to, String name, Optional<String> value) {
    value.ifPresent(text -> to.put(name, new JsonValue.Str(AccessRequester.wellFormed(text))));
  }

  private static JsonValue number(long value) {
    return new JsonValue.Num(Long.toString(value));
  }

  private static JsonValue texts(Stream<String> texts) {
    return new JsonValue.Arr(
        texts
            .limit(MOST_LISTED)
            .<JsonValue>map(text -> new JsonValue.Str(AccessRequester.wellFormed(text)))
            .toList());
  }
}
