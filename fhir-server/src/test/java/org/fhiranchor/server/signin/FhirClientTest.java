package org.fhiranchor.server.signin;

import java.io.IOException;
import org.fhiranchor.server.ConsoleScripts;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Runs {@code console/test/browser/smart-app.test.mjs} in Chromium. */
@Tag("alone")
final class FhirClientTest {
  private final SignInServer server = SignInServer.shared();

  @Test
  @DisplayName("SIGN-6 npm's fhirclient signs in unchanged, by itself and launched out of an EHR")
  void signsIn() throws IOException, InterruptedException {
    new ConsoleScripts("smart-app.log")
        .run(server.address(), "--test", "--test-reporter=spec", "test/browser/smart-app.test.mjs");
  }
}
