package org.fhiranchor.bench.store;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/** A PostgreSQL database that waits for its disk, and how long a commit of it takes. */
public final class DurableCommits {
  private final JdbcTemplate jdbc;

  private DurableCommits(JdbcTemplate jdbc) {
    this.jdbc = jdbc;
  }

  /**
   * Of the database of that URL.
   *
   * @throws IllegalStateException when it does not wait: a figure of it would be none
   */
  public static DurableCommits of(String url) {
    JdbcTemplate jdbc = new JdbcTemplate(new SingleConnectionDataSource(url, "postgres", "", true));
    Stream.of("fsync", "synchronous_commit", "full_page_writes")
        .filter(name -> !"on".equals(jdbc.queryForObject("show " + name, String.class)))
        .findFirst()
        .ifPresent(
            name -> {
              throw new IllegalStateException("PostgreSQL: want " + name + " on");
            });
    return new DurableCommits(jdbc);
  }

  /** Milliseconds of so many commits of one small row each. */
  public List<Double> millis(int count) {
    jdbc.execute("create table bench_commit (n bigint)");
    List<Double> millis = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      long start = System.nanoTime();
      jdbc.update("insert into bench_commit values (?)", i);
      millis.add((System.nanoTime() - start) / 1e6);
    }
    return millis;
  }
}
