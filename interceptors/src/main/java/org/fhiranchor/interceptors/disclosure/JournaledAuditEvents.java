package org.fhiranchor.interceptors.disclosure;

import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.interceptors.disclosure.AuditEventRows.Place;
import org.fhiranchor.interceptors.disclosure.AuditEventRows.Query;
import org.fhiranchor.interceptors.log.CorruptLogException;
import org.fhiranchor.merkle.Digest;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.AuditEvent;

/**
 * The journal's records as AuditEvents (AUD-1): made from the record each time they are asked for,
 * never stored. An id is the beginning of the record's salted digest. Decides nothing about who may
 * see them, but names whose each one is.
 */
public final class JournaledAuditEvents {
  /** Records of one search whose content is looked at. */
  static final int MOST_LOOKED_AT = 20_000;

  private static final String PREFIX = "disclosure-";
  private static final Pattern ID = Pattern.compile(PREFIX + "[0-9a-f]{32}");
  private static final String KEY = "org.fhiranchor.journaled";
  private static final int ID_DIGITS = 32;
  private static final int PAGE = 500;

  private final AuditEventRows rows;
  private final SubjectTags tags;

  /** Events of this journal. */
  public JournaledAuditEvents(AuditEventRows rows, SubjectTags tags) {
    this.rows = rows;
    this.tags = tags;
  }

  /**
   * A page of a search.
   *
   * @param total of the whole search
   * @param next the value of {@link AuditEventSearch#AFTER} for the next page
   */
  public record Found(List<AuditEvent> events, long total, Optional<String> next) {}

  /**
   * A page of one patient's records.
   *
   * @param total within the time asked for
   * @param next where the next page begins; empty on the last one
   */
  public record Kept(List<DisclosureStore.Kept> records, long total, Optional<String> next) {}

  /** Whether it has the form of an id of such an event. */
  public static boolean isId(String id) {
    return ID.matcher(id).matches();
  }

  /** Whether it was made here: no request can bring one that says so. */
  public static boolean isOne(IBaseResource resource) {
    return resource instanceof AuditEvent event && event.getUserData(KEY) instanceof Optional<?>;
  }

  /** Whose record an event of the journal is; empty when nobody knows. */
  public static Optional<PatientId> patientOf(IBaseResource event) {
    return ((AuditEvent) event).getUserData(KEY) instanceof Optional<?> patient
        ? patient.map(PatientId.class::cast)
        : Optional.empty();
  }

  /**
   * The event of that id.
   *
   * @param only the one patient whose events there are; empty for all patients
   * @throws CorruptLogException when the record is not what it was when it was written
   */
  public Optional<AuditEvent> read(String id, Optional<PatientId> only) {
    return kept(id, tag(only)).map(row -> event(row, only));
  }

  /** The record behind the event of that id, of whichever patient, as it is kept. */
  public Optional<DisclosureStore.Kept> record(String id) {
    return kept(id, Optional.empty());
  }

  /**
   * The records behind a patient's events, the newest first.
   *
   * @param after where the page begins, as the page before says
   * @throws InvalidRequestException when it was said by no page
   */
  public Kept records(
      PatientId patient, DisclosureStore.Within within, Optional<String> after, int limit) {
    Query query =
        new Query(
            tag(Optional.of(patient)),
            Optional.empty(),
            within.fromMillis(),
            within.toMillis(),
            true);
    return page(query, after.map(AuditEventSearch::place), limit);
  }

  private Kept page(Query query, Optional<Place> after, int limit) {
    List<DisclosureStore.Kept> page = rows.page(query, after, limit + 1);
    boolean more = page.size() > limit;
    List<DisclosureStore.Kept> shown = more ? page.subList(0, limit) : page;
    return new Kept(
        shown,
        rows.count(query),
        more ? Optional.of(word(shown.get(shown.size() - 1))) : Optional.empty());
  }

  /** The id of the event of that record. */
  public static String id(DisclosureStore.Kept kept) {
    return PREFIX + kept.digest().hex().substring(0, ID_DIGITS);
  }

  private Optional<DisclosureStore.Kept> kept(String id, Optional<Digest> subject) {
    return isId(id)
        ? rows.find(HexFormat.of().parseHex(id.substring(PREFIX.length())), subject)
        : Optional.empty();
  }

