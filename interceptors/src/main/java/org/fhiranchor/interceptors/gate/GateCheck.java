package org.fhiranchor.interceptors.gate;

import ca.uhn.fhir.context.ComboSearchParamType;
import ca.uhn.fhir.context.RuntimeSearchParam;
import ca.uhn.fhir.context.support.IValidationSupport;
import ca.uhn.fhir.jpa.api.config.JpaStorageSettings;
import ca.uhn.fhir.jpa.api.model.HistoryCountModeEnum;
import ca.uhn.fhir.jpa.dao.JpaPersistedResourceValidationSupport;
import ca.uhn.fhir.jpa.interceptor.RequestHeaderPartitionInterceptor;
import ca.uhn.fhir.jpa.search.PersistedJpaBundleProviderFactory;
import ca.uhn.fhir.jpa.searchparam.extractor.ISearchParamExtractorSvc;
import ca.uhn.fhir.mdm.api.IMdmSettings;
import ca.uhn.fhir.rest.server.util.ISearchParamRegistry;
import ca.uhn.fhir.rest.server.util.ISearchParamRegistry.SearchParamLookupContextEnum;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.fhiranchor.interceptors.start.StartRefusedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes sure at start that no HAPI setting opens a way around the gate (GATE-3). What only concerns
 * how searches are run is set here, and so is what HAPI's starter has no setting for; what else
 * changes what the server does is for the operator to set, and stops the start otherwise.
 */
public final class GateCheck {
  private static final Logger LOG = LoggerFactory.getLogger(GateCheck.class);

  /**
   * After how many hits a search stops until somebody asks for a further page: HAPI's first, and
   * then so few at a time that each page decides about some hundreds. The last is all.
   */
  static final List<Integer> PASSES =
      Stream.of(
              IntStream.of(13),
              IntStream.rangeClosed(1, 400).map(step -> step * 250),
              IntStream.of(-1))
          .flatMap(IntStream::boxed)
          .toList();

  private GateCheck() {}

  /**
   * Sets how searches run: so that totals and pages count what was decided, and never from a result
   * that somebody else's search left behind. References by search are switched off: they would find
   * hidden records.
   */
  public static void prepare(JpaStorageSettings settings) {
    settings.setReuseCachedSearchResultsForMillis(null);
    settings.setSearchPreFetchThresholds(PASSES);
    // a pass is decided before the first page is made
    settings.setCountSearchResultsUpTo(1);
    settings.setDefaultTotalMode(null);
    // HAPI's own counts are up to a minute old, and come and go
    settings.setHistoryCountMode(HistoryCountModeEnum.COUNT_ACCURATE);
    settings.setEnableBulkExportJobReuse(false);
    // HAPI's default is on, and its starter has no setting for it
    settings.setAllowInlineMatchUrlReferences(false);
    LOG.info(
        "consent gate: searches are not shared between requesters; references"
            + " by search are off");
  }

  /**
   * Refuses what would let somebody past the gate.
   *
   * @throws StartRefusedException naming everything that opens a way around
   */
  public static void refuseWaysAround(JpaStorageSettings settings) {
    List<String> open = new ArrayList<>();
    if (settings.isMatchUrlCacheEnabled()) {
      open.add("JpaStorageSettings.matchUrlCacheEnabled: want false");
    }
    if (settings.isUpdateWithHistoryRewriteEnabled()) {
      open.add("JpaStorageSettings.updateWithHistoryRewriteEnabled: want false");
    }
    if (settings.isExpungeEnabled()) {
      open.add("JpaStorageSettings.expungeEnabled: want false" + inStarter("expunge_enabled"));
    }
    if (settings.isHibernateSearchIndexSearchParams()) {
      open.add(
          "JpaStorageSettings.hibernateSearchIndexSearchParams: want false"
              + inStarter("advanced_lucene_indexing"));
    }
    if (settings.isStoreResourceInHSearchIndex()) {
      open.add(
          "JpaStorageSettings.storeResourceInHSearchIndex: want false"
              + inStarter("store_resource_in_lucene_index_enabled"));
    }
    if (!settings.getAutoVersionReferenceAtPaths().isEmpty()) {
      open.add(
          "StorageSettings.autoVersionReferenceAtPaths: want none"
              + inStarter("auto_version_reference_at_paths"));
    }
    if (settings.isMassIngestionMode()) {
      open.add(
          "StorageSettings.massIngestionMode: want false"
              + inStarter("mass_ingestion_mode_enabled"));
    }
    refuse(open);
  }

