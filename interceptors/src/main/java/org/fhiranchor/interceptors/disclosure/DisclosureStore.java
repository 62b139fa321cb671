package org.fhiranchor.interceptors.disclosure;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.fhiranchor.interceptors.log.PendingLeaf;
import org.fhiranchor.merkle.Digest;

/**
 * Keeps the content of disclosures. All methods may be called from any thread.
 *
 * <p>Durability: what {@link #write} was given is durable, leaves included, when it returns; when
 * it throws, nothing of it is there.
 */
public interface DisclosureStore {
  /**
   * One disclosure to be written.
   *
   * @param subject the tag of its patient
   * @param asker the tag of who asked
   * @param json its content, salted, in canonical form
   * @param leaf its pending leaf, which names the digest of the content
   */
  record Row(
      Digest subject,
      Digest asker,
      boolean emergency,
      long recordedMillis,
      String json,
      PendingLeaf leaf) {}

  /**
   * Refusals beyond the limit of a minute, to be added to those that were counted before (DIS-5).
   *
   * @param requester a fingerprint
   * @param minute minutes since 1970
   * @param content the facts of the record that the count becomes
   */
  record Refusals(String requester, long minute, long count, String content) {}

  /** Adds all of these in one transaction: the rows in their order, each with its leaf. */
  void write(List<Row> rows, List<Refusals> refusals);

  /**
   * Refusals as they were counted by one node.
   *
   * @param node which one
   */
  record Counted(String node, Refusals refusals) {}

  /** Counted refusals of minutes before this one, of all nodes. */
  List<Counted> refusalsBefore(long minute);

  /**
   * Turns counted refusals into disclosures, in one transaction. Another node that does the same at
   * the same time does it for those alone that are still there.
   */
  void close(List<Counted> counted, Function<Refusals, Row> disclosure);

  /**
   * A disclosure as it is kept.
   *
   * @param json its content; empty when it was removed
   */
  record Kept(long recordedMillis, boolean emergency, Digest digest, String json) {}

  /**
   * A stretch of time.
   *
   * @param fromMillis the first millisecond since 1970 in it
   * @param toMillis the last one
   */
  record Within(long fromMillis, long toMillis) {
    /** All of it. */
    public static final Within EVER = new Within(Long.MIN_VALUE, Long.MAX_VALUE);
  }

  /** Disclosures of a subject within a time: broken glass first, then the newest first. */
  List<Kept> of(Digest subject, Within within, int offset, int limit);

  /** How many there are. */
  long count(Digest subject);

  /** The content that these digests name, of those that have any. */
  Map<Digest, String> contents(Collection<Digest> digests);

  /** Whether there is any that was recorded from one instant on and before another. */
  boolean anyBetween(Instant from, Instant before);

  /**
   * Removes the content of the oldest ones that have any and were recorded from one instant on and
   * before another, in one transaction.
   *
   * @param limit most of them
   * @return where to go on; empty when none was left
   */
  Optional<Instant> removeContent(Instant from, Instant before, int limit);
}
