package org.fhiranchor.interceptors.log.recording;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.parser.IParser;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.fhiranchor.interceptors.log.LogStore;
import org.fhiranchor.interceptors.log.SequencedLeaf;
import org.fhiranchor.interceptors.plain.RunningServer;
import org.fhiranchor.merkle.CanonicalResource;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.ResourceKey;
import org.fhiranchor.merkle.Statement;
import org.hl7.fhir.r4.model.Bundle;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * CAN-8 over real HTTP: whatever is accepted has the recorded digest in every reading; the rest is
 * refused with 4xx. A few hundred by default; {@code -Dtest.generated=10000} takes more, on a
 * server of its own that is started again in between, {@code -Dtest.seed} others.
 */
final class GeneratedResourcesTest {
  private static final int USUAL = 300;
  private static final int COUNT = Integer.getInteger("test.generated", USUAL);
  private static final long SEED = Long.getLong("test.seed", 20261128);
  private static final int AT_ONCE = 25;
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
          .build();

  @TempDir Path data;

  private final Map<String, Digest> recorded = new TreeMap<>();
  private final Map<Integer, Integer> refused = new TreeMap<>();
  private final List<String> failures = new ArrayList<>();

  @Test
  @DisplayName("CAN-8 every generated resource is refused with 4xx or verifies in every reading")
  void verifiesInEveryReading() throws IOException {
    if (COUNT <= USUAL) {
      writeAndRead(RunningServer.shared());
    } else {
      try (RunningServer server = RunningServer.start(data)) {
        writeAndRead(server);
      }
      try (RunningServer restarted = RunningServer.start(data)) {
        readAll(restarted);
      }
    }
    System.out.printf(
        "generated %d, seed %d: accepted %d, refused %s, failures %d%n",
        COUNT, SEED, recorded.size(), refused, failures.size());
    failures.stream().limit(40).forEach(System.out::println);
    assertThat(failures).isEmpty();
    assertThat(recorded).hasSizeGreaterThan(COUNT / 4);
    assertThat(refused.keySet()).allSatisfy(status -> assertThat(status).isBetween(400, 422));
  }

  private void writeAndRead(RunningServer server) throws IOException {
    List<GeneratedResource> accepted = new ArrayList<>();
    for (int i = 0; i < COUNT; i++) {
      GeneratedResource resource = GeneratedResource.of(SEED, i);
      int status = write(server, resource);
      if (status / 100 == 2) {
        accepted.add(resource);
      } else {
        refused.merge(status, 1, Integer::sum);
        if (status >= 500) {
          failures.add("status " + status + ": " + resource.body());
        }
      }
    }
    LogStore store = server.bean(LogStore.class);
    await().atMost(120, SECONDS).until(() -> store.pendingCount() == 0);
    for (GeneratedResource resource : accepted) {
      ResourceKey key = new ResourceKey("Observation", resource.id());
      SequencedLeaf leaf = store.version(key, "1").orElseThrow();
      Statement.ResourceVersion stated = (Statement.ResourceVersion) leaf.statement();
      recorded.put(resource.id(), stated.content().orElseThrow());
    }
    readAll(server);
  }

  private static int write(RunningServer server, GeneratedResource resource) {
    return server
        .send(
            HttpRequest.newBuilder(server.url("fhir/Observation/" + resource.id()))
                .header("Content-Type", resource.contentType())
                .PUT(BodyPublishers.ofString(resource.body())))
        .statusCode();
  }

  private void readAll(RunningServer server) throws IOException {
    List<String> ids = List.copyOf(recorded.keySet());
    for (int from = 0; from < ids.size(); from += AT_ONCE) {
      List<String> some = ids.subList(from, Math.min(ids.size(), from + AT_ONCE));
      String search = "Observation?_count=" + AT_ONCE + "&_id=" + String.join(",", some);
      for (String host : List.of("localhost", "127.0.0.1")) {
        json(host + " search", some, get(server, host, search, "json"));
        xml(host + " search as XML", some, get(server, host, search, "xml"));
        json(host + " pretty search", some, get(server, host, search + "&_pretty=true", "json"));
      }
      json("batch of reads", some, batch(server, some, ""));
      json("batch of versions", some, batch(server, some, "/_history/1"));
      json("batch of histories", some, batch(server, some, "/_history"));
      String first = some.get(0);
      compare("read", first, get(server, "localhost", "Observation/" + first, "json"));
      compare(
          "vread", first, get(server, "127.0.0.1", "Observation/" + first + "/_history/1", "json"));
    }
  }

  private static String get(RunningServer server, String host, String path, String syntax) {
    URI at = URI.create("http://" + host + ":" + server.url("").getPort() + "/fhir/" + path);
    HttpResponse<String> answer =
        server.send(HttpRequest.newBuilder(at).header("Accept", "application/fhir+" + syntax));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return answer.body();
  }

  private static String batch(RunningServer server, List<String> ids, String more) {
    String entries =
        String.join(
            ",",
            ids.stream()
                .map(
                    id ->
                        "{\"request\":{\"method\":\"GET\",\"url\":\"Observation/%s%s\"}}"
                            .formatted(id, more))
                .toList());
    String bundle =
        "{\"resourceType\":\"Bundle\",\"type\":\"batch\",\"entry\":[%s]}".formatted(entries);
    HttpResponse<String> answer = server.fhir("POST", "", bundle);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return answer.body();
  }

  /** The entries of a bundle, and those of bundles in it. */
  private void json(String reading, List<String> want, String bundle) throws IOException {
    List<JsonNode> found = new ArrayList<>();
    collect(JSON.readTree(bundle), found);
    if (found.size() != want.size()) {
      failures.add(reading + ": want " + want.size() + " resources, got " + found.size());
    }
    for (JsonNode resource : found) {
      compare(reading, resource.path("id").asText(), JSON.writeValueAsString(resource));
    }
  }

  private static void collect(JsonNode bundle, List<JsonNode> found) {
    for (JsonNode entry : bundle.path("entry")) {
      JsonNode resource = entry.path("resource");
      if (resource.path("resourceType").asText().equals("Bundle")) {
        collect(resource, found);
      } else if (!resource.isMissingNode()) {
        found.add(resource);
      }
    }
  }

  private void xml(String reading, List<String> want, String text) {
    IParser parser = FhirContext.forR4Cached().newXmlParser();
    IParser writer = FhirContext.forR4Cached().newJsonParser();
    Bundle bundle = parser.parseResource(Bundle.class, text);
    assertThat(bundle.getEntry()).hasSameSizeAs(want);
    bundle
        .getEntry()
        .forEach(
            entry ->
                compare(
                    reading,
                    entry.getResource().getIdElement().getIdPart(),
                    writer.encodeResourceToString(entry.getResource())));
  }

  private void compare(String reading, String id, String json) {
    Digest got = CanonicalResource.of(json.getBytes(StandardCharsets.UTF_8)).sha256();
    Digest wanted = recorded.get(id);
    if (wanted == null || !got.equals(wanted)) {
      failures.add(reading + " of " + id + ": " + json);
    }
  }
}
