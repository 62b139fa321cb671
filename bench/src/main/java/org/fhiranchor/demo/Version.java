package org.fhiranchor.demo;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One version of one resource, as {@code Observation/123/_history/1}. */
record Version(String type, String id, String version) {
  private static final Pattern LOCATION =
      Pattern.compile("(?:.*/)?([A-Za-z]+)/([A-Za-z0-9.-]+)/_history/([0-9]+)");

  /** Reads the location of a transaction's answer. */
  static Optional<Version> of(String location) {
    Matcher matcher = LOCATION.matcher(location);
    return matcher.matches()
        ? Optional.of(new Version(matcher.group(1), matcher.group(2), matcher.group(3)))
        : Optional.empty();
  }

  String path() {
    return "/fhir/" + this;
  }

  @Override
  public String toString() {
    return type + "/" + id + "/_history/" + version;
  }
}
