package org.fhiranchor.demo;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Where the demo finds things.
 *
 * @param server address of the running server, without {@code /fhir}
 * @param data its data folder
 * @param root the checkout, built
 */
record DemoSettings(URI server, Path data, Path root) {
  private static final Set<String> KEYS = Set.of("--port", "--data", "--root");

  static DemoSettings parse(List<String> words) {
    Map<String, String> values = new HashMap<>();
    for (int i = 0; i < words.size(); i += 2) {
      if (!KEYS.contains(words.get(i)) || i + 1 == words.size()) {
        throw new DemoFailure("usage: demo --port 8080 --data data --root .");
      }
      values.put(words.get(i), words.get(i + 1));
    }
    DemoSettings settings =
        new DemoSettings(
            URI.create("http://localhost:" + values.getOrDefault("--port", "8080")),
            Path.of(values.getOrDefault("--data", "data")).toAbsolutePath().normalize(),
            Path.of(values.getOrDefault("--root", "")).toAbsolutePath().normalize());
    return settings.checked();
  }

  private DemoSettings checked() {
    want(database(), "the H2 file of the running server: give its folder with DATA=");
    want(verifierJar(), "the verifier's jar: run make build");
    want(serverJar(), "the server's jar: run make build");
    want(syntheaLibraries(), "Synthea's libraries: scripts/demo.sh fetches them");
    return this;
  }

  private static void want(Path path, String what) {
    if (Files.notExists(path)) {
      throw new DemoFailure("no " + path + ", which is " + what);
    }
  }

  Path database() {
    return data.resolve("h2/fhir.mv.db");
  }

  Path verifierJar() {
    return root.resolve("verifier/target/verifier.jar");
  }

  Path serverJar() {
    return root.resolve("fhir-server/target/fhir-server.jar");
  }

  Path syntheaLibraries() {
    return root.resolve("bench/target/synthea-libraries");
  }
}