  /**
   * Refuses an interceptor that would let a request choose what it reads.
   *
   * @param interceptors all that HAPI's registries hold
   * @throws StartRefusedException naming it
   */
  public static void refuseWaysAround(Stream<Object> interceptors) {
    refuse(
        interceptors
            .filter(RequestHeaderPartitionInterceptor.class::isInstance)
            .map(one -> one.getClass().getSimpleName() + " (X-Request-Partition-IDs): want it gone")
            .distinct()
            .toList());
  }

  /**
   * Refuses master data management: its links and golden resources tell who is the same person.
   *
   * @throws StartRefusedException when it is on
   */
  public static void refuseMasterData(Stream<IMdmSettings> settings) {
    if (settings.anyMatch(IMdmSettings::isEnabled)) {
      refuse(List.of("IMdmSettings.enabled: want false" + inStarter("mdm_enabled")));
    }
  }

  /**
   * Refuses to start where HAPI would resolve references without asking.
   *
   * @param links all that HAPI resolves references with
   * @throws StartRefusedException when one of them is not behind the gate
   */
  public static void refuseLinksUndecided(Stream<ISearchParamExtractorSvc> links) {
    refuseOthers(
        links,
        LinkGate.class,
        "ISearchParamExtractorSvc: want the gate's before HAPI's, got another");
  }

  /**
   * Refuses to start where HAPI would cut pages of a history before hidden versions are taken out.
   *
   * @param histories all that HAPI makes histories with
   * @throws StartRefusedException when one of them is not the gate's
   */
  public static void refuseHistoriesCutBefore(Stream<PersistedJpaBundleProviderFactory> histories) {
    refuseOthers(
        histories,
        VisibleHistories.class,
        "PersistedJpaBundleProviderFactory: want the gate's, got another");
  }

  /**
   * Refuses to start where HAPI would validate with definitions that consents rule over.
   *
   * @param definitions all that HAPI validates with
   * @throws StartRefusedException when the stored ones are not behind the gate
   */
  public static void refuseDefinitionsUndecided(Stream<IValidationSupport> definitions) {
    refuseOthers(
        definitions.filter(
            one ->
                one instanceof ValidationGate
                    || one instanceof JpaPersistedResourceValidationSupport),
        ValidationGate.class,
        "JpaPersistedResourceValidationSupport: want the gate before it, got it alone");
  }

  private static void refuseOthers(Stream<?> found, Class<?> wanted, String says) {
    List<?> all = found.toList();
    if (all.isEmpty() || !all.stream().allMatch(wanted::isInstance)) {
      refuse(List.of(says));
    }
  }

  /**
   * Refuses SearchParameters whose index is unique: a conflict would name what is hidden.
   *
   * @param types the resource types that the server stores
   * @throws StartRefusedException naming their ids
   */
  public static void refuseUniqueIndexes(ISearchParamRegistry parameters, Set<String> types) {
    refuse(
        types.stream()
            .flatMap(
                type ->
                    parameters
                        .getActiveComboSearchParams(
                            type, ComboSearchParamType.UNIQUE, SearchParamLookupContextEnum.ALL)
                        .stream())
            .map(RuntimeSearchParam::getName)
            .distinct()
            .sorted()
            .map(name -> "unique SearchParameter " + name + ": want it deleted")
            .toList());
  }

  private static String inStarter(String key) {
    return " (hapi.fhir." + key + " in HAPI's starter)";
  }

  private static void refuse(List<String> open) {
    if (!open.isEmpty()) {
      throw new StartRefusedException(
          "the consent gate has a way around it: "
              + String.join("; ", open)
              + ". Set these, or start with anchor.consent.enforce=off");
    }
  }
}
