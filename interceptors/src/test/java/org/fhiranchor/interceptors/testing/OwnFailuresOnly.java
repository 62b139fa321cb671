package org.fhiranchor.interceptors.testing;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A test that waits fails for what it waits for, not for a thread of a server that another test
 * class has closed: HAPI tries a queued subscription message again for a minute after its database
 * is gone, and then throws where nobody catches.
 */
public final class OwnFailuresOnly implements BeforeAllCallback {
  @Override
  public void beforeAll(ExtensionContext context) {
    Awaitility.doNotCatchUncaughtExceptionsByDefault();
  }
}
