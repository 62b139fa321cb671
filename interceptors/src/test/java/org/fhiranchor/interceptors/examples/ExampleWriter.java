package org.fhiranchor.interceptors.examples;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.fhiranchor.interceptors.plain.RunningServer;

/** Writes one example under its own id, or under a new one where it has none. */
record ExampleWriter(RunningServer server) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern LOCATION = Pattern.compile(".*/fhir/([^/]+/[^/]+/_history/[^/]+)$");
  private static final Pattern MESSAGE = Pattern.compile("HAPI-[0-9]+[^\"]{0,90}");

  ExampleOutcome write(Path file) {
    String name = String.valueOf(file.getFileName());
    try {
      return send(name, Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(name, e);
    }
  }

  private ExampleOutcome send(String name, String body) throws IOException {
    JsonNode resource = JSON.readTree(body);
    String type = resource.path("resourceType").asText("");
    String id = resource.path("id").asText("");
    HttpResponse<String> answer =
        id.isEmpty() ? server.fhir("POST", type, body) : server.fhir("PUT", type + "/" + id, body);
    return answer.statusCode() / 100 == 2
        ? accepted(name, type, id, answer)
        : new ExampleOutcome.Refused(name, reason(answer));
  }

  private static ExampleOutcome accepted(
      String name, String type, String id, HttpResponse<String> answer) {
    String location =
        answer
            .headers()
            .firstValue("Content-Location")
            .or(() -> answer.headers().firstValue("Location"))
            .orElse("");
    Matcher matcher = LOCATION.matcher(location);
    if (!matcher.matches()) {
      throw new IllegalStateException(
          name
              + ": want a version in the answer's location, got '"
              + location
              + "' for "
              + type
              + "/"
              + id);
    }
    return new ExampleOutcome.Accepted(name, matcher.group(1));
  }

  private static String reason(HttpResponse<String> answer) {
    Matcher matcher = MESSAGE.matcher(answer.body());
    String message = matcher.find() ? matcher.group() : "no message number";
    return answer.statusCode()
        + " "
        + message
            .replaceFirst("^HAPI-0*([0-9]+)", "HAPI $1")
            .replaceAll("[A-Za-z]+/[A-Za-z0-9.-]+", "<reference>");
  }
}
