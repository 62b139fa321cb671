package org.fhiranchor.bench.store;

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
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A cluster on a free port of the loopback address. PostgreSQL never runs as root: whoever is root
 * hands it to the user postgres.
 */
public record PostgresCluster(Path programs, Path folder, int port) implements AutoCloseable {
  /** Starts one in the folder; empty when PostgreSQL's programs are not installed. */
  public static Optional<PostgresCluster> start(Path work)
      throws IOException, InterruptedException {
    Optional<Path> programs = installed();
    if (programs.isEmpty()) {
      return Optional.empty();
    }
    Path folder = Files.createDirectory(work.resolve("postgres"));
    PostgresCluster cluster = new PostgresCluster(programs.get(), folder, freePort());
    cluster.launch(work);
    Runtime.getRuntime().addShutdownHook(new Thread(cluster::stopIfRunning));
    return Optional.of(cluster);
  }

  String url() {
    return "jdbc:postgresql://127.0.0.1:" + port + "/postgres";
  }

  /** A new database; its JDBC URL, for the user {@code postgres} without a password. */
  public String create(String name) throws IOException, InterruptedException {
    run("createdb", "-h", "127.0.0.1", "-p", Integer.toString(port), "-U", "postgres", name);
    return "jdbc:postgresql://127.0.0.1:" + port + "/" + name;
  }

  private void launch(Path work) throws IOException, InterruptedException {
    if (isRoot()) {
      execute(List.of("chmod", "755", work.toString()));
      execute(List.of("chown", "postgres", folder.toString()));
    }
    run("initdb", "-D", data(), "-U", "postgres", "-A", "trust", "-E", "UTF8");
    String options =
        "-p "
            + port
            + " -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_wal_size=2GB";
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

  @Override
  public void close() {
    try {
      run("pg_ctl", "-D", data(), "-m", "fast", "-w", "stop");
    } catch (IOException failed) {
      throw new UncheckedIOException("stop PostgreSQL", failed);
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    }
  }

  /** Also for a benchmark that is told to end: nothing it started stays behind. */
  private void stopIfRunning() {
    if (Files.exists(Path.of(data(), "postmaster.pid"))) {
      close();
    }
  }

  private String data() {
    return folder.resolve("data").toString();
  }

  private void run(String program, String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    if (isRoot()) {
      command.addAll(List.of("runuser", "-u", "postgres", "--"));
    }
    command.add(programs.resolve(program).toString());
    command.addAll(List.of(arguments));
    execute(command);
  }

  private void execute(List<String> command) throws IOException, InterruptedException {
    Path output = folder.resolveSibling("postgres-command.log");
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    if (process.waitFor() != 0) {
      throw new IOException(
          command + " failed: " + Files.readString(output, StandardCharsets.UTF_8));
    }
  }

  private static Optional<Path> installed() throws IOException {
    Path debian = Path.of("/usr/lib/postgresql");
    if (!Files.isDirectory(debian)) {
      return Optional.empty();
    }
    try (Stream<Path> versions = Files.list(debian)) {
      return versions
          .map(version -> version.resolve("bin"))
          .filter(bin -> Files.isExecutable(bin.resolve("initdb")))
          .max(Comparator.naturalOrder());
    }
  }

  /** A port of the loopback address that nobody listened on a moment ago. */
  public static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static boolean isRoot() {
    return "root".equals(System.getProperty("user.name"));
  }
}
