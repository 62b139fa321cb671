package org.fhiranchor.interceptors.store.h2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLongArray;
import javax.sql.DataSource;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process killed while it writes and keeps house, without a server around it, so that it can be
 * killed often: {@code -Dtest.h2.kills=200}.
 */
@Tag("alone")
final class KilledWriterTest {
  private static final int KILLS = Integer.getInteger("test.h2.kills", 4);
  private static final long SEED = 20_261_129;

  @TempDir Path folder;

  private final AtomicLongArray acknowledged = new AtomicLongArray(KilledWriter.WRITERS);
  private Duration longest = Duration.ZERO;

  @Test
  @DisplayName(
      "SRV-18 a database that is killed while it keeps house opens again, with whole transactions")
  void opensAgainWithWholeTransactions() throws IOException, SQLException, InterruptedException {
    Random random = new Random(SEED);
    look();
    for (int kill = 0; kill < KILLS; kill++) {
      writeAndKill(random.nextInt(2_000));
      look();
    }
    System.out.printf(
        "kills=%d transactions=%d bytes=%d longest-open=%dms seed=%d%n",
        KILLS,
        Arrays.stream(acknowledged.toString().replaceAll("[\\[\\] ]", "").split(",", -1))
            .mapToLong(Long::parseLong)
            .sum(),
        Files.size(folder.resolve("killed.mv.db")),
        longest.toMillis(),
        SEED);
  }

  private void writeAndKill(int more) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                KilledWriter.class.getName(),
                folder.toString())
            .redirectError(folder.resolve("errors.log").toFile())
            .start();
    Thread reader = new Thread(() -> read(process));
    reader.start();
    long wanted = sum() + 1 + more;
    await()
        .atMost(Duration.ofMinutes(2))
        .pollInterval(Duration.ofMillis(1))
        .until(() -> sum() >= wanted || !process.isAlive());
    assertThat(process.isAlive()).as(Files.readString(folder.resolve("errors.log"))).isTrue();
    process.destroyForcibly().waitFor();
    reader.join();
  }

  private void read(Process process) {
    try (BufferedReader lines = process.inputReader()) {
      lines
          .lines()
          .map(line -> line.split(" ", -1))
          .filter(words -> words.length == 2)
          .forEach(words -> acknowledged.set(Integer.parseInt(words[0]), Long.parseLong(words[1])));
    } catch (IOException ended) {
      throw new java.io.UncheckedIOException(ended);
    }
  }

  private long sum() {
    long sum = 0;
    for (int i = 0; i < acknowledged.length(); i++) {
      sum += acknowledged.get(i);
    }
    return sum;
  }

  /** Both tables say the same, and all that was acknowledged. */
  private void look() throws SQLException {
    long start = System.nanoTime();
    DataSource database = KilledWriter.open(folder);
    try (Connection connection = database.getConnection()) {
      KilledWriter.createTables(database);
      Duration took = Duration.ofNanos(System.nanoTime() - start);
      longest = took.compareTo(longest) > 0 ? took : longest;
      assertThat(took).as("opened").isLessThan(Duration.ofMinutes(1));
      for (int writer = 0; writer < KilledWriter.WRITERS; writer++) {
        long last = one(connection, "select coalesce(max(n), 0) from a where writer = " + writer);
        assertThat(last).as("writer %d", writer).isGreaterThanOrEqualTo(acknowledged.get(writer));
        assertThat(one(connection, "select coalesce(max(n), 0) from b where writer = " + writer))
            .isEqualTo(last);
      }
      assertThat(
              one(
                  connection,
                  "select (select count(*) from a left join b using (writer, id)"
                      + " where b.n is distinct from a.n or b.words is distinct from a.words)"
                      + " + (select count(*) from b) - (select count(*) from a)"))
          .as("halves")
          .isZero();
      connection.createStatement().execute("shutdown immediately");
    }
  }

  private static long one(Connection connection, String sql) throws SQLException {
    try (ResultSet row = connection.createStatement().executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    }
  }
}
