package org.fhiranchor.interceptors.store;

import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.fhiranchor.merkle.Digest;

/**
 * The tags of erased resources that a node knows, eight bytes of each: every write under a chosen
 * id asks here. Two different names meet in them once in some 10<sup>18</sup>.
 */
@SuppressWarnings("ArrayRecordComponent")
record ErasedTags(long[] sorted, long last) {
  static final ErasedTags NONE = new ErasedTags(new long[0], 0);

  /** A row of the table. */
  record Row(long n, Digest tag) {}

  boolean has(Digest tag) {
    return Arrays.binarySearch(sorted, beginning(tag)) >= 0;
  }

  /** These and those; all rows that were read before may be among them. */
  ErasedTags and(List<Row> rows) {
    if (rows.stream().allMatch(row -> has(row.tag()))) {
      return this;
    }
    long[] all =
        LongStream.concat(
                Arrays.stream(sorted), rows.stream().mapToLong(row -> beginning(row.tag())))
            .sorted()
            .distinct()
            .toArray();
    return new ErasedTags(all, Math.max(last, rows.get(rows.size() - 1).n()));
  }

  private static long beginning(Digest tag) {
    return Long.parseUnsignedLong(tag.hex().substring(0, 16), 16);
  }
}
