package org.fhiranchor.server.signin;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.web.ServerProperties;
import org.springframework.boot.web.server.Ssl;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

/** The origin of the sign-in, as browsers write it. */
final class SignInAddressTest {
  private static SignInAddress at(String port, boolean tls) {
    StandardEnvironment environment = new StandardEnvironment();
    environment
        .getPropertySources()
        .addFirst(new MapPropertySource("open", Map.of("local.server.port", port)));
    ServerProperties server = new ServerProperties();
    if (tls) {
      Ssl ssl = new Ssl();
      ssl.setEnabled(true);
      ssl.setBundle("web");
      server.setSsl(ssl);
    }
    return new SignInAddress(environment, server);
  }

  @Test
  @DisplayName("SIGN-2a on the port that its scheme has by default the sign-in has no port")
  void usualPorts() {
    assertThat(at("80", false).origin()).contains("http://localhost");
    assertThat(at("443", true).origin()).contains("https://localhost");
    assertThat(at("80", true).origin()).contains("https://localhost:80");
    assertThat(at("443", false).origin()).contains("http://localhost:443");
    assertThat(at("8080", false).origin()).contains("http://localhost:8080");
  }

  @Test
  @DisplayName("SIGN-2a there it may be written, for the pages and for the console's address")
  void bothSpellings(@TempDir Path data) {
    SignInAddress usual = at("80", false);
    assertThat(usual.everyOrigin())
        .containsExactly(
            "http://localhost",
            "http://localhost:80",
            "http://127.0.0.1",
            "http://127.0.0.1:80",
            "http://[::1]",
            "http://[::1]:80");
    assertThat(Apps.of(data, usual).app(Apps.CONSOLE).orElseThrow().redirectUris())
        .contains("http://localhost/", "http://localhost:80/");
    assertThat(at("8080", false).everyOrigin())
        .containsExactly("http://localhost:8080", "http://127.0.0.1:8080", "http://[::1]:8080");
  }
}
