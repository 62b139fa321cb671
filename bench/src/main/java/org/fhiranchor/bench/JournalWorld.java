package org.fhiranchor.bench;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.fhiranchor.bench.store.ScratchDatabase;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.interceptors.disclosure.DisclosureJournal;
import org.fhiranchor.interceptors.disclosure.DisclosureRecord;
import org.fhiranchor.interceptors.disclosure.SubjectTags;
import org.fhiranchor.interceptors.log.Sequencer;
import org.fhiranchor.merkle.JsonValue;
import org.fhiranchor.merkle.LogSigningKey;
import org.fhiranchor.merkle.SubjectTag;

/**
 * A journal of a hospital, written by the journal itself: 90 days, 500 users, 4,000 patients, one
 * of whom has 10,000 records. The same seed gives the same records.
 */
final class JournalWorld {
  static final PatientId MANY = new PatientId("bench-many");
  static final int OF_MANY = 10_000;
  static final Instant FIRST = Instant.parse("2026-03-01T00:00:00Z");
  static final int DAYS = 90;

  private static final int PATIENTS = 4_000;
  private static final int USERS = 500;
  private static final int BATCH = 1_000;

  /** After so many the database looks at its tables for the first time, as it does by itself. */
  private static final int FEW = 20 * BATCH;

  private static final int SEQUENCED_AT_ONCE = 4_096;
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(5);
  private static final List<String> INTERACTIONS =
      List.of("read Observation", "read Patient", "search-type Observation", "vread Condition");

  private final Random random = new Random(20_261_130);
  private final SubjectTags tags = new SubjectTags(new byte[SubjectTag.KEY_LENGTH]);
  private final ScratchDatabase database;
  private final int records;

  /** For so many records, of which {@link #OF_MANY} are of {@link #MANY}. */
  JournalWorld(ScratchDatabase database, int records) {
    this.database = database;
    this.records = records;
  }

  SubjectTags tags() {
    return tags;
  }

  static PatientId patient(int number) {
    return new PatientId("bench-" + number);
  }

  static String user(int number) {
    return "Practitioner/user-" + number;
  }

  /** Writes them, and gives each its place in the log; the seconds of the first. */
  double fill(LogSigningKey key) throws InterruptedException {
    DisclosureJournal journal =
        new DisclosureJournal(
            new DisclosureJournal.Parts(
                database.disclosures(), tags, new SecureRandom(), InstantSource.system()),
            new DisclosureJournal.Limits(BATCH, BATCH, LONGEST_WAIT, Integer.MAX_VALUE),
            () -> {});
    journal.start();
    Sequencer sequencer = new Sequencer(database.log(), key, SEQUENCED_AT_ONCE);
    double seconds = 0;
    int waiting = 0;
    for (int from = 0; from < records; from += BATCH) {
      List<DisclosureRecord> batch = new ArrayList<>();
      for (int i = from; i < Math.min(records, from + BATCH); i++) {
        batch.add(record(i));
      }
      long start = System.nanoTime();
      journal.shows(batch);
      seconds += (System.nanoTime() - start) / 1e9;
      waiting += batch.size();
      if (waiting >= SEQUENCED_AT_ONCE) {
        waiting -= sequencer.sequence().orElseThrow();
      }
      if (from + batch.size() == FEW) {
        database.analyze();
      }
    }
    int left = SEQUENCED_AT_ONCE;
    while (left > 0) {
      left = sequencer.sequence().orElseThrow();
    }
    journal.stop();
    database.analyze();
    return seconds;
  }

  /** So many records of one patient, written by the journal of a server. */
  static void fill(DisclosureJournal journal, PatientId patient, int records) {
    Random random = new Random(records);
    for (int from = 0; from < records; from += BATCH) {
      List<DisclosureRecord> batch = new ArrayList<>();
      for (int i = from; i < Math.min(records, from + BATCH); i++) {
        batch.add(record(i, FIRST.plusSeconds(60L * i), patient, random));
      }
      journal.shows(batch);
    }
  }

  private DisclosureRecord record(int number) {
    Instant at = FIRST.plusMillis(number * (Duration.ofDays(DAYS).toMillis() / records));
    PatientId patient =
        number % (records / OF_MANY) == 0 ? MANY : patient(random.nextInt(PATIENTS));
    return record(number, at, patient, random);
  }

  private static DisclosureRecord record(int number, Instant at, PatientId patient, Random random) {
    boolean refused = random.nextInt(20) == 0;
    String resource = "Observation/o-" + random.nextInt(1_000_000);
    String json =
        """
        {"categories":["Observation","Observation:laboratory"],"consents":["Consent/c-%d"],
         "count":1,"epoch":{"asOf":"%s","block":1234567,"breakGlass":true,"finalBlock":1234560,"mode":"opt-in"},
         "interaction":"%s","origins":["Organization/hospital"],"outcome":"%s","patient":"%s",
         "purposes":["http://terminology.hl7.org/CodeSystem/v3-ActReason|TREAT"],"recorded":"%s","requestId":"r%d",
         "requester":{"application":"ehr","organization":"Organization/hospital","person":"%s","subject":"user"},
         "resources":["%s/_history/1"],"rule":"CONSENT","status":200,"target":"%s","v":1}
        """
            .formatted(
                random.nextInt(PATIENTS),
                DisclosureRecord.instant(at),
                INTERACTIONS.get(random.nextInt(INTERACTIONS.size())),
                refused ? "refused" : "shown",
                patient.reference(),
                DisclosureRecord.instant(at),
                number,
                user(random.nextInt(USERS)),
                resource,
                resource);
    JsonValue content = JsonValue.parse(json.getBytes(StandardCharsets.UTF_8), 1 << 16, 8);
    return new DisclosureRecord(at, Optional.of(patient), (JsonValue.Obj) content, false, refused);
  }
}
