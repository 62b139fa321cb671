package org.fhiranchor.interceptors.export;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.consent.decide.Purpose;
import org.fhiranchor.interceptors.disclosure.DecisionEpoch;
import org.fhiranchor.interceptors.disclosure.DisclosureJournal;
import org.fhiranchor.interceptors.disclosure.DisclosureRecord;
import org.fhiranchor.merkle.JsonValue;

/**
 * The records of an export in the journal (DIS-4): one for each patient that a record of it names,
 * with their number, before anybody can have a file; and one for each file that is downloaded.
 */
public final class ExportJournal {
  /** Patients that are counted at once; more are counted in several passes over their file. */
  private static final int COUNTED = 100_000;

  private static final int BATCH = 1_000;
  private static final String PATIENT = "Patient/";

  private final DisclosureJournal journal;
  private final ExportFolders folders;
  private final InstantSource clock;
  private final Function<List<Purpose>, Optional<DecisionEpoch>> epochs;

  /**
   * Writes there.
   *
   * @param epochs what this node knows now, and is set to for these purposes; empty where nobody
   *     decides
   */
  public ExportJournal(
      DisclosureJournal journal,
      ExportFolders folders,
      InstantSource clock,
      Function<List<Purpose>, Optional<DecisionEpoch>> epochs) {
    this.epochs = epochs;
    this.journal = journal;
    this.folders = folders;
    this.clock = clock;
  }

  /**
   * An export is made.
   *
   * @param beat called now and then; ends it by throwing
   */
  void made(ProvenanceExport export, Runnable beat) throws IOException {
    Path named = folders.of(export.id()).resolve(ExportOutput.PATIENTS);
    long lines;
    try (var all = Files.lines(named, UTF_8)) {
      lines = all.count();
    }
    int passes = (int) (lines / COUNTED) + 1;
    for (int pass = 0; pass < passes; pass++) {
      record(export, count(named, pass, passes), beat);
    }
  }

  /** How often the patients of one pass are named. */
  private static Map<PatientId, Long> count(Path named, int pass, int passes) throws IOException {
    Map<PatientId, Long> counts = new HashMap<>();
    try (BufferedReader in = Files.newBufferedReader(named, UTF_8)) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        String id = line.startsWith(PATIENT) ? line.substring(PATIENT.length()) : "";
        if (Math.floorMod(id.hashCode(), passes) == pass && PatientId.isValid(id)) {
          counts.merge(new PatientId(id), 1L, Long::sum);
        }
      }
    }
    return counts;
  }

  private void record(ProvenanceExport export, Map<PatientId, Long> counts, Runnable beat) {
    List<DisclosureRecord> batch = new ArrayList<>();
    for (Map.Entry<PatientId, Long> one : counts.entrySet()) {
      batch.add(disclosure(export, Optional.of(one.getKey()), "", one.getValue()));
      if (batch.size() == BATCH) {
        journal.shows(batch);
        batch.clear();
        beat.run();
      }
    }
    if (!batch.isEmpty()) {
      journal.shows(batch);
    }
  }

  /** A file is about to be sent. */
  void downloaded(ProvenanceExport export, String file) {
    Optional<PatientId> patient =
        export
            .order()
            .filter()
            .patient()
            .map(name -> new PatientId(name.substring(PATIENT.length())));
    journal.shows(List.of(disclosure(export, patient, "&_file=" + file, 1)));
  }

  private DisclosureRecord disclosure(
      ProvenanceExport export, Optional<PatientId> patient, String file, long count) {
    Instant at = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    Map<String, JsonValue> content = new TreeMap<>();
    if (JsonValue.parse(export.order().requester().getBytes(UTF_8), 1 << 16, 8)
        instanceof JsonValue.Obj who) {
      content.putAll(who.members());
    }
    epochs.apply(DecisionEpoch.purposesIn(content)).ifPresent(epoch -> epoch.addTo(content));
    content.put("v", new JsonValue.Num("1"));
    content.put("recorded", new JsonValue.Str(DisclosureRecord.instant(at)));
    content.put("outcome", new JsonValue.Str("shown"));
    content.put("status", new JsonValue.Num("200"));
    content.put("interaction", new JsonValue.Str("$export-provenance"));
    content.put("query", new JsonValue.Str("_job=" + export.id() + file));
    content.put("count", new JsonValue.Num(Long.toString(count)));
    patient.ifPresent(id -> content.put("patient", new JsonValue.Str(id.reference())));
    return new DisclosureRecord(at, patient, new JsonValue.Obj(content), false, false);
  }
}