  /**
   * A page of what a search finds.
   *
   * @param only the one patient whose events there are; empty for all patients
   * @throws InvalidRequestException when too many records would have to be looked at
   * @throws CorruptLogException when a record is not what it was when it was written
   */
  public Found search(AuditEventSearch search, Optional<PatientId> only) {
    boolean others =
        only.isPresent() && search.patient().filter(one -> !only.get().equals(one)).isPresent();
    if (others) {
      return new Found(List.of(), 0, Optional.empty());
    }
    Optional<PatientId> one = only.or(search::patient);
    boolean byTag = search.asker().isPresent() && rows.knowsAskers();
    Optional<Digest> asker = search.asker().filter(person -> byTag).map(tags::ofAsker);
    Query query = new Query(tag(one), asker, search.from(), search.to(), search.newestFirst());
    return search.filters().isEmpty() && (byTag || search.asker().isEmpty())
        ? all(search, query, one)
        : filtered(search, query, one);
  }

  private Optional<Digest> tag(Optional<PatientId> patient) {
    return patient.map(one -> tags.of(Optional.of(one)));
  }

  private Found all(AuditEventSearch search, Query query, Optional<PatientId> one) {
    if (search.count() == 0) {
      return new Found(List.of(), rows.count(query), Optional.empty());
    }
    Kept page = page(query, search.after(), search.count());
    List<AuditEvent> events = page.records().stream().map(row -> event(row, one)).toList();
    if (!events.stream().allMatch(search::isByAsker)) {
      throw new CorruptLogException("who asked is not what a disclosure says");
    }
    return new Found(events, page.total(), page.next());
  }

  private static String word(DisclosureStore.Kept row) {
    return AuditEventSearch.word(Place.of(row));
  }

  /**
   * The content of a record is no column: every record in question is looked at, a page of them on
   * all cores.
   */
  private Found filtered(AuditEventSearch search, Query query, Optional<PatientId> one) {
    if (rows.count(query) > MOST_LOOKED_AT) {
      throw new InvalidRequestException(
          "too costly: want at most %d records to look at; narrow the search by patient or date"
              .formatted(MOST_LOOKED_AT));
    }
    List<AuditEvent> events = new ArrayList<>();
    Optional<String> last = Optional.empty();
    Optional<Place> at = Optional.empty();
    long total = 0;
    boolean more = false;
    List<DisclosureStore.Kept> page;
    do {
      page = rows.page(query, at, PAGE);
      List<AuditEvent> read = page.parallelStream().map(row -> event(row, one)).toList();
      for (int i = 0; i < page.size(); i++) {
        DisclosureStore.Kept row = page.get(i);
        Place here = Place.of(row);
        at = Optional.of(here);
        AuditEvent event = read.get(i);
        if (search.isByAsker(event)
            && search.filters().stream().allMatch(filter -> filter.test(event))) {
          total++;
          boolean due =
              search.after().map(place -> place.isBefore(here, search.newestFirst())).orElse(true);
          if (due && events.size() < search.count()) {
            events.add(event);
            last = Optional.of(word(row));
          } else {
            more |= due;
          }
        }
      }
    } while (page.size() == PAGE);
    return new Found(events, total, more ? last : Optional.empty());
  }

  /**
   * The event of a record.
   *
   * @param one the patient whose tag the record has, if its tag was asked for: a record whose
   *     content is removed names nobody
   */
  private static AuditEvent event(DisclosureStore.Kept kept, Optional<PatientId> one) {
    Accounting.Line line = Accounting.Line.of(kept, Optional.empty());
    AuditEvent event = AuditEventText.of(line);
    event.setId("AuditEvent/" + id(kept) + "/_history/1");
    event.getMeta().setVersionId("1").setLastUpdated(event.getRecorded());
    event.setUserData(KEY, one.or(() -> patient(line)));
    return event;
  }

  private static Optional<PatientId> patient(Accounting.Line line) {
    return AuditEventText.text(line.members(), "patient")
        .map(reference -> reference.substring(reference.indexOf('/') + 1))
        .filter(PatientId::isValid)
        .map(PatientId::new);
  }
}
