package org.fhiranchor.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Plain HTTP with JSON in and out; the one place where a request gets its credentials. */
final class FhirHttp {
  static final String FHIR_JSON = "application/fhir+json";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  private final String base;

  FhirHttp(String base) {
    this.base = base;
  }

  /** Status, headers and body of one response; the body is missing when it is not JSON. */
  record Answer(int status, HttpResponse<String> response, JsonNode json) {
    String text() {
      return response.body();
    }

    Optional<String> header(String name) {
      return response.headers().firstValue(name);
    }

    String id() {
      return json.path("id").asText();
    }

    String reference() {
      return json.path("resourceType").asText() + "/" + id();
    }

    /** The text of every issue of an OperationOutcome. */
    String diagnostics() {
      List<String> texts = new ArrayList<>();
      json.path("issue").forEach(issue -> texts.add(issue.path("diagnostics").asText()));
      return String.join("\n", texts);
    }

    List<JsonNode> entries() {
      List<JsonNode> entries = new ArrayList<>();
      json.path("entry").forEach(entries::add);
      return entries;
    }

    List<String> entryTypes() {
      return entries().stream()
          .map(entry -> entry.path("resource").path("resourceType").asText())
          .toList();
    }

    Answer ok() {
      assertThat(status).as(text()).isBetween(200, 299);
      return this;
    }
  }

  Answer get(String path, String... headers) {
    return send("GET", path, "", headers);
  }

  Answer post(String path, String body, String... headers) {
    return send("POST", path, body, headers);
  }

  Answer put(String path, String body, String... headers) {
    return send("PUT", path, body, headers);
  }

  Answer patch(String path, String body, String... headers) {
    return send("PATCH", path, body, headers);
  }

  Answer delete(String path, String... headers) {
    return send("DELETE", path, "", headers);
  }

  /** A path below the base, or a whole URL; headers as name, value, name, value. */
  Answer send(String method, String path, String body, String... headers) {
    URI uri = URI.create(path.startsWith("http") ? path : base + path);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri)
            .timeout(Duration.ofMinutes(2))
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    if (!body.isEmpty() && !List.of(headers).contains("Content-Type")) {
      request.header("Content-Type", FHIR_JSON);
    }
    if (headers.length > 0) {
      request.headers(headers);
    }
    return send(request.build());
  }

  private static Answer send(HttpRequest request) {
    try {
      HttpResponse<String> response = CLIENT.send(request, BodyHandlers.ofString());
      return new Answer(response.statusCode(), response, parsed(response));
    } catch (IOException failed) {
      throw new UncheckedIOException(request.method() + " " + request.uri(), failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(interrupted);
    }
  }

  private static JsonNode parsed(HttpResponse<String> response) {
    boolean json =
        response.headers().firstValue("Content-Type").filter(t -> t.contains("json")).isPresent();
    return json && !response.body().isBlank() ? parsed(response.body()) : MissingNode.getInstance();
  }

  static JsonNode parsed(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException notJson) {
      throw new UncheckedIOException(notJson);
    }
  }
}
