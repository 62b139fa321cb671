package org.fhiranchor.interceptors.testing;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * An empty PostgreSQL database of a test's own, in a cluster that all tests of a JVM share: started
 * for the first of them, gone with the JVM.
 */
public final class PostgresServer implements AutoCloseable {
  private static final AtomicInteger NUMBER = new AtomicInteger();

  private final PostgresCluster cluster;
  private final String database;

  private PostgresServer(PostgresCluster cluster, String database) {
    this.cluster = cluster;
    this.database = database;
  }

  /**
   * Makes one.
   *
   * @throws IllegalStateException naming the Debian package when PostgreSQL is not installed
   */
  public static PostgresServer start() {
    PostgresCluster cluster = Shared.CLUSTER;
    String database = "test" + NUMBER.incrementAndGet();
    cluster.create(database);
    return new PostgresServer(cluster, database);
  }

  /** Its JDBC URL; user {@link #user()}, no password. */
  public String url() {
    return "jdbc:postgresql://127.0.0.1:" + port() + "/" + database;
  }

  public String user() {
    return PostgresCluster.USER;
  }

  public int port() {
    return cluster.port();
  }

  /**
   * Runs something while the whole cluster, that of all tests of this JVM, stands still:
   * connections stay, and nobody answers.
   */
  public void paused(Runnable meanwhile) {
    try {
      cluster.pause();
      meanwhile.run();
    } finally {
      cluster.resume();
    }
  }

  /** Runs something while the whole cluster, that of all tests of this JVM, is down. */
  public void down(Runnable meanwhile) {
    cluster.stop();
    try {
      meanwhile.run();
    } finally {
      cluster.launch();
    }
  }

  /** Ends all sessions in it and removes it. */
  @Override
  public void close() {
    cluster.drop(database);
  }

  private static final class Shared {
    static final PostgresCluster CLUSTER = boot();

    private static PostgresCluster boot() {
      PostgresCluster cluster = PostgresCluster.start();
      Runtime.getRuntime().addShutdownHook(new Thread(cluster::close));
      return cluster;
    }
  }
}
