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
 * A PostgreSQL cluster: new, on a free port of the loopback address, with nothing synced to disk,
 * gone after {@link #close}. Made with the programs of the Debian package postgresql-15, which
 * never run as root: a test that does hands them to the user postgres.
 */
final class PostgresCluster implements AutoCloseable {
  static final String USER = "postgres";

  private static final long PATIENCE_SECONDS = 60;

  private final Path programs;
  private final Path folder;
  private final int port;

  private PostgresCluster(Path programs, Path folder, int port) {
    this.programs = programs;
    this.folder = folder;
    this.port = port;
  }

  /**
   * Starts one and waits until it takes connections.
   *
   * @throws IllegalStateException naming the Debian package when PostgreSQL is not installed
   */
  static PostgresCluster start() {
    try {
      Path folder = Files.createTempDirectory("fhir-anchor-postgres");
      PostgresCluster server = new PostgresCluster(programs(), folder, freePort());
      server.initialize();
      server.launch();
      return server;
    } catch (IOException failed) {
      throw new UncheckedIOException("start PostgreSQL", failed);
    }
  }

  int port() {
    return port;
  }

  /** A new, empty database. */
  void create(String database) {
    run("createdb", "-h", "127.0.0.1", "-p", Integer.toString(port), "-U", USER, database);
  }

  /** Removes a database, with the sessions that are still in it. */
  void drop(String database) {
    String at = Integer.toString(port);
    run("dropdb", "-h", "127.0.0.1", "-p", at, "-U", USER, "--force", "--if-exists", database);
  }

  /** Stops without waiting for sessions and removes the files. */
  @Override
  public void close() {
    run("pg_ctl", "-D", data(), "-m", "immediate", "-w", "stop");
    try (Stream<Path> files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).forEach(PostgresCluster::delete);
    } catch (IOException failed) {
      throw new UncheckedIOException("remove " + folder, failed);
    }
  }

  /** Stops every process of it where it stands: connections stay, and nobody answers. */
  void pause() {
    signal("STOP");
  }

  /** Lets them go on. */
  void resume() {
    signal("CONT");
  }

  /** The first process first, so that it starts no other meanwhile; one may have ended by then. */
  private void signal(String name) {
    for (ProcessHandle process : processes()) {
      try {
        execute(List.of("kill", "-" + name, Long.toString(process.pid())));
      } catch (IllegalStateException failed) {
        if (process.isAlive()) {
          throw failed;
        }
      }
    }
  }

  private List<ProcessHandle> processes() {
    try {
      Path pid = folder.resolve("data").resolve("postmaster.pid");
      ProcessHandle first =
          ProcessHandle.of(Long.parseLong(Files.readAllLines(pid).get(0).strip())).orElseThrow();
      return Stream.concat(Stream.of(first), first.descendants()).toList();
    } catch (IOException failed) {
      throw new UncheckedIOException("find the processes of PostgreSQL", failed);
    }
  }

  /**
   * Ends its sessions and then itself; the files stay. Nothing is synced to disk, so an end without
   * a checkpoint would lose what was committed just before.
   */
  void stop() {
    run("pg_ctl", "-D", data(), "-m", "fast", "-w", "stop");
  }

  private void initialize() throws IOException {
    if (isRoot()) {
      execute(List.of("chown", "postgres", folder.toString()));
    }
    run("initdb", "-D", data(), "-U", USER, "-A", "trust", "-E", "UTF8", "--no-sync");
  }

  /** Starts it on its files and waits until it takes connections. */
  void launch() {
    String options =
        ("-p %d -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off"
                + " -c synchronous_commit=off -c full_page_writes=off -c max_connections=200")
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
            .orElseThrow(PostgresCluster::missing);
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
