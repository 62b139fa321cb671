package org.fhiranchor.interceptors.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ca.uhn.fhir.jpa.api.config.JpaStorageSettings;
import ca.uhn.fhir.jpa.interceptor.RequestHeaderPartitionInterceptor;
import ca.uhn.fhir.jpa.model.config.PartitionSettings;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.fhiranchor.interceptors.start.StartRefusedException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

final class GateCheckTest {
  private static final Map<String, Consumer<JpaStorageSettings>> WAYS_AROUND =
      Map.of(
          "matchUrlCacheEnabled",
          settings -> settings.setMatchUrlCacheEnabled(true),
          "massIngestionMode",
          settings -> settings.setMassIngestionMode(true),
          "updateWithHistoryRewriteEnabled",
          settings -> settings.setUpdateWithHistoryRewriteEnabled(true),
          "expungeEnabled",
          settings -> settings.setExpungeEnabled(true),
          "hibernateSearchIndexSearchParams",
          settings -> settings.setHibernateSearchIndexSearchParams(true),
          "storeResourceInHSearchIndex",
          settings -> settings.setStoreResourceInHSearchIndex(true));

  static final Iterable<String> NAMES = WAYS_AROUND.keySet();

  @Test
  @DisplayName("GATE-3 HAPI's own defaults are accepted")
  void accepts() {
    assertThatCode(() -> GateCheck.refuseWaysAround(new JpaStorageSettings()))
        .doesNotThrowAnyException();
    assertThatCode(() -> GateCheck.refuseWaysAround(Stream.of("somebody's interceptor")))
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @DisplayName("GATE-3 each setting that opens a way around is refused by name")
  @FieldSource("NAMES")
  void refuses(String name) {
    JpaStorageSettings settings = new JpaStorageSettings();
    Objects.requireNonNull(WAYS_AROUND.get(name)).accept(settings);
    assertThatThrownBy(() -> GateCheck.refuseWaysAround(settings))
        .isInstanceOf(StartRefusedException.class)
        .hasMessageContaining("Settings." + name + ": want false")
        .hasMessageContaining("anchor.consent.enforce=off");
  }

  @Test
  @DisplayName("GATE-3 an interceptor that lets a request choose its partition is refused")
  void refusesPartitionHeader() {
    assertThatThrownBy(
            () ->
                GateCheck.refuseWaysAround(
                    Stream.of(new RequestHeaderPartitionInterceptor(new PartitionSettings()))))
        .hasMessageContaining("X-Request-Partition-IDs");
  }

  @Test
  @DisplayName("GATE-3 the setting of HAPI's starter is named where it has one")
  void namesTheStarters() {
    JpaStorageSettings settings = new JpaStorageSettings();
    settings.setExpungeEnabled(true);
    assertThatThrownBy(() -> GateCheck.refuseWaysAround(settings))
        .hasMessageContaining("hapi.fhir.expunge_enabled");
  }

  @Test
  @DisplayName("GATE-3 references by search are switched off: HAPI's starter has no setting for it")
  void switchesOffReferencesBySearch() {
    JpaStorageSettings settings = new JpaStorageSettings();
    GateCheck.prepare(settings);
    assertThat(settings.isAllowInlineMatchUrlReferences()).isFalse();
  }

  @Test
  @DisplayName("GATE-3 how searches run is set, not asked for")
  void prepares() {
    JpaStorageSettings settings = new JpaStorageSettings();
    GateCheck.prepare(settings);
    assertThat(settings.getReuseCachedSearchResultsForMillis()).isNull();
    assertThat(settings.getSearchPreFetchThresholds()).containsExactly(-1);
    assertThat(settings.getEnableBulkExportJobReuse()).isFalse();
  }
}
