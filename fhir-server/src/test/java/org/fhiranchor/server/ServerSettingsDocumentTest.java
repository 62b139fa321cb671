package org.fhiranchor.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.fhiranchor.interceptors.testing.DocumentedSettings;
import org.fhiranchor.interceptors.testing.SettingsMetadata;
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

  @Test
  @DisplayName("SET-6 editors are told each server.fhir. key, and the documented default")
  void editorsKnowEachKey() throws IOException {
    SettingsMetadata metadata = SettingsMetadata.beside(ServerProperties.class);
    assertThat(metadata.keys()).isEqualTo(ServerSettingsReader.KEYS.all());
    assertThat(DocumentedSettings.rowsBelow("server.fhir"))
        .allSatisfy(
            row -> {
              assertThat(metadata.description(row.key())).contains(" ");
              assertThat(row.otherwise()).contains(metadata.otherwise(row.key()));
            });
  }
}
