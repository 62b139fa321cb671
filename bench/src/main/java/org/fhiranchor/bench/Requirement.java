package org.fhiranchor.bench;

import java.util.Locale;

/** A limit that a figure is held against. */
record Requirement(Direction direction, double limit) {
  enum Direction {
    AT_LEAST,
    AT_MOST
  }

  static Requirement atLeast(double limit) {
    return new Requirement(Direction.AT_LEAST, limit);
  }

  static Requirement atMost(double limit) {
    return new Requirement(Direction.AT_MOST, limit);
  }

  boolean holds(double value) {
    return direction == Direction.AT_LEAST ? value >= limit : value <= limit;
  }

  @Override
  public String toString() {
    return direction.name().toLowerCase(Locale.ROOT).replace('_', ' ') + " " + Figure.number(limit);
  }
}
