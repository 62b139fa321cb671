package org.fhiranchor.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.fhiranchor.interceptors.testing.DocumentedSettings;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class ServerSettingsDocumentTest {
  @Test
  @DisplayName("SET-3 docs/operate/settings.md names each server.fhir. key, and no other")
  void namesEachKey() {
    assertThat(DocumentedSettings.keysBelow("server.fhir"))
        .isNotEmpty()
        .isEqualTo(ServerSettingsReader.KEYS.all());
  }
}
