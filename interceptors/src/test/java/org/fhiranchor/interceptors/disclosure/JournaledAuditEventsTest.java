package org.fhiranchor.interceptors.disclosure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.interceptors.log.CorruptLogException;
import org.fhiranchor.merkle.Digest;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** AUD-1 without a server: what is gone, what was changed, and what is too much. */
final class JournaledAuditEventsTest {
  private static final Optional<PatientId> FIONA = Optional.of(new PatientId("fiona"));

  /** A journal of one record, which says that it has so many. */
  private record OneRecord(DisclosureStore.Kept kept, long count) implements AuditEventRows {
    private OneRecord(String json, long count) {
      this(new DisclosureStore.Kept(1_000, false, Digest.sha256(new byte[] {1}), json), count);
    }

    @Override
    public List<DisclosureStore.Kept> page(Query query, Optional<Place> after, int limit) {
      return List.of(kept);
    }

    @Override
    public long count(Query query) {
      return count;
    }

    @Override
    public boolean knowsAskers() {
      return false;
    }

    @Override
    public Optional<DisclosureStore.Kept> find(byte[] beginning, Optional<Digest> subject) {
      return Optional.of(kept);
    }
  }

  private static JournaledAuditEvents events(String json, long count) {
    return new JournaledAuditEvents(new OneRecord(json, count), new SubjectTags(new byte[32]));
  }

  private static AuditEventSearch search(String name, String value) {
    return new AuditEventSearch(Map.of(name, new String[] {value}));
  }

  @Test
  @DisplayName("AUD-1 an event whose content is removed is still the patient's whose tag it has")
  void isThePatientsWithoutItsContent() {
    JournaledAuditEvents.Found found = events("", 1).search(search("_count", "5"), FIONA);
    assertThat(found.events())
        .singleElement()
        .satisfies(event -> assertThat(JournaledAuditEvents.patientOf(event)).isEqualTo(FIONA));
  }

  @Test
  @DisplayName("AUD-1 a record that was changed in the database is never told")
  void refusesAChangedRecord() {
    assertThatThrownBy(() -> events("{}", 1).search(search("_count", "5"), FIONA))
        .isInstanceOf(CorruptLogException.class);
  }

  @Test
  @DisplayName("AUD-1 at most 20,000 records are looked at for one search")
  void looksAtSoManyRecords() {
    AuditEventSearch search = search("action", "R");
    assertThat(events("", JournaledAuditEvents.MOST_LOOKED_AT).search(search, FIONA).total())
        .isZero();
    assertThatThrownBy(
            () -> events("", JournaledAuditEvents.MOST_LOOKED_AT + 1).search(search, FIONA))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("narrow the search");
  }
}
