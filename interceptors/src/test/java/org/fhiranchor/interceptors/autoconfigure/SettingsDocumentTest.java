package org.fhiranchor.interceptors.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import org.fhiranchor.interceptors.testing.DocumentedSettings;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class SettingsDocumentTest {
  @Test
  @DisplayName("SET-3 docs/operate/settings.md names each anchor. key that is read, and no other")
  void namesEachKey() {
    assertThat(DocumentedSettings.below("anchor"))
        .isNotEmpty()
        .isEqualTo(AnchorSettingsReader.KEYS.all());
  }
}
