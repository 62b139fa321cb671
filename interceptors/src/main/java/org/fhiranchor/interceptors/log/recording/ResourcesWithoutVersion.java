package org.fhiranchor.interceptors.log.recording;

import java.util.List;

/**
 * The resources whose current version is not stored: what a release before REC-5 could leave
 * behind. Read in pages by HAPI's own key, so that each call is bounded whatever the table holds.
 * May be asked by any thread; changes nothing.
 */
public interface ResourcesWithoutVersion {
  /** Before the first one. */
  long START = Long.MIN_VALUE;

  /**
   * The next so many resources of the table, in the order of their keys.
   *
   * @param after key of the last one looked at, {@link #START} at first
   * @param rows how many to look at, at least 1
   */
  Page page(long after, int rows);

  /**
   * Whether the current version of this resource is not stored now. Asked inside of the transaction
   * that is about to end it: somebody else may have ended or replaced it since it was listed.
   *
   * @param key HAPI's own key
   */
  boolean isMissing(long key);

  /**
   * A part of the table.
   *
   * @param last key of the last resource looked at
   * @param end whether there is none behind it
   * @param missing those whose current version is not stored
   */
  record Page(long last, boolean end, List<Missing> missing) {
    public Page {
      missing = List.copyOf(missing);
    }
  }

  /**
   * A resource without its version.
   *
   * @param key HAPI's own key
   * @param type the resource type
   */
  record Missing(long key, String type) {}
}
