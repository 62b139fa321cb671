package org.fhiranchor.interceptors.leak;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.fhiranchor.interceptors.leak.Probe.Request;

/**
 * A server that is asked.
 *
 * @param base its FHIR base URL, without a slash at the end
 * @param badges tokens for it
 * @param nudge asks it to go on with its jobs, where there is a way to
 */
record World(String base, Badges badges, Runnable nudge) {
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private static final String UNRESERVED =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:/?@!$&'()*+,;=%";

  /** Scheme, host and port. */
  String root() {
    URI uri = URI.create(base);
    return uri.getScheme() + "://" + uri.getAuthority();
  }

  /** Sends a request below the base. */
  Answer send(Request request, String authorization) {
    String path = request.path();
    String slash = path.isEmpty() || path.startsWith("?") ? "" : "/";
    return send(base + slash + path, request, authorization);
  }

  /** GET of a whole URL. */
  Answer get(String url, String authorization) {
    return send(url, new Request("GET", "", Map.of(), ""), authorization);
  }

  /** GET of an export's file. */
  Answer file(String url, String authorization) {
    Map<String, String> plain = Map.of("Accept", "application/fhir+ndjson");
    return send(url, new Request("GET", "", plain, ""), authorization);
  }

  private static Answer send(String url, Request request, String authorization) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Accept", "application/fhir+json");
    if (!authorization.isEmpty()) {
      headers.put("Authorization", authorization);
    }
    if (!request.body().isEmpty()) {
      boolean patch = request.method().equals("PATCH");
      headers.put("Content-Type", patch ? "application/json-patch+json" : "application/fhir+json");
    }
    headers.putAll(request.headers());
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(URI.create(encoded(url)))
            .timeout(Duration.ofSeconds(60))
            .method(
                request.method(),
                request.body().isEmpty()
                    ? BodyPublishers.noBody()
                    : BodyPublishers.ofString(request.body()));
    headers.forEach((name, value) -> builder.header(name, inAscii(value)));
    return answer(builder.build());
  }

  private static Answer answer(HttpRequest request) {
    try {
      return sent(request);
    } catch (IOException e) {
      return again(request, e);
    }
  }

  /** A server may close a connection after a refusal that left a body unread: nothing was said. */
  private static Answer again(HttpRequest request, IOException first) {
    System.err.println("asked again: " + request.method() + " " + request.uri() + ": " + first);
    try {
      return sent(request);
    } catch (IOException e) {
      e.addSuppressed(first);
      throw new UncheckedIOException(request.method() + " " + request.uri(), e);
    }
  }

  private static Answer sent(HttpRequest request) throws IOException {
    try {
      HttpResponse<byte[]> response = HTTP.send(request, BodyHandlers.ofByteArray());
      return new Answer(
          response.statusCode(),
          response.headers().map(),
          new String(response.body(), StandardCharsets.ISO_8859_1));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** Percent-encodes what may not stand in a URL, and leaves alone what is encoded already. */
  /** As a header can hold it: a search in one is written like one in a URL. */
  private static String inAscii(String value) {
    return value
        .codePoints()
        .mapToObj(each -> each < 127 ? Character.toString(each) : encoded(Character.toString(each)))
        .collect(Collectors.joining());
  }

  private static String encoded(String url) {
    StringBuilder result = new StringBuilder();
    for (byte each : url.getBytes(StandardCharsets.UTF_8)) {
      if (UNRESERVED.indexOf((char) each) >= 0) {
        result.append((char) each);
      } else {
        result.append("%%%02X".formatted(each));
      }
    }
    return result.toString();
  }
}
