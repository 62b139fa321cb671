package org.fhiranchor.interceptors.testing;

import org.fhiranchor.interceptors.plain.RunningServer;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * After every test class: what the servers that run answered, stored and recorded is the same
 * (FUZZ-2). A server that a test closes itself is audited when it is closed.
 */
public final class AuditAfterServers implements AfterAllCallback {
  @Override
  public void afterAll(ExtensionContext context) {
    RunningServer.auditAll();
  }
}
