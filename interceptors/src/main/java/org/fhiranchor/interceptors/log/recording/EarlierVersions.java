package org.fhiranchor.interceptors.log.recording;

import java.util.List;
import java.util.Optional;
import org.hl7.fhir.r4.model.IdType;

/**
 * All stored versions, in the order in which the database numbers them, and how far they were
 * looked through. Several nodes may look at the same time: what is noted may be noted twice, and
 * never goes back. Durable when a method returns.
 */
public interface EarlierVersions {
  /**
   * A version that may refer to a Binary.
   *
   * @param text its JSON; empty where HAPI keeps it in another form
   */
  record Version(IdType id, Optional<String> text) {}

  /**
   * Versions in a row.
   *
   * @param last number of the last one that was looked at
   * @param end whether none comes after it
   * @param versions those of them that may refer to a Binary
   */
  record Page(long last, boolean end, List<Version> versions) {}

  /** Whether all of them were looked through, now or by an earlier start. */
  boolean isDone();

  /**
   * What comes after all that was looked through.
   *
   * @param rows how many versions to look at
   */
  Page next(int rows);

  /** All up to the end of this page were looked through. */
  void seen(Page page);
}
