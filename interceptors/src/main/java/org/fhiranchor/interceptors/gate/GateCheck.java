package org.fhiranchor.interceptors.gate;

import ca.uhn.fhir.jpa.api.config.JpaStorageSettings;
import ca.uhn.fhir.jpa.api.model.HistoryCountModeEnum;
import ca.uhn.fhir.jpa.interceptor.RequestHeaderPartitionInterceptor;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes sure at start that no HAPI setting opens a way around the gate (GATE-3). What only concerns
 * how searches are run is set here; what changes what the server does is for the operator to set,
 * and stops the start otherwise.
 */
public final class GateCheck {
  private static final Logger LOG = LoggerFactory.getLogger(GateCheck.class);

  private GateCheck() {}

  /**
   * Sets how searches run: in one pass, so that totals and pages count what was decided, and never
   * from a result that somebody else's search left behind.
   */
  public static void prepare(JpaStorageSettings settings) {
    settings.setReuseCachedSearchResultsForMillis(null);
    settings.setSearchPreFetchThresholds(List.of(-1));
    // every hit is decided before the first page is made
    settings.setCountSearchResultsUpTo(1);
    settings.setDefaultTotalMode(null);
    // HAPI's own counts are up to a minute old, and come and go
    settings.setHistoryCountMode(HistoryCountModeEnum.COUNT_ACCURATE);
    settings.setEnableBulkExportJobReuse(false);
    LOG.info("consent gate: searches run in one pass and are not shared between requesters");
  }

  /**
   * Refuses what would let somebody past the gate.
   *
   * @throws IllegalStateException naming everything that opens a way around
   */
  public static void refuseWaysAround(JpaStorageSettings settings) {
    List<String> open = new ArrayList<>();
    if (settings.isAllowInlineMatchUrlReferences()) {
      open.add("JpaStorageSettings.allowInlineMatchUrlReferences: want false");
    }
    if (settings.isMatchUrlCacheEnabled()) {
      open.add("JpaStorageSettings.matchUrlCacheEnabled: want false");
    }
    if (settings.isUpdateWithHistoryRewriteEnabled()) {
      open.add("JpaStorageSettings.updateWithHistoryRewriteEnabled: want false");
    }
    if (settings.isExpungeEnabled()) {
      open.add("JpaStorageSettings.expungeEnabled: want false");
    }
    if (settings.isHibernateSearchIndexSearchParams()) {
      open.add("JpaStorageSettings.hibernateSearchIndexSearchParams: want false");
    }
    if (settings.isStoreResourceInHSearchIndex()) {
      open.add("JpaStorageSettings.storeResourceInHSearchIndex: want false");
    }
    if (settings.isMassIngestionMode()) {
      open.add("StorageSettings.massIngestionMode: want false");
    }
    refuse(open);
  }

  /**
   * Refuses an interceptor that would let a request choose what it reads.
   *
   * @param interceptors all that HAPI's registries hold
   * @throws IllegalStateException naming it
   */
  public static void refuseWaysAround(Stream<Object> interceptors) {
    refuse(
        interceptors
            .filter(RequestHeaderPartitionInterceptor.class::isInstance)
            .map(one -> one.getClass().getSimpleName() + " (X-Request-Partition-IDs): want it gone")
            .distinct()
            .toList());
  }

  private static void refuse(List<String> open) {
    if (!open.isEmpty()) {
      throw new IllegalStateException(
          "the consent gate has a way around it: "
              + String.join("; ", open)
              + ". Set these, or start with anchor.consent.enforce=off");
    }
  }
}
