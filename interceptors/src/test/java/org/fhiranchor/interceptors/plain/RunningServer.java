package org.fhiranchor.interceptors.plain;

import ca.uhn.fhir.context.FhirContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * A plain HAPI server with the extension on its class path, on a free port. {@link #shared()} is
 * booted once for all test classes of this module and ends with the JVM.
 */
public final class RunningServer implements AutoCloseable {
  /** For a server on a database that another one of ours has run on. */
  public static final String TABLES_ARE_THERE = "--plain.schema=none";

  /** HAPI looks for what to deliver to subscriptions once a day, beside what a test asks it to. */
  public static final String DELIVERS_WHEN_ASKED = "--plain.deliveries=86400000";

  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private static final Set<RunningServer> RUNNING = ConcurrentHashMap.newKeySet();

  private final ConfigurableApplicationContext context;
  private final URI root;
  private final StoreAuditor auditor;

  private RunningServer(ConfigurableApplicationContext context) {
    this.context = context;
    this.root =
        URI.create(
            "http://localhost:"
                + context.getEnvironment().getRequiredProperty("local.server.port")
                + "/");
    auditor =
        RUNNING.stream()
            .filter(other -> other.database().equals(database()))
            .findAny()
            .map(other -> other.auditor.alsoOf(this))
            .orElseGet(() -> new StoreAuditor(this));
    RUNNING.add(this);
  }

  private String database() {
    return context.getEnvironment().getRequiredProperty("spring.datasource.url");
  }

  /**
   * Holds what each running server stores against its log (FUZZ-2); called after every test class.
   */
  public static void auditAll() {
    RUNNING.forEach(server -> server.auditor.audit());
  }

  /** The test spoils this server's database on purpose: nothing is held against it any more. */
  public void spoiled() {
    RUNNING.remove(this);
  }

  /** Boots a server whose data is under {@code data}, with more settings as {@code --key=value}. */
  public static RunningServer start(Path data, String... more) {
    return new RunningServer(
        SpringApplication.run(PlainServer.class, arguments(data, more).toArray(String[]::new)));
  }

  /**
   * What every server of ours is started with, and more; a later value of a key replaces an earlier
   * one, which Spring would join with a comma.
   */
  public static List<String> arguments(Path data, String... more) {
    Map<String, String> byKey = new LinkedHashMap<>();
    Stream.of(usual(data).stream(), ofTablesThatAreThere(data), Stream.of(more))
        .flatMap(each -> each)
        .forEach(argument -> byKey.put(argument.substring(0, argument.indexOf('=')), argument));
    return List.copyOf(byKey.values());
  }

  /** A server of ours made HAPI's tables in this file: reading all their columns is for nothing. */
  private static Stream<String> ofTablesThatAreThere(Path data) {
    return Files.exists(data.resolve("h2.mv.db")) ? Stream.of(TABLES_ARE_THERE) : Stream.empty();
  }

  private static List<String> usual(Path data) {
    return List.of(
        "--server.port=0",
        "--server.address=localhost",
        // longer than any pause of a test: a request that meets a closing connection is lost
        "--server.jetty.connection-idle-timeout=10m",
        "--spring.datasource.url=" + h2(data),
        "--spring.main.allow-bean-definition-overriding=true",
        "--spring.main.allow-circular-references=true",
        "--spring.jpa.open-in-view=false",
        // Spring's reader of forms in PUT and PATCH, which FHIR does not have, fails on what is
        // none
        "--spring.mvc.formcontent.filter.enabled=false",
        "--spring.main.banner-mode=off",
        "--logging.level.root=WARN",
        "--management.endpoints.web.exposure.include=*",
        "--anchor.ledger.interval=1s",
        "--anchor.consent.enforce=off",
        "--anchor.ledger.embedded.node-modules="
            + Path.of(
                    System.getProperty("test.chain.root", System.getProperty("anchor.root", "..")))
                .resolve("node_modules"),
        "--anchor.data=" + data);
  }

  /** The database of a server; half a second of commits stays in memory unless told not to. */
  public static String h2(Path data) {
    return "jdbc:h2:file:" + data.resolve("h2") + ";WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE";
  }

  /** The one server that test classes share. */
  public static RunningServer shared() {
    return Shared.SERVER;
  }

  /** A bean of the server. */
  public <T> T bean(Class<T> type) {
    return context.getBean(type);
  }

  /** A bean of the server; empty when it has none. */
  <T> Optional<T> find(Class<T> type) {
    return Optional.ofNullable(context.getBeanProvider(type).getIfAvailable());
  }

  /** The FHIR context of the server. */
  public FhirContext fhir() {
    return bean(FhirContext.class);
  }

  /** The URL of a path, without a leading slash, on this server. */
  public URI url(String path) {
    return root.resolve(path);
  }

  /** One FHIR request with a JSON body, {@code ""} for none. */
  public HttpResponse<String> fhir(String method, String path, String body) {
    String type = method.equals("PATCH") ? "application/json-patch+json" : "application/fhir+json";
    return send(
        HttpRequest.newBuilder(url("fhir/" + path))
            .header("Content-Type", type)
            .header("Accept", "application/fhir+json")
            .method(method, HttpRequest.BodyPublishers.ofString(body)));
  }

  /** Any request. */
  public HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      HttpResponse<String> answer = HTTP.send(request.build(), BodyHandlers.ofString());
      auditor.answered(answer);
      return answer;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** Any GET, as bytes. */
  public HttpResponse<byte[]> bytes(String path) {
    try {
      return HTTP.send(HttpRequest.newBuilder(url(path)).build(), BodyHandlers.ofByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  @Override
  public void close() {
    try {
      if (RUNNING.remove(this)) {
        auditor.audit();
      }
    } finally {
      context.close();
    }
  }

  private static final class Shared {
    static final RunningServer SERVER = boot();

    private static RunningServer boot() {
      try {
        RunningServer server = start(Files.createTempDirectory("fhir-anchor-test"));
        Runtime.getRuntime().addShutdownHook(new Thread(server.context::close));
        return server;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
