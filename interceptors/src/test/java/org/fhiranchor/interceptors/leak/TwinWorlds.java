package org.fhiranchor.interceptors.leak;

import ca.uhn.fhir.jpa.api.config.JpaStorageSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.fhiranchor.interceptors.leak.Probe.Request;
import org.fhiranchor.interceptors.leak.Worlds.Booted;
import org.fhiranchor.interceptors.plain.RunningServer;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Two servers that differ in the hidden records alone. Both are asked the same, writes included.
 */
final class TwinWorlds implements AutoCloseable {
  private static final Persona READER =
      new Persona(FuzzPersona.READER.name(), FuzzPersona.READER.subject(), "may see the visible");
  private static final Duration A_MOMENT = Duration.ofMillis(5);
  private static final Pattern LOCATION = Pattern.compile("/([A-Z][A-Za-z]+)/(\\d+)/_history/1$");

  /** Most pages of one answer, when they are asked for. */
  private static final int PAGES = 4;

  private static final Pattern NEXT =
      Pattern.compile("\"relation\":\\s*\"next\",\\s*\"url\":\\s*\"([^\"]+)\"");
  private static final String CONTENT =
      "select RES_TYPE, count(*) N, sum(RES_VER) V, count(RES_DELETED_AT) D from HFJ_RESOURCE"
          + " where RES_TYPE <> 'Binary' group by RES_TYPE";

  private final Side with;
  private final Side without;
  private final Normaliser normaliser;
  private final Map<String, Long> apart;
  private final JournalComparison journals;
  private final DeliveryComparison deliveries;
  private final boolean journalled;

  /** Asks one of the two worlds; nobody else's work waits before it or behind it. */
  private final ExecutorService other = Executors.newSingleThreadExecutor();

  private TwinWorlds(Side with, Side without, ProbeFile file, boolean journalled) {
    this.with = with;
    this.without = without;
    this.journalled = journalled;
    normaliser = new Normaliser(FuzzRules.with(file.normalise()));
    apart = apart();
    journals =
        new JournalComparison(journal(with), journal(without), OwnHidden.of(Records.ofFuzzer()));
    deliveries = new DeliveryComparison(deliveries(with), deliveries(without));
  }

  private JournalComparison.Side journal(Side side) {
    return new JournalComparison.Side(
        new FuzzJournal(side.server().server()),
        (text, request) ->
            side.made().takenOut(normaliser.body(text, side.server().world()), request),
        side.made());
  }

  private DeliveryComparison.Side deliveries(Side side) {
    return new DeliveryComparison.Side(
        side.deliveries(), text -> normaliser.body(text, side.server().world()));
  }

  /** What a world answered: as it was, and less what is taken out. */
  private record Said(List<Answer> answers, String text) {}

  private record Side(
      Booted server,
      DemoBadges badges,
      MadeIds made,
      Restoring restoring,
      AtomicBoolean written,
      Deliveries deliveries) {
    static Side boot(Path data, boolean hidden, ProbeFile file, String gate) {
      Records records = Records.ofFuzzer();
      Booted server =
          Worlds.boot(
              data,
              records,
              "--spring.datasource.url=" + h2(data),
              "--anchor.consent.enforce=" + gate,
              "--anchor.consent.poll=500ms",
              "--anchor.consent.max-staleness=1d",
              // how many leaves a log has is public, and differs
              "--anchor.consent.scan-limit=1000000",
              "--anchor.consent.search-limit=40000",
              // each refusal is a record of its own
              "--anchor.disclosures.refusals-per-minute=10000",
              RunningServer.DELIVERS_WHEN_ASKED);
      server.seed(hidden, file.permitted());
      server.awaitPermit("labelled-Patient", READER);
      server.awaitPermit("launched-Patient", READER);
      // so that a reference to nothing shows in the answer
      server
          .server()
          .bean(JpaStorageSettings.class)
          .setAutoCreatePlaceholderReferenceTargets(false);
      Restoring restoring =
          new Restoring(server.seeding(), server.server().bean(DataSource.class), records);
      DemoBadges badges = new DemoBadges(data);
      Deliveries deliveries = new Deliveries(server.server(), server.seeding(), badges, hidden);
      deliveries.subscribe();
      return new Side(server, badges, new MadeIds(), restoring, new AtomicBoolean(), deliveries);
    }

    /** These worlds are thrown away: half a second of commits may stay in memory. */
    private static String h2(Path data) {
      return "jdbc:h2:file:" + data.resolve("h2") + ";WRITE_DELAY=500;DB_CLOSE_ON_EXIT=FALSE";
    }
  }

