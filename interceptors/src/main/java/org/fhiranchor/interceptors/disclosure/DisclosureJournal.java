package org.fhiranchor.interceptors.disclosure;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.fhiranchor.interceptors.log.PendingLeaf;
import org.fhiranchor.interceptors.log.SaltedRecord;
import org.fhiranchor.interceptors.tasks.RepeatedTask;
import org.fhiranchor.merkle.CanonicalFormException;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.JsonValue;
import org.fhiranchor.merkle.Salt;
import org.fhiranchor.merkle.Statement;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes disclosures durable before anything is shown (DIS-2). Requests that wait at the same time
 * share one commit: one thread takes all that wait and writes them in one transaction.
 */
public final class DisclosureJournal implements AccessListener {
  private static final Logger LOG = LoggerFactory.getLogger(DisclosureJournal.class);
  private static final Duration IDLE = Duration.ofSeconds(1);
  private static final Duration AFTER_FAILURE = Duration.ofMillis(100);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(30);

  /** What comes later than this is recorded when it comes: a leaf stands near its instant. */
  private static final Duration LATE = Duration.ofMinutes(5);

  /**
   * What is kept within bounds.
   *
   * @param queue most requests that wait
   * @param batch most records in one transaction
   * @param longestWait longest time that a request waits
   * @param refusals records of refusals of one requester in a minute; more are one with a count
   */
  public record Limits(int queue, int batch, Duration longestWait, int refusals) {}

  private record Waiting(
      List<DisclosureStore.Row> rows,
      List<DisclosureStore.Refusals> refusals,
      CompletableFuture<Boolean> written) {}

  private final DisclosureStore store;
  private final SubjectTags tags;
  private final SecureRandom random;
  private final InstantSource clock;
  private final Limits limits;
  private final Runnable recorded;
  private final RefusalBudget budget;
  private final BlockingQueue<Waiting> queue;
  private final RepeatedTask task;
  private volatile boolean closed;
  private long closedMinute = Long.MIN_VALUE;

  /** What it writes with. */
  public record Parts(
      DisclosureStore store, SubjectTags tags, SecureRandom random, InstantSource clock) {}

  /**
   * A journal whose thread is not started yet.
   *
   * @param recorded told after each transaction: leaves wait for the sequencer
   */
  public DisclosureJournal(Parts parts, Limits limits, Runnable recorded) {
    this.store = parts.store();
    this.tags = parts.tags();
    this.random = parts.random();
    this.clock = parts.clock();
    this.limits = limits;
    this.recorded = recorded;
    this.budget = new RefusalBudget(limits.refusals(), LATE.toMinutes());
    this.queue = new ArrayBlockingQueue<>(limits.queue());
    task =
        new RepeatedTask(
            new RepeatedTask.Terms("anchor-disclosures", AFTER_FAILURE, STOP_LIMIT),
            this::run,
            clock);
  }

  /** Starts the thread. */
  public void start() {
    task.start();
  }

  /** Ends the thread; whoever still waits is told that nothing was written. */
  public void stop() throws InterruptedException {
    closed = true;
    task.stop();
    List<Waiting> left = new ArrayList<>();
    queue.drainTo(left);
    left.forEach(one -> one.written().complete(Boolean.FALSE));
  }

  /** How the thread fares. */
  public RepeatedTask.State state() {
    return task.state();
  }

  @Override
  public void closed(AccessRequester who, List<DisclosureRecord> records) {
    for (int from = 0; from < records.size(); from += limits.batch()) {
      int to = Math.min(records.size(), from + limits.batch());
      write(who, records.subList(from, to));
    }
  }

  /**
   * What somebody's job shows, or a part of it, before it is shown: as durable as what a request
   * shows.
   *
   * @throws JournalUnavailableException when it must not be shown
   */
  public void shows(List<DisclosureRecord> records) {
    for (int from = 0; from < records.size(); from += limits.batch()) {
      int to = Math.min(records.size(), from + limits.batch());
      List<DisclosureStore.Row> rows = records.subList(from, to).stream().map(this::row).toList();
      await(new Waiting(rows, List.of(), new CompletableFuture<>()));
    }
  }

  private void write(AccessRequester who, List<DisclosureRecord> records) {
    List<DisclosureStore.Row> rows = new ArrayList<>();
    List<DisclosureStore.Refusals> counted = new ArrayList<>();
    for (DisclosureRecord each : records) {
      Instant now = clock.instant();
      DisclosureRecord record = onTime(each, now);
      long minute = minute(record.at().toEpochMilli());
      if (!record.refusal() || budget.take(who.fingerprint(), minute, minute(now.toEpochMilli()))) {
        rows.add(row(record));
      } else {
        counted.add(
            new DisclosureStore.Refusals(
                who.fingerprint(), minute, 1, new JsonValue.Obj(who.facts()).toJson()));
      }
    }
    await(new Waiting(rows, counted, new CompletableFuture<>()));
  }

  /**
   * After a long upload or an outage the leaf has the instant at which it is written, and the
   * content still says when it was asked (EXP-2).
   */
  private static DisclosureRecord onTime(DisclosureRecord record, Instant clock) {
    Instant now = clock.truncatedTo(ChronoUnit.MILLIS);
    return record.at().isBefore(now.minus(LATE)) ? record.writtenAt(now) : record;
  }

