package org.fhiranchor.interceptors.disclosure;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.fhiranchor.merkle.Digest;

/**
 * The journal's records in the order of their instants, as AuditEvents are searched (AUD-1). Reads
 * only. All methods may be called from any thread.
 */
public interface AuditEventRows {
  /**
   * Where a page ended. Records of one instant stand in the order of their salted digests: a number
   * of the database would tell how much happens to others.
   */
  record Place(long millis, Digest digest) {
    static Place of(DisclosureStore.Kept row) {
      return new Place(row.recordedMillis(), row.digest());
    }

    boolean isBefore(Place other, boolean newestFirst) {
      int order =
          millis == other.millis
              ? Arrays.compareUnsigned(digest.bytes(), other.digest.bytes())
              : Long.compare(millis, other.millis);
      return newestFirst ? order > 0 : order < 0;
    }
  }

  /**
   * Which records.
   *
   * @param subject the tag of a patient; empty for all patients
   * @param asker the tag of who asked, as far as contents say it; empty for whoever did
   * @param from the first instant, in milliseconds since 1970
   * @param to the last instant
   */
  record Query(
      Optional<Digest> subject, Optional<Digest> asker, long from, long to, boolean newestFirst) {}

  /** At most so many of them, those after a place. */
  List<DisclosureStore.Kept> page(Query query, Optional<Place> after, int limit);

  /** How many there are. */
  long count(Query query);

  /** Whether each record has its asker noted: those from before the tags had none at first. */
  boolean knowsAskers();

  /**
   * The record whose digest begins so, if it is of that subject.
   *
   * @param beginning at least 128 bits
   */
  Optional<DisclosureStore.Kept> find(byte[] beginning, Optional<Digest> subject);
}
