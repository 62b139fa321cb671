package org.fhiranchor.server.signin;

import java.io.IOException;
import org.fhiranchor.server.ConsoleScripts;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Runs scripts of {@code console/test/browser} in Chromium against a server that asks consents, by
 * {@code make test-long}.
 */
@Tag("long")
final class ConsoleSignedInTest {
  private final SignInServer server = SignInServer.shared();

  @Test
  @DisplayName(
      "CON-2 CON-3 KEY-5 a patient permits with a passkey, a clinician reads, the patient withdraws"
          + " and sees all of it")
  void people() throws IOException, InterruptedException {
    run("console-signed-in.log", "people");
  }

  @Test
  @DisplayName(
      "CON-3 CON-5 KEY-5 the whole story in under three minutes, with a picture of each step")
  void story() throws IOException, InterruptedException {
    run("console-story.log", "story");
  }

  @Test
  @DisplayName(
      "CON-5 an officer searches the journal, checks an accounting, scans the store, and sees"
          + " refusals over time")
  void officers() throws IOException, InterruptedException {
    run("console-officer.log", "officer");
  }

  @Test
  @DisplayName("CON-3 a patient permits and withdraws with a key of a wallet")
  void wallets() throws IOException, InterruptedException {
    run("console-wallet.log", "wallet");
  }

  @Test
  @DisplayName("CON-3 a patient permits and withdraws with a key that the server keeps")
  void custody() throws IOException, InterruptedException {
    run("console-custody.log", "custody");
  }

  @Test
  @DisplayName("CON-3 a permission in four steps opens what was chosen and nothing else")
  void grants() throws IOException, InterruptedException {
    run("console-grants.log", "grants");
  }

  @Test
  @DisplayName("CON-7 each page's main task by the keyboard alone")
  void keyboard() throws IOException, InterruptedException {
    run("console-keyboard.log", "keyboard");
  }

  @Test
  @DisplayName(
      "CON-6 an operator sees how the server runs, and the newest anchors with their transactions")
  void operators() throws IOException, InterruptedException {
    run("console-operator.log", "operator");
  }

  @Test
  @DisplayName("CON-7 every string of every answer is hostile, and is shown as text")
  void hostile() throws IOException, InterruptedException {
    run("console-hostile.log", "hostile");
  }

  @Test
  @DisplayName(
      "CON-1 CON-2 CON-7 a FHIR address opened in a browser; frames, openers, other sites, the"
          + " token's traces")
  void strangers() throws IOException, InterruptedException {
    run("console-strangers.log", "strangers");
  }

  @Test
  @DisplayName("CON-3 CON-5 KEY-1 what is checked, and what is signed, is what the page shows")
  void asShown() throws IOException, InterruptedException {
    run("console-as-shown.log", "as-shown");
  }

  @Test
  @DisplayName(
      "SIGN-2 CON-2 signing in and out while the discovery or the issuer is away, and from"
          + " elsewhere")
  void issuerAway() throws IOException, InterruptedException {
    run("console-issuer-away.log", "issuer-away");
  }

  @Test
  @DisplayName("CON-5 a job is watched on after the server was away for a moment")
  void jobs() throws IOException, InterruptedException {
    run("console-jobs.log", "jobs");
  }

  @Test
  @DisplayName(
      "CON-3 CON-5 long lists are whole; names, denials and emergencies are told as they are")
  void whole() throws IOException, InterruptedException {
    try (SignInServer fresh = SignInServer.start()) {
      run(fresh, "console-whole.log", "whole");
    }
  }

  private void run(String log, String script) throws IOException, InterruptedException {
    run(server, log, script);
  }

  private static void run(SignInServer server, String log, String script)
      throws IOException, InterruptedException {
    new ConsoleScripts(log)
        .run(
            server.address(),
            "--test",
            "--test-reporter=spec",
            "test/browser/" + script + ".test.mjs");
  }
}
