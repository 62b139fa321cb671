package org.fhiranchor.bench.store;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.fhiranchor.merkle.LogSigningKey;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/** PostgreSQL with its own defaults: every commit is on disk before it is answered. */
public final class PostgresDatabase extends ScratchDatabase {
  private final SingleConnectionDataSource connection;
  private final PostgresCluster cluster;

  private PostgresDatabase(
      SingleConnectionDataSource connection, PostgresCluster cluster, LogSigningKey key) {
    super(connection, key);
    this.connection = connection;
    this.cluster = cluster;
  }

  /** Makes one; empty when PostgreSQL's programs are not installed. */
  public static Optional<PostgresDatabase> in(Path folder, LogSigningKey key)
      throws IOException, InterruptedException {
    Optional<PostgresCluster> cluster = PostgresCluster.start(folder);
    return cluster.map(
        running ->
            new PostgresDatabase(
                new SingleConnectionDataSource(running.url(), "postgres", "", true), running, key));
  }

  @Override
  public String name() {
    return "PostgreSQL";
  }

  @Override
  public long bytes() {
    Long bytes =
        jdbc()
            .queryForObject(
                "select pg_total_relation_size('anchor_leaf') +"
                    + " pg_total_relation_size('anchor_tile') +"
                    + " pg_total_relation_size('anchor_checkpoint')",
                Long.class);
    return bytes == null ? 0 : bytes;
  }

  @Override
  public void close() {
    connection.destroy();
    cluster.close();
  }
}
