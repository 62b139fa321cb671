package org.fhiranchor.bench;

import java.util.Arrays;
import java.util.Collection;

/** Values of repeated measurements, sorted. */
final class Samples {
  private static final int MANY = 30;

  private final double[] sorted;

  private Samples(double[] sorted) {
    this.sorted = sorted;
  }

  /**
   * Sorts a copy.
   *
   * @throws IllegalArgumentException when there is none
   */
  static Samples of(Collection<Double> values) {
    if (values.isEmpty()) {
      throw new IllegalArgumentException("samples: want at least one, got none");
    }
    double[] copy = values.stream().mapToDouble(Double::doubleValue).toArray();
    Arrays.sort(copy);
    return new Samples(copy);
  }

  double median() {
    int half = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }

  /** The smallest value that at least {@code percent} of the samples do not exceed. */
  double percentile(double percent) {
    int rank = (int) Math.ceil(percent / 100 * sorted.length);
    return sorted[Math.max(0, Math.min(sorted.length, rank) - 1)];
  }

  double least() {
    return sorted[0];
  }

  double most() {
    return sorted[sorted.length - 1];
  }

  int count() {
    return sorted.length;
  }

  /** Count, least and most, for people; of many samples the half in the middle too. */
  String spread() {
    String ends = Figure.number(least()) + " to " + Figure.number(most());
    String middle = Figure.number(percentile(25)) + " to " + Figure.number(percentile(75));
    return "n=" + count() + ", " + ends + (count() < MANY ? "" : ", half of them " + middle);
  }
}
