package org.fhiranchor.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.fhiranchor.interceptors.identity.demo.TokenCommand;

/** Creates Observations over HTTP, with a token where the server wants one. Many threads. */
final class FhirClient {
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final URI observations;
  private final Optional<String> token;

  FhirClient(URI base, Path data) throws IOException, InterruptedException {
    observations = URI.create(base + "/Observation");
    boolean open = post(0, Optional.empty()).statusCode() != 401;
    token = open ? Optional.empty() : Optional.of(demoToken(data));
  }

  /** The command behind {@code make token}: the way a user gets one. */
  private static String demoToken(Path data) throws IOException, InterruptedException {
    return Program.run(
            data,
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                TokenCommand.class.getName(),
                "ROLE=practitioner",
                "DATA=" + data))
        .strip();
  }

  /**
   * Creates one.
   *
   * @return its id
   * @throws IOException when it is not answered with 201
   */
  String create(long number) throws IOException, InterruptedException {
    HttpResponse<String> response = post(number, token);
    if (response.statusCode() != 201) {
      throw new IOException(
          "POST Observation: want 201, got " + response.statusCode() + ": " + response.body());
    }
    String location = response.headers().firstValue("Location").orElseThrow();
    int id = location.indexOf("/Observation/") + "/Observation/".length();
    return location.substring(id, location.indexOf('/', id));
  }

  private HttpResponse<String> post(long number, Optional<String> bearer)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(observations)
            .header("Content-Type", "application/fhir+json")
            .POST(BodyPublishers.ofString(Observations.fresh(number)));
    bearer.ifPresent(text -> request.header("Authorization", "Bearer " + text));
    return http.send(request.build(), BodyHandlers.ofString());
  }
}
