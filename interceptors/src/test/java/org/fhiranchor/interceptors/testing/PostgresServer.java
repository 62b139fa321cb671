package org.fhiranchor.interceptors.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A PostgreSQL cluster of a test's own: new, on a free port of the loopback address, with nothing
 * synced to disk, gone after {@link #close}. Made with the programs of the Debian package
 * postgresql-15, which never run as root: a test that does hands them to the user postgres.
 */
public final class PostgresServer implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 60;

  private final Path programs;
  private final Path folder;
  private final int port;

  private PostgresServer(Path programs, Path folder, int port) {
    this.programs = programs;
    this.folder = folder;
    this.port = port;
  }

  /**
   * Starts one and waits until it takes connections.
   *
   * @throws IllegalStateException naming the Debian package when PostgreSQL is not installed
   */
  public static PostgresServer start() {
    try {
      Path folder = Files.createTempDirectory("fhir-anchor-postgres");
      PostgresServer server = new PostgresServer(programs(), folder, freePort());
      server.initialize();
      server.launch();
      return server;
    } catch (IOException failed) {
      throw new UncheckedIOException("start PostgreSQL", failed);
    }
  }

  /** JDBC URL of the database that every cluster has; user {@link #user()}, no password. */
  public String url() {
    return "jdbc:postgresql://127.0.0.1:" + port + "/postgres";
  }

  public String user() {
    return "postgres";
  }

  public int port() {
    return port;
  }

  /** Stops without waiting for sessions and removes the files. */
  @Override
  public void close() {
    run("pg_ctl", "-D", data(), "-m", "immediate", "-w", "stop");
    try (Stream<Path> files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).forEach(PostgresServer::delete);
    } catch (IOException failed) {
      throw new UncheckedIOException("remove " + folder, failed);
    }
  }

  private void initialize() throws IOException {
    if (isRoot()) {
      execute(List.of("chown", "postgres", folder.toString()));
    }
    run("initdb", "-D", data(), "-U", user(), "-A", "trust", "-E", "UTF8", "--no-sync");
  }

  private void launch() {
    String options =
        ("-p %d -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off"
                + " -c synchronous_commit=off -c full_page_writes=off -c max_connections=100")
            .formatted(port);
    run(
        "pg_ctl",
        "-D",
        data(),
        "-l",
        folder.resolve("log").toString(),
        "-o",
        options,
        "-w",
        "start");
  }

  private String data() {
    return folder.resolve("data").toString();
  }

  private void run(String program, String... arguments) {
    List<String> command = new ArrayList<>();
    if (isRoot()) {
      command.addAll(List.of("runuser", "-u", "postgres", "--"));
    }
    command.add(programs.resolve(program).toString());
    command.addAll(List.of(arguments));
    execute(command);
  }

  private void execute(List<String> command) {
    try {
      Path output = Files.createTempFile("fhir-anchor-postgres", ".log");
      Process process =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
        process.destroyForcibly();
        throw new IllegalStateException(
            command + " failed: " + Files.readString(output, StandardCharsets.UTF_8));
      }
      Files.delete(output);
    } catch (IOException failed) {
      throw new UncheckedIOException("run " + command, failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(interrupted);
    }
  }

  private static Path programs() throws IOException {
    Path debian = Path.of("/usr/lib/postgresql");
    if (Files.isDirectory(debian)) {
      try (Stream<Path> versions = Files.list(debian)) {
        return versions
            .map(version -> version.resolve("bin"))
            .filter(bin -> Files.isExecutable(bin.resolve("initdb")))
            .max(Comparator.naturalOrder())
            .orElseThrow(PostgresServer::missing);
      }
    }
    throw missing();
  }

  private static IllegalStateException missing() {
    return new IllegalStateException(
        "this test needs PostgreSQL 15: install the Debian package postgresql (apt-get install"
            + " postgresql)");
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static boolean isRoot() {
    return "root".equals(System.getProperty("user.name"));
  }

  private static void delete(Path file) {
    try {
      Files.delete(file);
    } catch (IOException failed) {
      throw new UncheckedIOException("remove " + file, failed);
    }
  }
}
