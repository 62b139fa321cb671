package org.fhiranchor.server;

import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * After every test class: what the servers that run in this JVM stored and recorded is the same
 * (FUZZ-2). Those of processes of their own are killed, starved or refused, and have audits in
 * their tests.
 */
public final class AuditAfterTests implements AfterAllCallback {
  @Override
  public void afterAll(ExtensionContext context) {
    RunningServer.auditAll();
  }
}