  /** Status, headers and body of both, less what is taken out. */
  record Answers(int status, String with, String without) {
    boolean differ() {
      return !with.equals(without);
    }

    boolean sameStatus() {
      return firstLine(with).equals(firstLine(without));
    }

    /** One of them may have stored something. */
    boolean stored() {
      return with.startsWith("status 2") || without.startsWith("status 2");
    }

    private static String firstLine(String text) {
      return text.substring(0, text.indexOf('\n'));
    }

    String difference() {
      return Difference.between("with   ", with, "without", without);
    }
  }

  /** Servers whose {@code anchor.consent.enforce} is {@code gate}. */
  static TwinWorlds boot(Path with, Path without, String gate) {
    ProbeFile file = ProbeFile.read();
    CompletableFuture<Side> hidden =
        CompletableFuture.supplyAsync(() -> Side.boot(with, true, file, gate));
    Side absent = Side.boot(without, false, file, gate);
    return new TwinWorlds(hidden.join(), absent, file, gate.equals("on"));
  }

  /** Asks both. */
  Answers ask(FuzzRequest request) {
    CompletableFuture<Said> hidden =
        CompletableFuture.supplyAsync(() -> said(request, with), other);
    Said absent = said(request, without);
    Said present = hidden.join();
    remember(present.answers().get(0), absent.answers().get(0));
    for (int each = 0; each < Math.min(present.answers().size(), absent.answers().size()); each++) {
      journals.heard(request, present.answers().get(each), absent.answers().get(each));
    }
    return new Answers(present.answers().get(0).status(), present.text(), absent.text());
  }

  /** What the journals say that does not fit what was answered since this was asked last. */
  List<JournalComparison.Misfit> journalMisfits() {
    if (journalled) {
      return journals.misfits();
    }
    skipJournals();
    return List.of();
  }

  /** What the same request was asked again and again is not held against the journals. */
  void skipJournals() {
    journals.skip();
  }

  /** Puts back what fuzz requests changed or deleted of the records that both worlds began with. */
  void restore() {
    CompletableFuture<Void> hidden = CompletableFuture.runAsync(() -> restore(with));
    restore(without);
    hidden.join();
    with.written().set(true);
    without.written().set(true);
  }

  private static void restore(Side side) {
    side.restoring().restore();
    side.deliveries().activate();
  }

  /**
   * Writes all that is hidden once more, and what is not, and says how what subscriptions sent
   * since this was asked last tells the worlds apart; empty when it does not.
   */
  String deliveredInOne() {
    String difference = deliveries.difference();
    with.written().set(true);
    without.written().set(true);
    apart.clear();
    apart.putAll(apart());
    return difference;
  }

  /** What the servers remember of tokens is of no use from here on. */
  void renewTokens() {
    with.badges().forget();
    without.badges().forget();
  }

  /** Whether HAPI resolves references by search, which servers of ours leave off. */
  void allowMatchUrls(boolean allow) {
    for (Side side : List.of(with, without)) {
      side.server().server().bean(JpaStorageSettings.class).setAllowInlineMatchUrlReferences(allow);
    }
  }

  /** How the worlds drifted apart: resources, versions and deletions by type; empty when not. */
  String drift() {
    return drift(Duration.ofSeconds(60));
  }

  /** The same, once the servers had so much time for work of their own. */
  String drift(Duration atMost) {
    String now = driftNow();
    if (now.isEmpty()) {
      return now;
    }
    try {
      // a server goes on with some of its own work after it has answered
      return Awaitility.await()
          .pollInterval(A_MOMENT)
          .atMost(atMost)
          .until(this::driftNow, String::isEmpty);
    } catch (ConditionTimeoutException e) {
      return driftNow();
    }
  }

