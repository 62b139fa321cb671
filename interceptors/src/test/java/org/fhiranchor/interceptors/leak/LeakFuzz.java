package org.fhiranchor.interceptors.leak;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.fhiranchor.interceptors.leak.TwinWorlds.Answers;

/**
 * Draws requests from a seed and asks twin worlds (FUZZ-1). It ends after the number asked for,
 * after the time given, after as many differences as are enough, or when the worlds drifted apart.
 */
final class LeakFuzz {
  static final int ENOUGH = 25;
  private static final int AGAIN = 15;
  private static final int AGAIN_WHEN_SHRINKING = 3;
  private static final int QUESTIONS = 120;
  private static final int FEW_QUESTIONS = 40;
  private static final int BETWEEN_CHECKS = 100;
  private static final int BETWEEN_LINES = 1_000;

  private final TwinWorlds worlds;
  private final long seed;
  private final int enough;
  private final Consumer<String> tell;
  private final Map<Integer, Integer> statuses = new TreeMap<>();
  private final List<Found> found = new ArrayList<>();
  private final List<String> fickle = new ArrayList<>();
  private final ServerErrors errors = new ServerErrors();
  private final Instant began = Instant.now();
  private boolean touched;
  private String drift = "";
  private long asked;
  private long delivered;

  /** What is found is told to {@code tell} at once; it stops at {@code enough} differences. */
  LeakFuzz(TwinWorlds worlds, long seed, int enough, Consumer<String> tell) {
    this.worlds = worlds;
    this.seed = seed;
    this.enough = enough;
    this.tell = tell;
  }

  /** A difference: the request with this number, and the smallest that shows it. */
  record Found(long number, FuzzRequest smallest, boolean repeats, String difference) {
    @Override
    public String toString() {
      return "request "
          + number
          + (repeats ? "" : " (seen once)")
          + ":\n"
          + smallest.curl()
          + "\n"
          + difference;
    }
  }

  List<Found> run(long from, long requests, Duration atMost) {
    for (long number = from; number < from + requests && goesOn(atMost); number++) {
      one(number, RequestGrammar.draw(seed, number));
      if (asked % BETWEEN_CHECKS == 0) {
        drift = worlds.drift();
        compareJournals(number);
        if (asked % BETWEEN_LINES == 0) {
          compareDeliveries(number);
          tell.accept(summary());
        }
        worlds.restore();
      }
    }
    if (drift.isEmpty() && found.size() < enough) {
      drift = worlds.drift();
      compareJournals(from + requests - 1);
      compareDeliveries(from + requests - 1);
    }
    return found;
  }

  private boolean goesOn(Duration atMost) {
    return drift.isEmpty() && found.size() < enough && Instant.now().isBefore(began.plus(atMost));
  }

  private void one(long number, FuzzRequest request) {
    Answers answers = worlds.ask(request);
    asked++;
    statuses.merge(answers.status(), 1, Integer::sum);
    if (!errors.add(request, answers.with())) {
      errors.add(request, answers.without());
    }
    if (differs(request, answers, AGAIN)) {
      Found one = shrunk(number, request, answers);
      found.add(one);
      tell.accept(one.toString());
      worlds.skipJournals();
      drift = found.size() < enough ? worlds.drift() : "";
    } else if (!request.method().equals("GET") && answers.stored()) {
      compareStored(number, request);
    }
  }

  /** Both must have recorded what they answered, and of the visible patients the same. */
  private void compareJournals(long number) {
    List<JournalComparison.Misfit> misfits = worlds.journalMisfits();
    if (enough > 1) {
      for (JournalComparison.Misfit each : misfits) {
        found.add(new Found(number, each.request(), false, each.says()));
        tell.accept(found.get(found.size() - 1).toString());
      }
    }
  }

  /** What subscriptions send must not tell what is hidden, nor leave out what is not (G12). */
  private void compareDeliveries(long number) {
    if (enough > 1 && drift.isEmpty() && asked > delivered) {
      delivered = asked;
      String difference = worlds.deliveredInOne();
      if (!difference.isEmpty()) {
        found.add(new Found(number, JournalComparison.NO_REQUEST, false, "  sent:\n" + difference));
        tell.accept(found.get(found.size() - 1).toString());
      }
      compareJournals(number);
    }
  }

  /** Both said the same: both must have stored the same. */
  private void compareStored(long number, FuzzRequest request) {
    drift = worlds.drift();
    if (!drift.isEmpty()) {
      found.add(new Found(number, request, false, "  stored in one world alone: " + drift));
      tell.accept(found.get(found.size() - 1).toString());
    }
  }

  private Found shrunk(long number, FuzzRequest request, Answers first) {
    touched = !request.method().equals("GET");
    Answers again = askAnew(request);
    if (!differs(request, again, AGAIN)) {
      return new Found(number, request, false, first.difference());
    }
    FuzzRequest smallest =
        new FuzzShrinker(this::differs, enough == 1 ? FEW_QUESTIONS : QUESTIONS).smallest(request);
    Answers last = askAnew(smallest);
    return new Found(
        number, smallest, true, last.differ() ? last.difference() : again.difference());
  }

  /** A write is asked of the records as they were, not of what the last try made of them. */
  private boolean differs(FuzzRequest request) {
    return differs(request, askAnew(request), AGAIN_WHEN_SHRINKING);
  }

  private Answers askAnew(FuzzRequest request) {
    if (touched) {
      worlds.restore();
    }
    Answers answers = worlds.ask(request);
    touched = !request.method().equals("GET") && answers.stored();
    return answers;
  }

  /**
   * HAPI takes the references of a resource in no order, and names the first wrong one: what one
   * server answers in several ways differs only if the other has other ways.
   */
  private boolean differs(FuzzRequest request, Answers first, int times) {
    if (!first.differ() || !first.sameStatus()) {
      return first.differ();
    }
    Set<String> with = new HashSet<>(Set.of(first.with()));
    Set<String> without = new HashSet<>(Set.of(first.without()));
    for (int again = 0; again < times; again++) {
      Answers answers = worlds.ask(request);
      with.add(answers.with());
      without.add(answers.without());
    }
    if (with.equals(without)) {
      fickle.add(request.line());
      return false;
    }
    return true;
  }

  /** How the worlds drifted apart, empty when they did not. */
  String drift() {
    return drift;
  }

  /** What servers said when they failed, for no reason that is known. */
  List<String> serverErrors() {
    return errors.unknown();
  }

  long asked() {
    return asked;
  }

  /** How many answers had a status from the hundred given. */
  int answered(int hundred) {
    return statuses.entrySet().stream()
        .filter(each -> each.getKey() / 100 == hundred / 100)
        .mapToInt(Map.Entry::getValue)
        .sum();
  }

  String summary() {
    return "leak fuzz seed=%d requests=%d differences=%d seconds=%d statuses=%s"
        .formatted(
            seed,
            asked,
            found.size(),
            Duration.between(began, Instant.now()).toSeconds(),
            statuses);
  }

  String report() {
    StringBuilder report = new StringBuilder(summary()).append('\n');
    if (!drift.isEmpty()) {
      report.append("stopped: the worlds drifted apart: ").append(drift).append('\n');
    }
    found.forEach(each -> report.append(each).append("\n\n"));
    fickle.forEach(line -> report.append("answered in several ways: ").append(line).append('\n'));
    report.append(errors.report());
    return report.toString();
  }
}
