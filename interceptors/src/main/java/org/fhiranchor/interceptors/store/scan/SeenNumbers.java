package org.fhiranchor.interceptors.store.scan;

import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/** Which rows were met, by their numbers: about a bit for each. */
final class SeenNumbers {
  private static final int BITS = 16;

  private final Map<Long, BitSet> pages = new HashMap<>();

  /** Whether it was not met before. */
  boolean add(long number) {
    BitSet page = pages.computeIfAbsent(number >> BITS, none -> new BitSet(1 << BITS));
    int bit = (int) (number & ((1 << BITS) - 1));
    boolean isNew = !page.get(bit);
    page.set(bit);
    return isNew;
  }

  boolean contains(long number) {
    BitSet page = pages.get(number >> BITS);
    return page != null && page.get((int) (number & ((1 << BITS) - 1)));
  }
}
