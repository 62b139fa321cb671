package org.fhiranchor.interceptors.keycloak;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Keycloak as it is unpacked: in development mode, on loopback, its database inside. */
public final class Keycloak implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String REALM = "fhir-anchor";

  private final Path home;
  private final int port;
  private Optional<Process> process = Optional.empty();

  private Keycloak(Path home, int port) {
    this.home = home;
    this.port = port;
  }

  /**
   * Starts it with the realm of docs/operate/keycloak/.
   *
   * @param home where its archive was unpacked
   * @param change what an operator adds to the file: users, a client's key
   */
  public static Keycloak start(Path home, Path realm, Consumer<ObjectNode> change)
      throws IOException {
    Keycloak keycloak = new Keycloak(home, freePort());
    remove(home.resolve("data/h2"));
    ObjectNode file = (ObjectNode) JSON.readTree(realm.toFile());
    change.accept(file);
    Path imports = Files.createDirectories(home.resolve("data/import"));
    Files.writeString(imports.resolve("fhir-anchor-realm.json"), file.toString());
    keycloak.run();
    return keycloak;
  }

  /**
   * What an operator enters for a person: the password is the name and {@code -password}.
   *
   * @param roles of the realm
   * @param attributes such as fhirUser
   */
  public static void addUser(
      ObjectNode realm, String name, List<String> roles, Map<String, String> attributes) {
    ObjectNode user =
        realm
            .withArray("users")
            .addObject()
            .put("username", name)
            .put("enabled", true)
            .put("email", name + "@example.org")
            .put("firstName", name)
            .put("lastName", "Example");
    user.putArray("credentials")
        .addObject()
        .put("type", "password")
        .put("value", name + "-password")
        .put("temporary", false);
    roles.forEach(user.putArray("realmRoles")::add);
    ObjectNode all = user.putObject("attributes");
    attributes.forEach((attribute, value) -> all.putArray(attribute).add(value));
  }

  /** A port that nobody listens on at the moment. */
  public static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static void remove(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path one : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(one);
      }
    }
  }

  /** Starts it, or starts it again on the same port with the same database. */
  void run() throws IOException {
    List<String> command =
        List.of(
            home.resolve("bin/kc.sh").toString(),
            "start-dev",
            "--import-realm",
            "--http-host=127.0.0.1",
            "--http-port=" + port,
            "--hostname=" + address());
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(home.resolve("out.log").toFile()));
    builder.environment().put("JAVA_OPTS_KC_HEAP", "-Xms64m -Xmx512m");
    process = Optional.of(builder.start());
    await()
        .atMost(Duration.ofMinutes(10))
        .pollInterval(Duration.ofMillis(500))
        .until(this::answers);
  }

  private boolean answers() throws InterruptedException {
    if (process.filter(Process::isAlive).isEmpty()) {
      throw new IllegalStateException("Keycloak ended: see " + home.resolve("out.log"));
    }
    try {
      return HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(URI.create(issuer() + "/.well-known/openid-configuration"))
                      .build(),
                  BodyHandlers.discarding())
              .statusCode()
          == 200;
    } catch (IOException notYet) {
      return false;
    }
  }

  private String address() {
    return "http://localhost:" + port;
  }

  /** Its name. */
  public String issuer() {
    return address() + "/realms/" + REALM;
  }

  String endpoint(String name) {
    return issuer() + "/protocol/openid-connect/" + name;
  }

  @Override
  public void close() {
    process.ifPresent(
        running -> {
          List<ProcessHandle> all =
              Stream.concat(running.descendants(), Stream.of(running.toHandle())).toList();
          all.forEach(ProcessHandle::destroy);
          try {
            if (!running.waitFor(30, TimeUnit.SECONDS)) {
              all.forEach(ProcessHandle::destroyForcibly);
            }
          } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
          }
        });
    process = Optional.empty();
  }

  static JsonNode read(String json) {
    try {
      return JSON.readTree(json);
    } catch (IOException notJson) {
      throw new UncheckedIOException(json, notJson);
    }
  }
}
