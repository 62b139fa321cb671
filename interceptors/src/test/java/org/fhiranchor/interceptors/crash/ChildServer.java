package org.fhiranchor.interceptors.crash;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.awaitility.core.ConditionTimeoutException;
import org.fhiranchor.interceptors.plain.RunningServer;

/** A {@link CrashingServer} in its own process. */
public final class ChildServer {
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  /**
   * Claims nothing: a start takes half a minute of a processor, and there may be many to share it.
   */
  private static final int BOOT_SECONDS = 600;

  private final Process process;
  private final int port;

  private ChildServer(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /** Starts one on this data, with more settings, and waits until it answers. */
  public static ChildServer start(Path data, String... more) throws IOException {
    int port = freePort();
    String[] settings = Arrays.copyOf(more, more.length + 1);
    settings[more.length] = "--server.port=" + port;
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                // as in the tests' own JVM: a start loads very many classes
                "-XX:+UnlockDiagnosticVMOptions",
                "-XX:-BytecodeVerificationRemote",
                "-XX:ReservedCodeCacheSize=240m",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                CrashingServer.class.getName()));
    command.addAll(RunningServer.arguments(data, settings));
    File log = data.resolve("child.log").toFile();
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log))
            .start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    ChildServer child = new ChildServer(process, port);
    try {
      await().atMost(BOOT_SECONDS, SECONDS).until(() -> child.isUp(data));
    } catch (ConditionTimeoutException late) {
      process.destroyForcibly();
      throw new AssertionError(Files.readString(log.toPath()), late);
    }
    return child;
  }

  /** Of a path without a leading slash. */
  public URI url(String path) {
    return URI.create("http://localhost:" + port + "/" + path);
  }

  private boolean isUp(Path data) throws IOException {
    if (!process.isAlive()) {
      throw new AssertionError(Files.readString(data.resolve("child.log")));
    }
    return request("GET", "actuator/health", "").isPresent();
  }

  /** The answer; empty when the server went away before it gave one. */
  Optional<HttpResponse<String>> request(String method, String path, String body) {
    return request(method, path, body, "");
  }

  /** The same with a token, {@code ""} for none. */
  public Optional<HttpResponse<String>> request(
      String method, String path, String body, String token) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(url(path))
            .timeout(Duration.ofSeconds(60))
            .header("Content-Type", "application/fhir+json")
            .header("Accept", "application/fhir+json, application/json;q=0.9, */*;q=0.1")
            .method(method, HttpRequest.BodyPublishers.ofString(body));
    if (!token.isEmpty()) {
      request.header("Authorization", "Bearer " + token);
    }
    try {
      return Optional.of(HTTP.send(request.build(), BodyHandlers.ofString()));
    } catch (IOException gone) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** The body of an answer that must come. */
  String get(String path) {
    return request("GET", path, "").orElseThrow().body();
  }

  /** The value of one of our gauges. */
  long gauge(String name) {
    String body = get("actuator/metrics/" + name);
    return Math.round(Double.parseDouble(body.replaceAll("(?s).*\"value\":([0-9.E+]+).*", "$1")));
  }

  /** The processor time that it took since its start, whatever the machine did beside. */
  public Duration worked() {
    return process.info().totalCpuDuration().orElseThrow();
  }

  /** Signal 9. */
  public void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** Signal 15; returns at once. */
  void terminate() {
    process.destroy();
  }

  /** Whether a connection is still taken. */
  boolean accepts() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException refused) {
      return false;
    }
  }

  /** Waits for the end; the answer is the exit code. */
  int awaitEnd() throws InterruptedException {
    assertThat(process.waitFor(60, SECONDS)).as("ended").isTrue();
    return process.exitValue();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
