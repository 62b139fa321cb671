package org.fhiranchor.bench;

import java.util.Locale;
import java.util.Optional;

/**
 * One measured value.
 *
 * @param requirement the limit it is held against; empty when it is only told
 * @param how what was measured, with counts and spread
 */
record Figure(
    String name, double value, String unit, Optional<Requirement> requirement, String how) {
  static Figure told(String name, double value, String unit, String how) {
    return new Figure(name, value, unit, Optional.empty(), how);
  }

  static Figure held(String name, double value, String unit, Requirement requirement, String how) {
    return new Figure(name, value, unit, Optional.of(requirement), how);
  }

  /** A figure that could not be taken on this machine. */
  static Figure missing(String name, String unit, String why) {
    return new Figure(name, Double.NaN, unit, Optional.empty(), "not measured: " + why);
  }

  String verdict() {
    if (Double.isNaN(value)) {
      return "NOT MEASURED";
    }
    return requirement.map(limit -> limit.holds(value) ? "PASS" : "MISSED").orElse("");
  }

  String valueText() {
    return Double.isNaN(value) ? "" : number(value) + (unit.isEmpty() ? "" : " " + unit);
  }

  /** Three significant digits below 100, whole numbers with separators above. */
  static String number(double value) {
    if (Math.abs(value) >= 100) {
      return String.format(Locale.ROOT, "%,.0f", value);
    }
    return String.format(Locale.ROOT, Math.abs(value) >= 10 ? "%.1f" : "%.3f", value);
  }
}
