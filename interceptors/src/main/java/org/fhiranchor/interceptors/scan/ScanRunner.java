package org.fhiranchor.interceptors.scan;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs scans in the background, one at a time on this node, and takes over those whose node is
 * silent: a scan goes on after a restart, from its beginning. All methods may be called from any
 * thread.
 */
public final class ScanRunner {
  /** A node that was silent for so long has lost its scan. */
  static final Duration SILENCE = Duration.ofMinutes(1);

  /** Findings that are kept of one scan; further ones are counted. */
  static final int MOST = 10_000;

  private static final Duration STOP_LIMIT = Duration.ofSeconds(10);
  private static final Duration BETWEEN_BEATS = Duration.ofSeconds(1);
  private static final Logger LOG = LoggerFactory.getLogger(ScanRunner.class);

  private final ScanStore store;
  private final StoreScanner scanner;
  private final InstantSource clock;
  private final ExecutorService background;
  private final String node = UUID.randomUUID().toString();
  private final AtomicBoolean busy = new AtomicBoolean();
  private volatile boolean stopping;

  /** Runs scans on that executor. */
  public ScanRunner(
      ScanStore store, StoreScanner scanner, InstantSource clock, ExecutorService background) {
    this.store = store;
    this.scanner = scanner;
    this.clock = clock;
    this.background = background;
  }

  /** A new scan, or the one that runs already. */
  public Scan start() {
    Optional<Scan> running = store.running().stream().findFirst();
    if (running.isPresent()) {
      return running.get();
    }
    String id = UUID.randomUUID().toString();
    store.add(id, clock.instant());
    takeOver();
    return store.find(id).orElseThrow();
  }

  /** The scan of that name; false when there is one already, on whichever node. */
  public boolean start(String id) {
    boolean added = store.add(id, clock.instant());
    takeOver();
    return added;
  }

  /** Runs the oldest scan that no living node runs, unless this node is busy. */
  public void takeOver() {
    if (!stopping && busy.compareAndSet(false, true)) {
      try {
        background.execute(this::runOne);
      } catch (RejectedExecutionException ending) {
        // The server ends: another node, or the next start, looks again.
        busy.set(false);
      }
    }
  }

  /** Ends the scan that runs here with its next page; whoever looks next takes it over. */
  public void stop() throws InterruptedException {
    stopping = true;
    background.shutdown();
    if (!background.awaitTermination(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
      LOG.warn("scan of the store did not end in time limit={}", STOP_LIMIT);
    }
  }

  private void runOne() {
    try {
      Instant now = clock.instant();
      for (Scan scan : store.running()) {
        if (!stopping && store.claim(scan.id(), node, now, now.minus(SILENCE))) {
          run(scan);
          return;
        }
      }
    } catch (RuntimeException failed) {
      LOG.error("scan of the store failed, will be tried again", failed);
    } finally {
      busy.set(false);
    }
  }

  private void run(Scan scan) {
    Instant began = clock.instant();
    Keeping keeping = new Keeping(scan.id());
    try {
      scanner.scan(keeping);
      keeping.flush();
      store.end(scan.id(), node, Scan.State.DONE, clock.instant());
      LOG.info(
          "store scanned findings={} rows={} took={}",
          keeping.count(),
          keeping.done,
          Duration.between(began, clock.instant()));
    } catch (CancellationException ended) {
      LOG.info("scan of the store ended before its end stopping={}", stopping);
      if (stopping) {
        store.release(scan.id(), node);
      }
    } catch (RuntimeException failed) {
      store.end(scan.id(), node, Scan.State.FAILED, clock.instant());
      LOG.error("scan of the store failed", failed);
    }
  }

  /** Keeps what one scan says, once a second. */
  private final class Keeping implements ScanListener {
    private final String id;
    private List<Finding> waiting = new ArrayList<>();
    private long findings;
    private long done;
    private long total;
    private Instant beat = Instant.EPOCH;

    Keeping(String id) {
      this.id = id;
    }

    @Override
    public synchronized void found(Finding finding) {
      if (findings < MOST) {
        waiting.add(finding);
      }
      findings++;
    }

    synchronized long count() {
      return findings;
    }

    @Override
    public boolean goOn(long soFar, long all) {
      done = soFar;
      total = all;
      Instant now = clock.instant();
      boolean due = now.isAfter(beat.plus(BETWEEN_BEATS));
      return !stopping && (!due || flush());
    }

    synchronized boolean flush() {
      beat = clock.instant();
      List<Finding> more = waiting;
      waiting = new ArrayList<>();
      return store.progress(id, node, new ScanStore.Progress(done, total, findings), more, beat);
    }
  }
}
