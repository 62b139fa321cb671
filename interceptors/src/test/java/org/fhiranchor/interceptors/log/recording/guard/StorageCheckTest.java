package org.fhiranchor.interceptors.log.recording.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ca.uhn.fhir.jpa.api.config.JpaStorageSettings;
import ca.uhn.fhir.jpa.model.entity.StorageSettings.TagStorageModeEnum;
import ca.uhn.fhir.util.VersionUtil;
import org.fhiranchor.interceptors.start.StartRefusedException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class StorageCheckTest {
  private final JpaStorageSettings settings = new JpaStorageSettings();

  @ParameterizedTest(name = "{0}")
  @DisplayName("REC-5 tags are kept inside of versions, wherever they were kept before")
  @EnumSource(TagStorageModeEnum.class)
  void keepsTags(TagStorageModeEnum before) {
    settings.setTagStorageMode(before);
    assertThat(StorageCheck.keepTagsInVersions(settings))
        .isEqualTo(before != TagStorageModeEnum.INLINE);
    assertThat(settings.getTagStorageMode()).isEqualTo(TagStorageModeEnum.INLINE);
  }

  @Test
  @DisplayName("REC-5 HAPI's own defaults lose nothing")
  void acceptsDefaults() {
    assertThatCode(() -> StorageCheck.refuseLoss(settings)).doesNotThrowAnyException();
  }

  @ParameterizedTest(name = "version \"{0}\"")
  @DisplayName("REC-5 another HAPI than the one this is tested with is refused, with both versions")
  @ValueSource(strings = {"8.6.1", "8.9.0", "8.10.0", "8.80.0", "9.0.0", "(unknown)", ""})
  void refusesOtherHapi(String version) {
    assertThatThrownBy(() -> StorageCheck.refuseOtherHapi(version))
        .isInstanceOf(StartRefusedException.class)
        .hasMessageContaining("want 8.8, got " + version);
  }

  @Test
  @DisplayName("REC-5 the HAPI on this class path is the one that is asked for")
  void acceptsItsOwnHapi() {
    assertThat(VersionUtil.getVersion()).startsWith("8.8.");
    assertThatCode(() -> StorageCheck.refuseOtherHapi(VersionUtil.getVersion()))
        .doesNotThrowAnyException();
    assertThatCode(() -> StorageCheck.refuseOtherHapi("8.8.3")).doesNotThrowAnyException();
  }

  @Test
  @DisplayName("REC-5 what loses versions is refused by name, and by its name in HAPI's starter")
  void refusesLoss() {
    settings.setResourceDbHistoryEnabled(false);
    settings.setMassIngestionMode(true);
    assertThatThrownBy(() -> StorageCheck.refuseLoss(settings))
        .isInstanceOf(StartRefusedException.class)
        .hasMessageContaining("resourceDbHistoryEnabled: want true")
        .hasMessageContaining("hapi.fhir.resource_dbhistory_enabled")
        .hasMessageContaining("massIngestionMode: want false")
        .hasMessageContaining("hapi.fhir.mass_ingestion_mode_enabled");
  }
}
