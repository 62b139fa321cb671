package org.fhiranchor.interceptors.leak;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.fhiranchor.interceptors.leak.Probe.Request;

/**
 * A request as it was drawn, in parts that can be left out one by one. {@code {base}} stands for
 * the FHIR base URL of the server asked, {@code {made-Type-N}} for the id that it chose for a
 * resource that an earlier request made.
 *
 * @param path below the base, without parameters
 * @param query parameters as they are written in a URL
 * @param body empty for none
 * @param follow whether the page links of the answers are followed
 */
record FuzzRequest(
    FuzzPersona persona,
    String method,
    String path,
    List<String> query,
    Map<String, String> headers,
    String body,
    boolean follow) {
  FuzzRequest {
    query = List.copyOf(query);
    headers = new LinkedHashMap<>(headers);
  }

  FuzzRequest(FuzzPersona persona, String method, String path, List<String> query, String body) {
    this(persona, method, path, query, Map.of(), body, false);
  }

  String pathAndQuery() {
    return query.isEmpty() ? path : path + "?" + String.join("&", query);
  }

  Request request() {
    return new Request(method, pathAndQuery(), headers, body);
  }

  FuzzRequest withQuery(List<String> other) {
    return new FuzzRequest(persona, method, path, other, headers, body, follow);
  }

  FuzzRequest withHeaders(Map<String, String> other) {
    return new FuzzRequest(persona, method, path, query, other, body, follow);
  }

  FuzzRequest withBody(String other) {
    return new FuzzRequest(persona, method, path, query, headers, other, follow);
  }

  FuzzRequest withFollow(boolean other) {
    return new FuzzRequest(persona, method, path, query, headers, body, other);
  }

  FuzzRequest by(FuzzPersona other) {
    return new FuzzRequest(other, method, path, query, headers, body, follow);
  }

  /** On one line: who asks, and what. */
  String line() {
    StringBuilder line = new StringBuilder(persona.name() + ": " + method + " /" + pathAndQuery());
    headers.forEach((name, value) -> line.append("; ").append(name).append(": ").append(value));
    return (body.isEmpty() ? line : line.append(' ').append(body)).toString();
  }

  /** For a shell: {@code $BASE} is the FHIR base URL, {@code $TOKEN} a token with these claims. */
  String curl() {
    StringBuilder line = new StringBuilder();
    line.append("# ").append(persona.name()).append(": ").append(persona.claims()).append('\n');
    line.append("curl -g -i -X ").append(method);
    if (!persona.claims().isEmpty()) {
      line.append(" -H \"Authorization: Bearer $TOKEN\"");
    }
    headers.forEach(
        (name, value) -> line.append(' ').append("-H ").append(quoted(name + ": " + value)));
    if (!body.isEmpty()) {
      line.append(" -d ").append(quoted(body));
    }
    String slash = path.isEmpty() ? "" : "/";
    line.append(" \"$BASE\"").append(quoted(slash + pathAndQuery()));
    return line.append(follow ? "   # and the links next" : "").toString();
  }

  private static String quoted(String text) {
    return "'" + text.replace("'", "'\\''") + "'";
  }
}
