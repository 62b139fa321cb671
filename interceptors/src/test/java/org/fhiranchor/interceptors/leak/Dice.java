package org.fhiranchor.interceptors.leak;

import java.util.List;
import java.util.Random;

/** Chance that comes from a seed alone: the same seed and number draw the same request. */
final class Dice {
  private static final long SPREAD = 0x9E3779B97F4A7C15L;

  private final Random random;

  Dice(long seed, long number) {
    random = new Random(seed * SPREAD + number);
    random.nextLong();
  }

  <T> T pick(List<T> from) {
    return from.get(random.nextInt(from.size()));
  }

  String pick(String... from) {
    return from[random.nextInt(from.length)];
  }

  boolean chance(int percent) {
    return random.nextInt(100) < percent;
  }

  /** From 0 to one less than the bound. */
  int below(int bound) {
    return random.nextInt(bound);
  }
}