  private String driftNow() {
    Map<String, Long> drift = apart();
    apart.forEach((what, many) -> drift.merge(what, -many, Long::sum));
    drift.values().removeIf(many -> many == 0);
    return drift.isEmpty() ? "" : drift.toString();
  }

  private Map<String, Long> apart() {
    Map<String, Long> result = new TreeMap<>();
    count(with, 1, result);
    count(without, -1, result);
    return result;
  }

  private static void count(Side side, int sign, Map<String, Long> into) {
    new JdbcTemplate(side.server().server().bean(DataSource.class))
        .query(
            CONTENT,
            row -> {
              String type = row.getString("RES_TYPE");
              for (String what : List.of("N", "V", "D")) {
                into.merge(type + "." + what, sign * row.getLong(what), Long::sum);
              }
            });
  }

  private static List<Answer> answers(FuzzRequest request, Side side) {
    World world = side.server().world();
    String badge = request.persona().badge(side.badges());
    Map<String, String> headers = new TreeMap<>();
    request.headers().forEach((name, value) -> headers.put(name, filled(value, side)));
    Request asked =
        new Request(
            request.method(),
            filled(request.pathAndQuery(), side),
            headers,
            filled(request.body(), side));
    awaitLog(request, side);
    List<Answer> answers = new ArrayList<>(List.of(world.send(asked, badge)));
    if (!request.method().equals("GET")
        && (request.pathAndQuery() + request.body()).contains("Subscription")) {
      side.deliveries().activate();
    }
    Optional<String> next = next(request, answers);
    while (next.isPresent()) {
      answers.add(world.get(next.get(), badge));
      next = next(request, answers);
    }
    return answers;
  }

  private static Optional<String> next(FuzzRequest request, List<Answer> answers) {
    Matcher next = NEXT.matcher(answers.get(answers.size() - 1).body());
    return request.follow() && answers.size() < PAGES && next.find()
        ? Optional.of(next.group(1))
        : Optional.empty();
  }

  /** Provenances tell of versions that have their place in the log, and accountings of both. */
  private static void awaitLog(FuzzRequest request, Side side) {
    String asked = request.pathAndQuery() + request.body();
    boolean versions = asked.contains("Provenance") && side.written().getAndSet(false);
    boolean accounting =
        request.persona().isPatient() && RequestGrammar.OF_JOURNAL.matcher(asked).find();
    // what is not in the log yet is replayed as not there
    boolean replay = asked.contains("$replay");
    if (versions || accounting || replay) {
      side.server().awaitSequenced();
    }
    if (!request.method().equals("GET")) {
      side.written().set(true);
    }
  }

  private static String filled(String text, Side side) {
    return side.made().filledIn(text.replace("{base}", side.server().world().base()));
  }

  private void remember(Answer present, Answer absent) {
    Matcher one = LOCATION.matcher(present.header("location"));
    Matcher other = LOCATION.matcher(absent.header("location"));
    if (one.find() && other.find() && one.group(1).equals(other.group(1))) {
      with.made().add(one.group(1), one.group(2));
      without.made().add(other.group(1), other.group(2));
    }
  }

  private Said said(FuzzRequest request, Side side) {
    List<Answer> answers = answers(request, side);
    StringBuilder text = new StringBuilder();
    for (Answer each : answers) {
      Answer ordered =
          new Answer(
              each.status(),
              each.headers(),
              UnorderedAuditEvents.ordered(
                  each.body(),
                  entry ->
                      side.made()
                          .takenOut(normaliser.body(entry, side.server().world()), request)));
      text.append(normaliser.text(ordered, side.server().world())).append('\n');
    }
    return new Said(answers, side.made().takenOut(text.toString(), request));
  }

  @Override
  public void close() {
    other.shutdown();
    with.deliveries().close();
    without.deliveries().close();
    try {
      with.server().close();
    } finally {
      without.server().close();
    }
  }
}
