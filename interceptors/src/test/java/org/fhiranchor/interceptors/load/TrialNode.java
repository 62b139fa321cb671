package org.fhiranchor.interceptors.load;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.fhiranchor.interceptors.identity.TestTokens;

/**
 * A node as its clients see it.
 *
 * @param url of a path; another one after a restart
 */
record TrialNode(Function<String, URI> url, TestTokens tokens) {
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  /** Empty when the node went away before it answered. */
  Optional<HttpResponse<String>> ask(String token, String method, String path, String body) {
    HttpRequest request =
        HttpRequest.newBuilder(url.apply("fhir/" + path))
            .timeout(Duration.ofSeconds(60))
            .header("Content-Type", "application/fhir+json")
            .header("Accept", "application/fhir+json")
            .header("Authorization", "Bearer " + token)
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build();
    try {
      return Optional.of(HTTP.send(request, BodyHandlers.ofString()));
    } catch (IOException gone) {
      return Optional.empty();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("a client was interrupted", interrupted);
    }
  }
}
