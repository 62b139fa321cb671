package org.fhiranchor.server.signin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Other people's OAuth clients, from npm, against this server. */
final class RealClientsTest {
  private final SignInServer server = SignInServer.shared();

  @TempDir Path folder;

  @ParameterizedTest
  @DisplayName("SIGN-6 a client library from npm signs in unchanged, and reads who its user is")
  @ValueSource(strings = {"openid-client", "oauth4webapi", "fhir-kit-client"})
  void signsIn(String library) throws IOException, InterruptedException {
    Path root = Path.of(System.getProperty("anchor.root", "..")).toAbsolutePath().normalize();
    Path out = folder.resolve("out");
    Process node =
        new ProcessBuilder(
                "node",
                root.resolve("fhir-server/src/test/js/" + library + ".mjs").toString(),
                server.fhir())
            .redirectErrorStream(true)
            .redirectOutput(out.toFile())
            .start();

    assertThat(node.waitFor(2, TimeUnit.MINUTES)).isTrue();
    assertThat(Files.readString(out)).contains(library + " read its user");
    assertThat(node.exitValue()).isZero();
  }
}
