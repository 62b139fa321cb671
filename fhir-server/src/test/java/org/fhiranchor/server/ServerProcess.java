package org.fhiranchor.server;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The server in a process of its own, as {@code make run} starts it. */
final class ServerProcess implements AutoCloseable {
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final int BOOT_SECONDS = 300;

  private final Process process;
  private final Path data;
  private final Path output;

  private ServerProcess(Process process, Path data, Path output) {
    this.process = process;
    this.data = data;
    this.output = output;
  }

  /** Starts one and does not wait for it. */
  static ServerProcess launch(Path data, String... settings) throws IOException {
    return launch(List.of(), data, settings);
  }

  private static ServerProcess launch(List<String> before, Path data, String... settings)
      throws IOException {
    List<String> command = new ArrayList<>(before);
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            // as in the tests' own JVM: a start loads very many classes
            "-XX:+UnlockDiagnosticVMOptions",
            "-XX:-BytecodeVerificationRemote",
            "-XX:ReservedCodeCacheSize=240m",
            "-XX:+UseSerialGC",
            "-Xmx1g",
            "-Danchor.root=" + System.getProperty("anchor.root", "."),
            "-cp",
            System.getProperty("java.class.path"),
            FhirAnchorServer.class.getName(),
            "--anchor.data=" + data,
            "--anchor.consent.enforce=off"));
    command.addAll(List.of(settings));
    if (List.of(settings).stream().noneMatch(given -> given.startsWith("--server.port="))) {
      command.add("--server.port=0");
    }
    Path output =
        Files.createTempFile(Files.createDirectories(Path.of("target")), "server", ".out");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    return new ServerProcess(process, data, output);
  }

  /** Starts one and waits until it is ready. */
  static ServerProcess start(Path data, String... settings) throws IOException {
    return launch(data, settings).ready();
  }

  /**
   * The same, with a data folder that is a file system of its own, of this size. Only that process
   * sees it, and it is gone with it.
   */
  static ServerProcess onSmallDisk(int megabytes, Path data, String... settings)
      throws IOException {
    List<String> before = new ArrayList<>(List.of("unshare", "--mount"));
    if (!"root".equals(System.getProperty("user.name"))) {
      before.add("--map-root-user");
    }
    before.addAll(
        List.of(
            "sh",
            "-c",
            "mount -t tmpfs -o size=\"$1\" tmpfs \"$2\" || { echo 'this test needs a system that"
                + " lets it mount a tmpfs (unshare --mount)'; exit 99; }; shift 2; exec \"$@\"",
            "sh",
            megabytes + "m",
            Files.createDirectories(data).toAbsolutePath().toString()));
    return launch(before, data.toAbsolutePath(), settings).ready();
  }

  private ServerProcess ready() {
    await()
        .atMost(BOOT_SECONDS, SECONDS)
        .until(
            () -> {
              if (!process.isAlive()) {
                throw new AssertionError(
                    "the server ended: " + output().replaceAll("(?m)^\\s+at .*\n", ""));
              }
              return output().contains("ready http");
            });
    return this;
  }

  /** What it has printed. */
  String output() throws IOException {
    return Files.readString(output);
  }

  /** A file in its data folder, as it sees it. */
  Path file(String name) {
    return Path.of("/proc", Long.toString(process.pid()), "root")
        .resolve(data.toAbsolutePath().toString().substring(1))
        .resolve(name);
  }

  /** What it has logged. */
  String log() throws IOException {
    return Files.readString(file("logs/server.log"));
  }

  private String address() throws IOException {
    return output()
        .lines()
        .filter(line -> line.startsWith("ready "))
        .findFirst()
        .orElseThrow()
        .substring("ready ".length())
        .replaceAll("/fhir$", "");
  }

  /** One answer, which must come within a minute. */
  HttpResponse<String> ask(String method, String path, String body) {
    return ask(method, path, body, Duration.ofMinutes(1));
  }

  /** One answer, which must come within this time. */
  HttpResponse<String> ask(String method, String path, String body, Duration limit) {
    try {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(address() + path))
              .timeout(limit)
              .header("Content-Type", FhirHttp.FHIR_JSON)
              .method(method, BodyPublishers.ofString(body))
              .build();
      return HTTP.send(request, BodyHandlers.ofString());
    } catch (IOException failed) {
      throw new AssertionError(method + " " + path + " within " + limit, failed);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(stopped);
    }
  }

  HttpResponse<String> get(String path) {
    return ask("GET", path, "");
  }

  /** Whether it ended within this time. */
  boolean endsWithin(Duration limit) throws InterruptedException {
    return process.waitFor(limit.toMillis(), java.util.concurrent.TimeUnit.MILLISECONDS);
  }

  int exitValue() {
    return process.exitValue();
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(60, SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(stopped);
    }
  }
}
