package org.fhiranchor.merkle;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * A set of leaves, as ranges with both ends in them. It has one spelling: {@code 5-9,12}, in
 * ascending order, ranges that touch written as one.
 */
public record LeafRanges(List<Range> ranges) {
  /** No leaf. */
  public static final LeafRanges NONE = new LeafRanges(List.of());

  /** Most ranges that one statement holds. */
  public static final int MOST = 1_000;

  private static final Pattern NUMBER = Pattern.compile("0|[1-9][0-9]{0,17}");

  /** From the first leaf to the last one. */
  public record Range(long first, long last) {
    @Override
    public String toString() {
      return first == last ? Long.toString(first) : first + "-" + last;
    }
  }

  /**
   * Checks the order.
   *
   * @throws IllegalArgumentException for ranges that are empty, out of order, or touch
   */
  public LeafRanges {
    ranges = List.copyOf(ranges);
    long next = 0;
    for (Range range : ranges) {
      if (range.first() < next || range.last() < range.first()) {
        throw new IllegalArgumentException("leaves: want ranges in order that do not touch");
      }
      next = range.last() + 2;
    }
  }

  /** The ranges of these leaves. */
  public static LeafRanges of(Collection<Long> leaves) {
    List<Range> ranges = new ArrayList<>();
    for (long leaf : new TreeSet<>(leaves)) {
      int last = ranges.size() - 1;
      if (last >= 0 && ranges.get(last).last() == leaf - 1) {
        ranges.set(last, new Range(ranges.get(last).first(), leaf));
      } else {
        ranges.add(new Range(leaf, leaf));
      }
    }
    return new LeafRanges(ranges);
  }

  /**
   * Reads the one spelling.
   *
   * @throws IllegalArgumentException for anything else
   */
  public static LeafRanges parse(String text) {
    if (text.isEmpty()) {
      return NONE;
    }
    List<Range> ranges = new ArrayList<>();
    int from = 0;
    while (from <= text.length()) {
      int comma = text.indexOf(',', from);
      int end = comma < 0 ? text.length() : comma;
      ranges.add(range(text.substring(from, end)));
      from = comma < 0 ? text.length() + 1 : comma + 1;
    }
    LeafRanges read = new LeafRanges(ranges);
    if (!read.toString().equals(text)) {
      throw new IllegalArgumentException("leaves: want ranges such as 5-9,12");
    }
    return read;
  }

  private static Range range(String text) {
    int dash = text.indexOf('-');
    return dash < 0
        ? new Range(number(text), number(text))
        : new Range(number(text.substring(0, dash)), number(text.substring(dash + 1)));
  }

  private static long number(String digits) {
    if (!NUMBER.matcher(digits).matches()) {
      throw new IllegalArgumentException("leaves: want numbers without leading zeros");
    }
    return Long.parseLong(digits);
  }

  /** Both together. */
  public LeafRanges and(LeafRanges others) {
    List<Range> all = new ArrayList<>(ranges);
    all.addAll(others.ranges);
    all.sort((one, other) -> Long.compare(one.first(), other.first()));
    List<Range> merged = new ArrayList<>();
    for (Range range : all) {
      int last = merged.size() - 1;
      if (last >= 0 && range.first() <= merged.get(last).last() + 1) {
        Range before = merged.get(last);
        merged.set(last, new Range(before.first(), Math.max(before.last(), range.last())));
      } else {
        merged.add(range);
      }
    }
    return new LeafRanges(merged);
  }

  /** Whether it holds the leaf. */
  public boolean contains(long leaf) {
    int low = 0;
    int high = ranges.size() - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      Range range = ranges.get(middle);
      if (leaf < range.first()) {
        high = middle - 1;
      } else if (leaf > range.last()) {
        low = middle + 1;
      } else {
        return true;
      }
    }
    return false;
  }

  /** How many leaves. */
  public long count() {
    return ranges.stream().mapToLong(range -> range.last() - range.first() + 1).sum();
  }

  /** The last leaf; -1 for none. */
  public long last() {
    return ranges.isEmpty() ? -1 : ranges.get(ranges.size() - 1).last();
  }

  /** Parts of at most so many ranges. */
  public List<LeafRanges> parts(int most) {
    List<LeafRanges> parts = new ArrayList<>();
    for (int from = 0; from < ranges.size(); from += most) {
      parts.add(new LeafRanges(ranges.subList(from, Math.min(ranges.size(), from + most))));
    }
    return parts;
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (Range range : ranges) {
      text.append(text.isEmpty() ? "" : ",").append(range);
    }
    return text.toString();
  }
}
