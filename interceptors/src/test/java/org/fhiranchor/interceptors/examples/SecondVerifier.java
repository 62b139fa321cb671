package org.fhiranchor.interceptors.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.fhiranchor.interceptors.plain.RunningServer;

/** The verifier in JavaScript, asked about what a server gave, over the ledger (VER-6). */
final class SecondVerifier {
  private static final int LIMIT_MINUTES = 10;

  private final Path root = Path.of(System.getProperty("anchor.root", "..")).toAbsolutePath();
  private final Path folder;
  private final AtomicInteger taken = new AtomicInteger();

  /**
   * Creates one.
   *
   * @param data a folder of the test's own
   */
  SecondVerifier(Path data) {
    this.folder = data.resolve("read");
    try {
      Files.createDirectories(folder);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** From any thread. */
  void take(byte[] resource, String proof) {
    String name = String.format("%05d", taken.incrementAndGet());
    try {
      Files.write(folder.resolve(name + ".json"), resource);
      Files.writeString(folder.resolve(name + ".proof.json"), proof);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  int taken() {
    return taken.get();
  }

  /** Its report over all that was taken. */
  JsonNode report(RunningServer server) {
    try {
      JsonNode info =
          new JsonMapper()
              .readTree(new String(server.bytes("actuator/info").body(), UTF_8))
              .findParent("verifierKey");
      Path out = folder.resolveSibling("report");
      Process node =
          new ProcessBuilder(command(info))
              .redirectOutput(out.toFile())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      assertThat(node.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES)).isTrue();
      return new JsonMapper().readTree(out.toFile());
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("stopped while verifying", stopping);
    }
  }

  private List<String> command(JsonNode info) {
    return List.of(
        "node",
        root.resolve("verifier-js/bin/fhir-anchor-verify.js").toString(),
        "resources",
        folder.toString(),
        "--json",
        "--key",
        info.path("verifierKey").asText(),
        "--rpc",
        info.path("rpcUrl").asText(),
        "--contract",
        info.path("anchorContract").asText(),
        "--log-id",
        info.path("logId").asText());
  }
}
