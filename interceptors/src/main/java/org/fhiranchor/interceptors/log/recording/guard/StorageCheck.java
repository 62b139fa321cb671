package org.fhiranchor.interceptors.log.recording.guard;

import ca.uhn.fhir.jpa.api.config.JpaStorageSettings;
import ca.uhn.fhir.jpa.api.model.HistoryCountModeEnum;
import ca.uhn.fhir.jpa.model.config.PartitionSettings;
import ca.uhn.fhir.jpa.model.entity.StorageSettings.TagStorageModeEnum;
import java.util.ArrayList;
import java.util.List;
import org.fhiranchor.interceptors.start.StartRefusedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes sure at the start that HAPI keeps what was recorded (REC-5). HAPI's starter has no setting
 * for where tags are kept, and the default would make honest versions fail their check: that one is
 * set here. What an operator can set is asked for.
 */
public final class StorageCheck {
  private static final Logger LOG = LoggerFactory.getLogger(StorageCheck.class);

  /** What the code that reaches into HAPI was written and tested against. */
  private static final String HAPI = "8.8.";

  private StorageCheck() {}

  /**
   * Counts a history anew for each answer. HAPI's default remembers the count for a minute, and
   * leaves out the oldest versions when there are more by then (HAPI issue 7897).
   */
  public static void countHistoriesAnew(JpaStorageSettings settings) {
    settings.setHistoryCountMode(HistoryCountModeEnum.COUNT_ACCURATE);
  }

  /**
   * Refuses another HAPI than the one this was tested with. What links, hits and search parameters
   * are taken from has no interface of HAPI's, and neither have its tables: another version may
   * change them, and what is recorded or hidden with them, without any other sign.
   *
   * @param found the version of HAPI on the class path
   * @throws StartRefusedException naming both
   */
  public static void refuseOtherHapi(String found) {
    if (!found.startsWith(HAPI)) {
      throw new StartRefusedException(
          "HAPI FHIR on the class path: want 8.8, got "
              + found
              + ". The log and the consent gate depend on HAPI's tables and inner classes, and are"
              + " tested with 8.8 alone");
    }
  }

  /**
   * Keeps profiles, labels and tags inside of versions. HAPI's default keeps them in tables of
   * their own, where an update without tags inherits those of its predecessor after it was
   * recorded.
   *
   * @return whether they were kept elsewhere until now
   */
  public static boolean keepTagsInVersions(JpaStorageSettings settings) {
    TagStorageModeEnum found = settings.getTagStorageMode();
    if (found == TagStorageModeEnum.INLINE) {
      return false;
    }
    settings.setTagStorageMode(TagStorageModeEnum.INLINE);
    LOG.info(
        "profiles, labels and tags are kept inside of versions tagStorageMode=INLINE was={}",
        found);
    return true;
  }

  /**
   * Refuses tags in HAPI's tables, from before they were kept inside of versions.
   *
   * @throws StartRefusedException because nobody would see them any more, labels among them
   */
  public static void refuseTagsInTables() {
    throw new StartRefusedException(
        "HFJ_RES_TAG or HFJ_HISTORY_TAG: want no row, got some. This database was filled with"
            + " another JpaStorageSettings.tagStorageMode than INLINE; with it, which the log"
            + " needs, nobody would see those profiles, labels and tags any more. Start with an"
            + " empty database and load the resources into it");
  }

  /**
   * Refuses partitions. A leaf names a resource by type and id, which partitions may give out
   * twice, and what is decided about a reader knows of none.
   *
   * @throws StartRefusedException when they are on
   */
  public static void refusePartitions(PartitionSettings settings) {
    if (settings.isPartitioningEnabled()) {
      throw new StartRefusedException(
          "PartitionSettings.partitioningEnabled: want false (hapi.fhir.partitioning in HAPI's"
              + " starter): the log and the consent gate know resources by type and id alone");
    }
  }

  /**
   * Refuses what loses versions.
   *
   * @throws StartRefusedException naming everything that does
   */
  public static void refuseLoss(JpaStorageSettings settings) {
    List<String> wrong = new ArrayList<>();
    if (!settings.isResourceDbHistoryEnabled()) {
      wrong.add(
          "JpaStorageSettings.resourceDbHistoryEnabled: want true"
              + " (hapi.fhir.resource_dbhistory_enabled in HAPI's starter)");
    }
    if (settings.isMassIngestionMode()) {
      wrong.add(
          "StorageSettings.massIngestionMode: want false"
              + " (hapi.fhir.mass_ingestion_mode_enabled in HAPI's starter)");
    }
    if (!wrong.isEmpty()) {
      throw new StartRefusedException(
          "the log would prove versions that are not kept: " + String.join("; ", wrong));
    }
  }
}
