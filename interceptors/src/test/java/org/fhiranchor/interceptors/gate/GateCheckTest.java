package org.fhiranchor.interceptors.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ca.uhn.fhir.context.ComboSearchParamType;
import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.RuntimeSearchParam;
import ca.uhn.fhir.context.RuntimeSearchParam.RuntimeSearchParamStatusEnum;
import ca.uhn.fhir.context.support.DefaultProfileValidationSupport;
import ca.uhn.fhir.context.support.IValidationSupport;
import ca.uhn.fhir.jpa.api.config.JpaStorageSettings;
import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.jpa.dao.JpaPersistedResourceValidationSupport;
import ca.uhn.fhir.jpa.interceptor.RequestHeaderPartitionInterceptor;
import ca.uhn.fhir.jpa.model.config.PartitionSettings;
import ca.uhn.fhir.jpa.search.PersistedJpaBundleProviderFactory;
import ca.uhn.fhir.jpa.searchparam.extractor.ISearchParamExtractorSvc;
import ca.uhn.fhir.jpa.searchparam.extractor.SearchParamExtractorService;
import ca.uhn.fhir.mdm.rules.config.MdmSettings;
import ca.uhn.fhir.rest.api.RestSearchParameterTypeEnum;
import ca.uhn.fhir.rest.server.util.FhirContextSearchParamRegistry;
import ca.uhn.fhir.rest.server.util.ISearchParamRegistry.SearchParamLookupContextEnum;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
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
    assertThat(settings.getSearchPreFetchThresholds())
        .startsWith(13, 250, 500)
        .endsWith(100_000, -1);
    assertThat(settings.getEnableBulkExportJobReuse()).isFalse();
  }

  @Test
  @DisplayName("GATE-3 master data management, which says who is the same person, is refused")
  void refusesMasterData() {
    MdmSettings off = new MdmSettings(rules -> {});
    assertThatCode(() -> GateCheck.refuseMasterData(Stream.of(off))).doesNotThrowAnyException();
    MdmSettings on = new MdmSettings(rules -> {}).setEnabled(true);
    assertThatThrownBy(() -> GateCheck.refuseMasterData(Stream.of(off, on)))
        .isInstanceOf(StartRefusedException.class)
        .hasMessageContaining("hapi.fhir.mdm_enabled");
  }

  @Test
  @DisplayName("GATE-3 W-2 references to which HAPI adds a version are refused")
  void refusesAddedVersions() {
    JpaStorageSettings settings = new JpaStorageSettings();
    settings.setAutoVersionReferenceAtPaths("Observation.subject");
    assertThatThrownBy(() -> GateCheck.refuseWaysAround(settings))
        .hasMessageContaining("autoVersionReferenceAtPaths: want none");
  }

  @Test
  @DisplayName("GATE-3 W-2 HAPI's resolution of references is refused without the gate before it")
  void refusesLinksUndecided() {
    SearchParamExtractorService hapi = new SearchParamExtractorService();
    LinkGate gated =
        new LinkGate(
            hapi,
            () -> {
              throw new IllegalStateException("nothing is stored here");
            });
    assertThatCode(() -> GateCheck.refuseLinksUndecided(Stream.of(gated)))
        .doesNotThrowAnyException();
    for (Stream<ISearchParamExtractorSvc> wrong :
        List.of(
            Stream.<ISearchParamExtractorSvc>of(),
            Stream.<ISearchParamExtractorSvc>of(hapi),
            Stream.<ISearchParamExtractorSvc>of(gated, hapi))) {
      assertThatThrownBy(() -> GateCheck.refuseLinksUndecided(wrong))
          .isInstanceOf(StartRefusedException.class)
          .hasMessageContaining("ISearchParamExtractorSvc");
    }
  }

  @Test
  @DisplayName("GATE-3 G2 histories that are cut before the gate looked are refused")
  void refusesHistoriesCutBefore() {
    PersistedJpaBundleProviderFactory hapi = new PersistedJpaBundleProviderFactory();
    VisibleHistories gated = new VisibleHistories();
    assertThatCode(() -> GateCheck.refuseHistoriesCutBefore(Stream.of(gated)))
        .doesNotThrowAnyException();
    for (Stream<PersistedJpaBundleProviderFactory> wrong :
        List.of(
            Stream.<PersistedJpaBundleProviderFactory>of(),
            Stream.of(hapi),
            Stream.of(gated, hapi))) {
      assertThatThrownBy(() -> GateCheck.refuseHistoriesCutBefore(wrong))
          .isInstanceOf(StartRefusedException.class)
          .hasMessageContaining("PersistedJpaBundleProviderFactory");
    }
  }

  @Test
  @DisplayName("GATE-3 G7 stored definitions to validate with are refused without the gate before")
  void refusesDefinitionsUndecided() {
    DaoRegistry daos = new DaoRegistry();
    JpaPersistedResourceValidationSupport hapi =
        new JpaPersistedResourceValidationSupport(FhirContext.forR4Cached(), daos);
    ValidationGate gated = new ValidationGate(hapi, daos, () -> resource -> true);
    IValidationSupport others = new DefaultProfileValidationSupport(FhirContext.forR4Cached());
    assertThatCode(() -> GateCheck.refuseDefinitionsUndecided(Stream.of(others, gated)))
        .doesNotThrowAnyException();
    for (Stream<IValidationSupport> wrong :
        List.of(Stream.of(others), Stream.of(others, hapi), Stream.of(gated, hapi))) {
      assertThatThrownBy(() -> GateCheck.refuseDefinitionsUndecided(wrong))
          .isInstanceOf(StartRefusedException.class)
          .hasMessageContaining("JpaPersistedResourceValidationSupport");
    }
  }

  @Test
  @DisplayName("GATE-3 W-4 a unique SearchParameter stops the start, by name")
  void refusesUniqueIndexes() {
    RuntimeSearchParam unique =
        new RuntimeSearchParam(
            null,
            "urn:combo",
            "one-per-patient",
            "",
            "Patient",
            RestSearchParameterTypeEnum.COMPOSITE,
            Set.of(),
            Set.of(),
            RuntimeSearchParamStatusEnum.ACTIVE,
            List.of("Patient"));
    FhirContextSearchParamRegistry with =
        new FhirContextSearchParamRegistry(FhirContext.forR4Cached()) {
          @Override
          public List<RuntimeSearchParam> getActiveComboSearchParams(
              String type, ComboSearchParamType kind, SearchParamLookupContextEnum lookup) {
            return type.equals("Patient") && kind == ComboSearchParamType.UNIQUE
                ? List.of(unique)
                : List.of();
          }
        };
    Set<String> types = Set.of("Patient", "Observation");
    assertThatCode(() -> GateCheck.refuseUniqueIndexes(with, Set.of("Observation")))
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> GateCheck.refuseUniqueIndexes(with, types))
        .isInstanceOf(StartRefusedException.class)
        .hasMessageContaining("one-per-patient");
  }
}
