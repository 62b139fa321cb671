package org.fhiranchor.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Set;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.core.env.Environment;

/**
 * Prints {@code ready <base URL>} once the server has answered a request of its own, and then where
 * the console is. Scripts wait for the first line.
 */
final class ReadyAnnouncer implements ApplicationListener<ApplicationReadyEvent> {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @Override
  public void onApplicationEvent(ApplicationReadyEvent event) {
    Environment environment = event.getApplicationContext().getEnvironment();
    String port = environment.getProperty("local.server.port", "");
    String base = "http://" + host(environment) + ":" + port + "/fhir";
    answers(URI.create(base + "/metadata"));
    announce(base);
  }

  private static String host(Environment environment) {
    String bound = environment.getProperty("server.address", "localhost");
    return Set.of("0.0.0.0", "::", "127.0.0.1", "::1").contains(bound) ? "localhost" : bound;
  }

  private static void answers(URI uri) {
    HttpRequest request = HttpRequest.newBuilder(uri).timeout(PATIENCE).build();
    try {
      int status = HttpClient.newHttpClient().send(request, BodyHandlers.discarding()).statusCode();
      if (status != 200) {
        throw new IllegalStateException("GET " + uri + ": want status 200, got " + status);
      }
    } catch (IOException unreachable) {
      throw new UncheckedIOException("GET " + uri, unreachable);
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    }
  }

  @SuppressWarnings("SystemOut") // the two lines that belong on standard output
  private static void announce(String base) {
    System.out.println("ready " + base);
    System.out.println("console " + base.replaceFirst("fhir$", ""));
  }
}
