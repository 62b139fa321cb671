package org.fhiranchor.interceptors.export;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.fhiranchor.interceptors.disclosure.JournalUnavailableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes exports in the background, one at a time on this node, and goes on with those whose node is
 * silent: with what is durable of their files where these are here, else from the beginning. All
 * methods may be called from any thread.
 */
public final class ExportRunner {
  /** A node that was silent for so long has lost its export. */
  static final Duration SILENCE = Duration.ofMinutes(1);

  private static final Duration STOP_LIMIT = Duration.ofSeconds(10);
  private static final Duration BETWEEN_BEATS = Duration.ofSeconds(1);
  private static final Logger LOG = LoggerFactory.getLogger(ExportRunner.class);

  private final ExportStore store;
  private final ExportWriter writer;
  private final ExportJournal journal;
  private final ExportFolders folders;
  private final Duration kept;
  private final InstantSource clock;
  private final ExecutorService background;
  private final String node = UUID.randomUUID().toString();
  private final AtomicBoolean busy = new AtomicBoolean();
  private volatile boolean stopping;

  /** What it works with. */
  public record Parts(
      ExportStore store, ExportWriter writer, ExportJournal journal, ExportFolders folders) {}

  /**
   * Makes exports on that executor.
   *
   * @param kept how long files are kept once they are there
   */
  public ExportRunner(Parts parts, Duration kept, InstantSource clock, ExecutorService background) {
    this.store = parts.store();
    this.writer = parts.writer();
    this.journal = parts.journal();
    this.folders = parts.folders();
    this.kept = kept;
    this.clock = clock;
    this.background = background;
  }

  /** How long the files of an export are kept. */
  Duration kept() {
    return kept;
  }

  /** Makes the oldest export that no living node makes, unless this node is busy. */
  public void takeOver() {
    if (!stopping && busy.compareAndSet(false, true)) {
      try {
        background.execute(this::runOne);
      } catch (RejectedExecutionException ending) {
        // The server ends: another node, or the next start, goes on.
        busy.set(false);
      }
    }
  }

  /** Whether an export that is begun now could be verified (ERA-2). */
  boolean isReady() {
    return writer.isReady();
  }

  /** Ends and removes every export: one of them may hold what was erased (ERA-1). */
  public void endAll() {
    store.forgetAll();
    tidy();
  }

  /** Forgets exports that are older than they are kept, and removes files of none. */
  public void tidy() {
    for (String id : store.endedBefore(clock.instant().minus(kept))) {
      folders.remove(id);
      store.forget(id);
    }
    for (String id : folders.ids()) {
      Optional<ProvenanceExport> export = store.find(id);
      boolean wanted =
          export
              .map(ProvenanceExport::state)
              .filter(
                  state ->
                      state == ProvenanceExport.State.RUNNING
                          || state == ProvenanceExport.State.DONE)
              .isPresent();
      if (!wanted) {
        folders.remove(id);
      }
    }
  }

  /** Ends the export that is made here at its next mark; whoever looks next goes on with it. */
  public void stop() throws InterruptedException {
    stopping = true;
    background.shutdown();
    if (!background.awaitTermination(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
      LOG.warn("export did not end in time limit={}", STOP_LIMIT);
    }
  }

  private void runOne() {
    try {
      Instant now = clock.instant();
      for (ProvenanceExport export : store.running()) {
        if (!stopping && store.claim(export.id(), node, now, now.minus(SILENCE))) {
          run(store.find(export.id()).orElse(export));
          return;
        }
      }
    } catch (RuntimeException failed) {
      LOG.error("export failed, will be tried again", failed);
    } finally {
      busy.set(false);
    }
  }

  private void run(ProvenanceExport export) {
    Instant began = clock.instant();
    Beating beating = new Beating(export.id());
    try {
      writer.write(export, beating);
      // Before anybody can have a file: what they show is durable in the journal.
      journal.made(export, beating::beat);
      store.end(export.id(), node, ProvenanceExport.State.DONE, clock.instant());
      LOG.info(
          "export made leaves={} took={}",
          beating.last.done(),
          Duration.between(began, clock.instant()));
    } catch (CancellationException ended) {
      LOG.info("export ended before its end stopping={}", stopping);
      if (stopping) {
        store.release(export.id(), node);
      }
    } catch (JournalUnavailableException unavailable) {
      LOG.warn("export waits for the journal: {}", unavailable.getMessage());
      store.release(export.id(), node);
    } catch (IOException | RuntimeException failed) {
      if (isCancelled(export.id())) {
        LOG.info("export cancelled, its files are gone: {}", failed.toString());
        return;
      }
      store.end(export.id(), node, ProvenanceExport.State.FAILED, clock.instant());
      LOG.error("export failed", failed);
    }
  }

  private boolean isCancelled(String id) {
    return store.find(id).filter(one -> one.state() != ProvenanceExport.State.CANCELLED).isEmpty();
  }

  /** Says once a second that this node is alive, and how far it is. */
  private final class Beating implements ExportWriter.Listener {
    private final String id;
    private ExportStore.Mark last = new ExportStore.Mark(0, "");
    private Instant beat = Instant.EPOCH;

    Beating(String id) {
      this.id = id;
    }

    @Override
    public void begins(String head, long total) {
      store.begin(id, node, head, total);
    }

    @Override
    public boolean isDue() {
      return stopping || clock.instant().isAfter(beat.plus(BETWEEN_BEATS));
    }

    @Override
    public boolean goOn(ExportMark mark) {
      last = new ExportStore.Mark(mark.next() - mark.from(), mark.text());
      return write() && !stopping;
    }

    private boolean write() {
      beat = clock.instant();
      return store.progress(id, node, last, beat);
    }

    void beat() {
      if (isDue() && (!write() || stopping)) {
        throw new CancellationException("the export was ended");
      }
    }
  }
}
