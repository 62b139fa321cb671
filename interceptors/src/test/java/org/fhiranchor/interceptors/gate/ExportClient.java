package org.fhiranchor.interceptors.gate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.fhiranchor.interceptors.log.Anchors;
import org.fhiranchor.interceptors.log.LogStore;
import org.fhiranchor.merkle.Anchor;
import org.fhiranchor.merkle.ExportFolder;
import org.fhiranchor.merkle.ExportVerification;
import org.fhiranchor.merkle.HeadEvidence;
import org.fhiranchor.merkle.LogSigningKey;
import org.fhiranchor.merkle.Verdict;

/** An officer's client: starts an export, waits for it, downloads it and verifies it. */
record ExportClient(GatedServer server, String token) {
  static final String OPERATION = "$export-provenance";

  /** Starts one; the path of its status. */
  String start(String query) {
    return started(server.get(token, OPERATION + query));
  }

  /** Starts one with this Parameters resource; the path of its status. */
  String post(String body) {
    return started(server.ask(token, "POST", OPERATION, body));
  }

  private static String started(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    String location = answer.headers().firstValue("Content-Location").orElseThrow();
    return location.substring(location.indexOf(OPERATION));
  }

  /** Waits for the end. */
  HttpResponse<String> ended(String path) {
    return await()
        .atMost(120, SECONDS)
        .until(() -> server.get(token, path), answer -> answer.statusCode() != 202);
  }

  /** Downloads all files of one that is made. */
  Path download(String path, Path into) {
    HttpResponse<String> made = ended(path);
    assertThat(made.statusCode()).as(made.body()).isEqualTo(200);
    for (JsonNode file :
        json(made.body()).path("extension").path("https://fhiranchor.org/export-files")) {
      String url = file.path("url").asText();
      HttpResponse<String> content = server.get(token, url.substring(url.indexOf(OPERATION)));
      assertThat(content.statusCode()).as(content.body()).isEqualTo(200);
      write(into.resolve(file.path("name").asText()), content.body());
    }
    return into;
  }

  static JsonNode json(String text) {
    try {
      return new ObjectMapper().readTree(text);
    } catch (IOException wrong) {
      throw new UncheckedIOException(wrong);
    }
  }

  static void write(Path file, String text) {
    try {
      Files.write(file, text.getBytes(UTF_8));
    } catch (IOException wrong) {
      throw new UncheckedIOException(wrong);
    }
  }

  /** Until all that is in the log now is anchored. */
  void awaitAnchor() {
    Anchors anchors = server.server().bean(Anchors.class);
    LogStore log = server.server().bean(LogStore.class);
    // What waits for its place has none in the size.
    await().atMost(120, SECONDS).until(() -> log.pendingCount() == 0);
    long size = log.state().size().value();
    await()
        .atMost(120, SECONDS)
        .until(() -> anchors.latest().filter(one -> one.size().value() >= size).isPresent());
  }

  /** Against the head of the anchor that the export names, as somebody who saw it there. */
  Verdict verify(Path folder) {
    return verify(
        folder,
        anchor ->
            anchor
                .<HeadEvidence>map(
                    one -> new HeadEvidence.OnLedger(one.size(), one.root(), Optional.empty()))
                .orElse(new HeadEvidence.Unavailable("nothing is anchored")));
  }

  Verdict verify(
      Path folder, java.util.function.Function<Optional<Anchor>, HeadEvidence> evidence) {
    try {
      return new ExportVerification(
              of(folder),
              server.server().bean(LogSigningKey.class).verifierKey(),
              evidence,
              Optional.<Instant>empty())
          .verify();
    } catch (IOException wrong) {
      throw new UncheckedIOException(wrong);
    }
  }

  static ExportFolder of(Path folder) {
    return new ExportFolder() {
      @Override
      public Set<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
          return files.map(one -> String.valueOf(one.getFileName())).collect(Collectors.toSet());
        }
      }

      @Override
      public InputStream open(String name) throws IOException {
        return Files.newInputStream(folder.resolve(name));
      }
    };
  }
}
