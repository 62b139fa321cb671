package org.fhiranchor.server.availability;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.fhiranchor.interceptors.store.h2.H2File;
import org.fhiranchor.interceptors.tasks.RepeatedTask;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the database twice a second on a connection of its own, which no load on the pool keeps
 * from it. While the database is away no connection is given out; when it is there again, the
 * server goes on by itself.
 */
final class DatabaseWatch {
  private static final Logger LOG = LoggerFactory.getLogger(DatabaseWatch.class);
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(500);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(5);

  private static final String TOO_MANY_CONNECTIONS = "53300";

  /** After one silent look requests are answered 503; after two, what runs is ended. */
  private static final int SILENT_LOOKS = 2;

  private static final Duration LOOK_LIMIT = Duration.ofSeconds(2);

  /** A look that takes longer hangs where no limit reaches, in H2 or at the disk. */
  private static final Duration LATE = Duration.ofSeconds(4);

  /**
   * What is watched.
   *
   * @param folder whose disk H2's file is on; of no interest with PostgreSQL
   * @param leastSpace below this the disk counts as full
   */
  record Watched(DatabaseConnections connections, Path folder, long leastSpace) {}

  /**
   * The database cannot be used.
   *
   * @param reason words of ours, for health and log; nothing that a driver said
   */
  record Away(String reason, Instant since) {}

  private final Watched watched;
  private final InstantSource clock;
  private final RepeatedTask task;
  private volatile Optional<Away> away = Optional.empty();
  private volatile Optional<Instant> looking = Optional.empty();
  private Optional<Connection> probe = Optional.empty();
  private int silent;

  DatabaseWatch(Watched watched, InstantSource clock) {
    this.watched = watched;
    this.clock = clock;
    this.task =
        new RepeatedTask(
            new RepeatedTask.Terms("anchor-database-watch", BETWEEN_LOOKS, STOP_LIMIT),
            this::look,
            clock);
  }

  void start() {
    task.start();
  }

  void stop() throws InterruptedException {
    task.stop();
    probe.ifPresent(watched.connections()::end);
  }

  /** Why the database cannot be used now; empty while it can. */
  Optional<Away> away() {
    Optional<Away> found = away;
    return found.isPresent()
        ? found
        : looking
            .filter(since -> since.plus(LATE).isBefore(clock.instant()))
            .map(since -> new Away("it does not answer", since));
  }

  /** Somebody met a failure: looks now. */
  void lookNow() {
    task.wake();
  }

  private Duration look() {
    looking = Optional.of(clock.instant());
    trouble().ifPresentOrElse(this::isAway, this::isBack);
    looking = Optional.empty();
    return BETWEEN_LOOKS;
  }

  private Optional<String> trouble() {
    try {
      return watched.connections().isPostgres() ? postgresTrouble() : h2Trouble();
    } catch (SQLException failed) {
      forgetProbe();
      if (TOO_MANY_CONNECTIONS.equals(failed.getSQLState())) {
        // It answers; all its connections are in use, most likely by our own pools.
        return Optional.empty();
      }
      boolean timedOut = isTimeout(failed);
      silent = timedOut ? silent + 1 : SILENT_LOOKS;
      return Optional.of(timedOut ? "it does not answer" : "it refuses connections");
    } catch (IOException failed) {
      return Optional.of("the data folder cannot be read");
    } catch (RuntimeException failed) {
      LOG.warn("the database cannot be looked at", failed);
      forgetProbe();
      return Optional.of("it cannot be asked");
    }
  }

  private Optional<String> postgresTrouble() throws SQLException {
    try (Statement statement = probe().createStatement();
        ResultSet row = statement.executeQuery("select 1")) {
      row.next();
    }
    silent = 0;
    return Optional.empty();
  }

  private Optional<String> h2Trouble() throws SQLException, IOException {
    if (probe.isPresent() && !H2File.isOpen(probe.get())) {
      LOG.warn("H2 closed its file after a write that failed: all connections are ended");
      forgetProbe();
      watched.connections().shut("its file was closed");
    }
    long space = Files.getFileStore(watched.folder()).getUsableSpace();
    if (space < watched.leastSpace()) {
      return Optional.of("the disk of the data folder is full");
    }
    if (!H2File.isOpen(probe())) {
      return Optional.of("its file was closed after a write that failed");
    }
    silent = 0;
    return Optional.empty();
  }

  private Connection probe() throws SQLException {
    if (probe.isEmpty()) {
      probe = Optional.of(watched.connections().probe(LOOK_LIMIT));
    }
    return probe.get();
  }

  private void forgetProbe() {
    probe.ifPresent(watched.connections()::end);
    probe = Optional.empty();
  }

  private static boolean isTimeout(Throwable failed) {
    for (Throwable t = failed; t != null; t = t.getCause()) {
      if (t instanceof SocketTimeoutException) {
        return true;
      }
    }
    return false;
  }

  private void isAway(String reason) {
    Optional<Away> known = away;
    if (known.isEmpty()) {
      LOG.warn("database away, requests are answered 503 reason={}", reason);
    }
    away = Optional.of(new Away(reason, known.map(Away::since).orElseGet(clock::instant)));
    if (watched.connections().isPostgres() && silent >= SILENT_LOOKS) {
      watched.connections().shut(reason);
    }
  }

  private void isBack() {
    watched.connections().reopen();
    away.ifPresent(
        was ->
            LOG.warn(
                "database back away={}s reason={}",
                Duration.between(was.since(), clock.instant()).toSeconds(),
                was.reason()));
    away = Optional.empty();
  }
}