  private void await(Waiting mine) {
    if (closed || !queue.offer(mine)) {
      throw new JournalUnavailableException(
          closed ? "the journal is closed" : "too many disclosures wait to be written");
    }
    task.wake();
    try {
      if (!mine.written().get(limits.longestWait().toMillis(), TimeUnit.MILLISECONDS)) {
        throw new JournalUnavailableException("the disclosure was not written");
      }
    } catch (ExecutionException failed) {
      throw new JournalUnavailableException("the disclosure was not written", failed);
    } catch (TimeoutException late) {
      // It may still be written: then the record says more than was shown, never less.
      throw new JournalUnavailableException("the disclosure was not written in time", late);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new JournalUnavailableException("interrupted while a disclosure was written");
    }
  }

  private DisclosureStore.Row row(DisclosureRecord record) {
    SaltedRecord salted = SaltedRecord.of(record.content(), Salt.random(random));
    Digest subject = tags.of(record.patient());
    Statement statement = Statement.Disclosure.waiting(record.at(), subject, salted.digest());
    return new DisclosureStore.Row(
        subject,
        tags.ofAsker(record.content().members()),
        record.emergency(),
        record.at().toEpochMilli(),
        salted.json(),
        new PendingLeaf(statement, Salt.random(random), ""));
  }

  private Duration run() {
    List<Waiting> taken = take();
    while (!taken.isEmpty()) {
      write(taken);
      closeMinutes();
      taken = take();
    }
    closeMinutes();
    return IDLE;
  }

  /** All that wait, as far as they fit into one transaction. */
  private List<Waiting> take() {
    List<Waiting> taken = new ArrayList<>();
    int rows = 0;
    for (Waiting next = queue.peek();
        next != null && (taken.isEmpty() || rows + next.rows().size() <= limits.batch());
        next = queue.peek()) {
      rows += next.rows().size();
      taken.add(next);
      queue.remove();
    }
    return taken;
  }

  private void write(List<Waiting> taken) {
    try {
      store.write(
          taken.stream().flatMap(one -> one.rows().stream()).toList(),
          sums(taken.stream().flatMap(one -> one.refusals().stream()).toList()));
    } catch (RuntimeException | Error failed) {
      taken.forEach(one -> one.written().completeExceptionally(failed));
      throw failed;
    }
    // If we die here the records are there and nobody was shown anything.
    taken.forEach(one -> one.written().complete(Boolean.TRUE));
    recorded.run();
  }

  private static List<DisclosureStore.Refusals> sums(List<DisclosureStore.Refusals> counted) {
    Map<String, DisclosureStore.Refusals> sums = new TreeMap<>();
    counted.forEach(
        one ->
            sums.merge(
                one.requester() + " " + one.minute(),
                one,
                (a, b) ->
                    new DisclosureStore.Refusals(
                        a.requester(), a.minute(), a.count() + b.count(), a.content())));
    return List.copyOf(sums.values());
  }

  /** What was counted in minutes that are over becomes a disclosure each. */
  private void closeMinutes() {
    long now = minute(clock.millis());
    if (now == closedMinute) {
      return;
    }
    List<DisclosureStore.Counted> over = store.refusalsBefore(now);
    if (!over.isEmpty()) {
      store.close(over, this::row);
      recorded.run();
    }
    closedMinute = now;
  }

  private DisclosureStore.Row row(DisclosureStore.Refusals counted) {
    Instant at = Instant.EPOCH.plus(Duration.ofMinutes(Math.max(0, counted.minute())));
    Map<String, JsonValue> content = new TreeMap<>(facts(counted));
    content.put("v", new JsonValue.Num("1"));
    content.put("recorded", new JsonValue.Str(DisclosureRecords.instant(at)));
    content.put("outcome", new JsonValue.Str("refused"));
    content.put("interaction", new JsonValue.Str("more refusals in one minute"));
    content.put("count", new JsonValue.Num(Long.toString(counted.count())));
    return row(
        onTime(
            new DisclosureRecord(at, Optional.empty(), new JsonValue.Obj(content), false, true),
            clock.instant()));
  }

  /** An edited row is told of as one, and stops no other. */
  private static Map<String, JsonValue> facts(DisclosureStore.Refusals counted) {
    try {
      byte[] facts = counted.content().getBytes(StandardCharsets.UTF_8);
      if (JsonValue.parse(facts, 1 << 16, 8) instanceof JsonValue.Obj kept
          && kept.members().get("requester") instanceof JsonValue.Obj) {
        return kept.members();
      }
    } catch (CanonicalFormException edited) {
      LOG.warn("the facts of counted refusals do not read refusals={}", counted.count());
    }
    JsonValue requester = new JsonValue.Str(AccessRequester.wellFormed(counted.requester()));
    return Map.of(
        "facts",
        new JsonValue.Str("unreadable"),
        "requester",
        new JsonValue.Obj(Map.of("fingerprint", requester)));
  }

  private static long minute(long millis) {
    return TimeUnit.MILLISECONDS.toMinutes(millis);
  }
}
