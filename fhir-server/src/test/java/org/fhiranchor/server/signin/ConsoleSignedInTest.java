package org.fhiranchor.server.signin;

import java.io.IOException;
import org.fhiranchor.server.ConsoleScripts;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Runs {@code console/test/browser/people.test.mjs} in Chromium against a server that asks
 * consents.
 */
@Tag("alone")
final class ConsoleSignedInTest {
  private final SignInServer server = SignInServer.shared();

  @Test
  @DisplayName(
      "CON-2 CON-3 KEY-5 a patient permits with a passkey, a clinician reads, the patient withdraws"
          + " and sees all of it")
  void people() throws IOException, InterruptedException {
    new ConsoleScripts("console-signed-in.log")
        .run(server.address(), "--test", "--test-reporter=spec", "test/browser/people.test.mjs");
  }
}
