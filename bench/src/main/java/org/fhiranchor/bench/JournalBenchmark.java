package org.fhiranchor.bench;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fhiranchor.bench.store.H2Database;
import org.fhiranchor.bench.store.PostgresDatabase;
import org.fhiranchor.bench.store.ScratchDatabase;
import org.fhiranchor.interceptors.disclosure.Accounting;
import org.fhiranchor.interceptors.disclosure.AccountingBundle;
import org.fhiranchor.interceptors.disclosure.AccountingRow;
import org.fhiranchor.interceptors.disclosure.AuditEventSearch;
import org.fhiranchor.interceptors.disclosure.DisclosureStore;
import org.fhiranchor.interceptors.disclosure.JournaledAuditEvents;
import org.fhiranchor.merkle.LogSigningKey;
import org.hl7.fhir.r4.model.Bundle;

/** The journal at 400,000 records: the five shapes of a query (AUD-4) and an accounting (EXP-3). */
final class JournalBenchmark implements Benchmark {
  private static final double MOST_MILLIS = 200;

  private final FhirContext context = FhirContext.forR4Cached();

  private final boolean embedded;

  private JournalBenchmark(boolean embedded) {
    this.embedded = embedded;
  }

  /** In PostgreSQL. */
  static JournalBenchmark onPostgres() {
    return new JournalBenchmark(false);
  }

  /** In H2. */
  static JournalBenchmark onH2() {
    return new JournalBenchmark(true);
  }

  @Override
  public String name() {
    return embedded ? "journal-h2" : "journal";
  }

  @Override
  public BenchmarkOutcome measure(Scale scale) throws IOException, InterruptedException {
    LogSigningKey key = LogSigningKey.generate("log.example.org/fhir", new SecureRandom());
    int records = scale.pick(400_000, 20_000);
    if (embedded) {
      try (H2Database database = H2Database.in(scale.work(), "journal", key)) {
        return new BenchmarkOutcome(figures(database, key, records, scale.quick()), List.of());
      }
    }
    Optional<PostgresDatabase> postgres = PostgresDatabase.in(scale.work(), key);
    if (postgres.isEmpty()) {
      return BenchmarkOutcome.of(Figure.missing("the journal in PostgreSQL", "ms", "not here"));
    }
    try (PostgresDatabase database = postgres.get()) {
      return new BenchmarkOutcome(figures(database, key, records, scale.quick()), List.of());
    }
  }

  private List<Figure> figures(
      ScratchDatabase database, LogSigningKey key, int records, boolean quick)
      throws InterruptedException {
    JournalWorld world = new JournalWorld(database, records);
    double seconds = world.fill(key);
    String where = " of %,d records, %s".formatted(records, database.name());
    List<Figure> figures = new ArrayList<>();
    figures.add(
        Figure.told(
            "journal, records written" + where,
            records / seconds,
            "records/s",
            "by the journal's own writer, 1,000 in a commit, signing of the log not counted"));
    JournaledAuditEvents events = new JournaledAuditEvents(database.events(), world.tags());
    int rounds = quick ? 5 : 30;
    shapes(events).forEach((name, shape) -> figures.add(figure(name + where, rounds, shape)));
    Accounting accounting = new Accounting(database.disclosures(), database.log(), world.tags());
    long count = accounting.count(JournalWorld.MANY);
    Samples samples = millis(quick ? 3 : 10, () -> bundle(accounting));
    figures.add(
        Figure.held(
            "$disclosures" + where,
            samples.median(),
            "ms",
            Requirement.atMost(1_000),
            "of a patient with %,d, all of them, as FHIR JSON, without HTTP (%s)"
                .formatted(count, samples.spread())));
    return figures;
  }

  private Map<String, Runnable> shapes(JournaledAuditEvents events) {
    String day = "ge2026-04-10";
    String end = "lt2026-04-11";
    String week = "lt2026-04-14";
    String id =
        events
            .search(new AuditEventSearch(Map.of("_count", one("1"))), Optional.empty())
            .events()
            .get(0)
            .getIdElement()
            .getIdPart();
    String patient = JournalWorld.patient(7).reference();
    Map<String, Runnable> shapes = new LinkedHashMap<>();
    shapes.put("by id", () -> read(events, id));
    shapes.put(
        "by patient and time",
        () -> search(events, Map.of("patient", one(patient), "date", one("ge2026-04"))));
    shapes.put(
        "by patient and time, the patient with the most",
        () ->
            search(
                events,
                Map.of(
                    "patient",
                    one(JournalWorld.MANY.reference()),
                    "date",
                    new String[] {day, week})));
    shapes.put("by user", () -> search(events, Map.of("agent", one(JournalWorld.user(7)))));
    shapes.put(
        "by user, in a day",
        () ->
            search(
                events,
                Map.of("agent", one(JournalWorld.user(7)), "date", new String[] {day, end})));
    shapes.put(
        "four fields",
        () ->
            search(
                events,
                Map.of(
                    "patient",
                    one(patient),
                    "agent",
                    one(JournalWorld.user(7)),
                    "action",
                    one("R"),
                    "outcome",
                    one("0"))));
    shapes.put(
        "by activity and time",
        () -> search(events, Map.of("subtype", one("read"), "date", new String[] {day, end})));
    return shapes;
  }

  private static String[] one(String value) {
    return new String[] {value};
  }

  private static void read(JournaledAuditEvents events, String id) {
    if (events.read(id, Optional.empty()).isEmpty()) {
      throw new IllegalStateException("the record is not found by its id");
    }
  }

  private void search(JournaledAuditEvents events, Map<String, String[]> parameters) {
    JournaledAuditEvents.Found found =
        events.search(new AuditEventSearch(parameters), Optional.empty());
    Bundle bundle = new Bundle();
    found.events().forEach(event -> bundle.addEntry().setResource(event));
    context.newJsonParser().encodeResourceToString(bundle);
  }

  private void bundle(Accounting accounting) {
    List<Accounting.Line> lines =
        accounting.of(JournalWorld.MANY, DisclosureStore.Within.EVER, 0, JournalWorld.OF_MANY);
    Bundle head = new Bundle().setType(Bundle.BundleType.COLLECTION);
    new AccountingBundle(context).of(head, AccountingRow.each(lines));
  }

  private static Figure figure(String name, int rounds, Runnable shape) {
    try {
      Samples samples = millis(rounds, shape);
      return Figure.held(
          name,
          samples.median(),
          "ms",
          Requirement.atMost(MOST_MILLIS),
          "as FHIR JSON, without HTTP (%s)".formatted(samples.spread()));
    } catch (InvalidRequestException refused) {
      return Figure.missing(name, "ms", "it is refused: " + refused.getMessage());
    }
  }

  private static Samples millis(int rounds, Runnable work) {
    Duration warm = Duration.ofSeconds(2);
    long until = System.nanoTime() + warm.toNanos();
    do {
      work.run();
    } while (System.nanoTime() < until);
    List<Double> millis = new ArrayList<>();
    for (int i = 0; i < rounds; i++) {
      long start = System.nanoTime();
      work.run();
      millis.add((System.nanoTime() - start) / 1e6);
    }
    return Samples.of(millis);
  }
}
