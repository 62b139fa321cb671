package org.fhiranchor.interceptors.load;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;
import org.fhiranchor.interceptors.erasure.UnknownErasures;
import org.fhiranchor.interceptors.identity.demo.DemoRole;
import org.fhiranchor.interceptors.plain.RunningServer;
import org.fhiranchor.interceptors.start.StartRefusedException;
import org.fhiranchor.interceptors.testing.PostgresServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whom one node erases, the others do not bring back. */
@Tag("long")
final class ErasureOnTwoNodesTest {
  private static final String WHY =
      "{\"resourceType\":\"Parameters\",\"parameter\":[{\"name\":\"reason\",\"valueString\":\"asked"
          + " for\"},{\"name\":\"basis\",\"valueString\":\"GDPR 17(1)(b)\"}]}";

  @TempDir Path folder;

  private final Deque<AutoCloseable> open = new ArrayDeque<>();

  private <T extends AutoCloseable> T opened(T one) {
    open.push(one);
    return one;
  }

  @AfterEach
  void stop() throws Exception {
    while (!open.isEmpty()) {
      open.pop().close();
    }
  }

  @Test
  @DisplayName(
      "ERA-1 ERA-3 an id that one node erased is given again by no other one, from then on")
  void givenAgainByNobody() throws Exception {
    PostgresServer postgres = opened(PostgresServer.start());
    PostgresServer tombstones = opened(PostgresServer.start());
    List<String> shared =
        List.of(
            "--spring.datasource.url=" + postgres.url(),
            "--spring.datasource.username=" + postgres.user(),
            "--anchor.consent.enforce=on");
    String[] whole =
        Stream.concat(
                shared.stream(),
                Stream.of(
                    "--anchor.erasure.keys.url=" + tombstones.url(),
                    "--anchor.erasure.keys.username=" + tombstones.user()))
            .toArray(String[]::new);
    GatedNode alone = node("alone", shared.toArray(String[]::new));
    GatedNode first = joining(alone, "first", whole);
    GatedNode second = joining(alone, "second", whole);
    for (String patient : List.of("goes", "stays")) {
      first.write("Patient/" + patient, patient(patient));
      first.write("Observation/o-" + patient, observation(patient, patient));
    }

    assertThat(erase(alone, "goes").statusCode()).isEqualTo(422);
    assertThat(erase(alone, "goes").body()).contains("anchor.erasure.keys.url");
    HttpResponse<String> erased = erase(first, "goes");
    assertThat(erased.statusCode()).as(erased.body()).isEqualTo(200);

    // At once: what a node remembers of the tombstones is up to five seconds old.
    assertThat(put(second, "Patient/goes", patient("goes"))).isEqualTo(403);
    assertThat(put(second, "Observation/o-goes", observation("goes", "stays"))).isEqualTo(403);
    assertThat(put(second, "Observation/o-stays", observation("stays", "stays"))).isEqualTo(200);
    assertThat(erase(second, "goes").statusCode())
        .as("asked again, of another node")
        .isEqualTo(200);

    assertThat(unknown(first)).isZero();
    await().atMost(120, SECONDS).until(() -> unknown(second) == 0);
    assertThat(unknown(alone)).as("erasures that this node's own file does not know").isEqualTo(1);
    assertThatThrownBy(() -> joining(alone, "late", shared.toArray(String[]::new)))
        .as("it would write in clear what the others close")
        .hasRootCauseInstanceOf(StartRefusedException.class)
        .hasStackTraceContaining("anchor.erasure.keys.url");
    assertThat(folder.resolve("late").resolve("erasure.mv.db")).doesNotExist();
  }

  private GatedNode node(String name, String... settings) {
    Path data = folder.resolve(name);
    return new GatedNode(opened(RunningServer.start(data, settings)), data);
  }

  private GatedNode joining(GatedNode begun, String name, String... settings) throws Exception {
    return node(name, SecondNode.of(begun.server, folder.resolve("alone"), settings));
  }

  private static long unknown(GatedNode node) {
    return node.server.bean(UnknownErasures.class).count();
  }

  private static HttpResponse<String> erase(GatedNode node, String patient) {
    return node.ask(
        node.tokens.of(DemoRole.OPERATOR), "POST", "Patient/" + patient + "/$erase", WHY);
  }

  private static int put(GatedNode node, String path, String json) {
    return node.ask(node.tokens.loader(), "PUT", path, json).statusCode();
  }

  private static String patient(String id) {
    return "{\"resourceType\":\"Patient\",\"id\":\"" + id + "\"}";
  }

  private static String observation(String id, String patient) {
    return """
    {"resourceType":"Observation","id":"o-%s","status":"final","code":{"text":"w"},
     "subject":{"reference":"Patient/%s"}}
    """
        .formatted(id, patient);
  }
}
