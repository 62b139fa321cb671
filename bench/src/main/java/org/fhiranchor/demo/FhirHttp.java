package org.fhiranchor.demo;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Speaks to one server.
 *
 * @param server its address, without {@code /fhir}
 * @param token sent with every request when present
 */
record FhirHttp(HttpClient client, URI server, Optional<String> token) {
  private static final Duration LIMIT = Duration.ofMinutes(2);

  /** Without a token. */
  FhirHttp(URI server) {
    this(HttpClient.newHttpClient(), server, Optional.empty());
  }

  /** The same server, spoken to by somebody else. */
  FhirHttp as(Optional<String> other) {
    return new FhirHttp(client, server, other);
  }

  String get(String path) {
    return text(request(path).GET().build());
  }

  /** Also an answer that is not 200: health says what is wrong under 503. */
  String getAnyway(String path) {
    return send(request(path).GET().build()).body();
  }

  String post(String path, Path body) {
    try {
      return text(
          request(path)
              .header("Content-Type", "application/fhir+json")
              .POST(BodyPublishers.ofFile(body))
              .build());
    } catch (IOException unreadable) {
      throw new DemoFailure("cannot read " + body, unreadable);
    }
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(URI.create(server + path))
            .timeout(LIMIT)
            .header("Accept", "application/fhir+json, application/json;q=0.9, */*;q=0.1");
    token.ifPresent(bearer -> builder.header("Authorization", "Bearer " + bearer));
    return builder;
  }

  private String text(HttpRequest request) {
    HttpResponse<String> response = send(request);
    if (response.statusCode() != 200) {
      String body = response.body();
      throw new DemoFailure(
          "%s %s: want status 200, got %d: %s"
              .formatted(
                  request.method(),
                  request.uri(),
                  response.statusCode(),
                  body.substring(0, Math.min(600, body.length()))));
    }
    return response.body();
  }

  private HttpResponse<String> send(HttpRequest request) {
    try {
      return client.send(request, BodyHandlers.ofString());
    } catch (IOException unreachable) {
      throw new DemoFailure(
          "no answer from " + request.uri() + ": is the server running (make run)?", unreachable);
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      throw new DemoFailure("stopped while waiting for " + request.uri(), stopping);
    }
  }
}
