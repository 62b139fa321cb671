package org.fhiranchor.interceptors.disclosure;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a value of a search refers to, relative or under whichever base, of whichever version. */
record AskedReference(String type, String id) {
  private static final Pattern REFERENCE =
      Pattern.compile(
          "(?:[^,]*/)?([A-Z][A-Za-z]{1,63})/([A-Za-z0-9.-]{1,64})"
              + "(?:/_history/[^,|/]*)?(?:\\|[^,]*)?");

  /** Empty where the value is no reference. */
  static Optional<AskedReference> of(String value) {
    return Optional.of(REFERENCE.matcher(value))
        .filter(Matcher::matches)
        .map(found -> new AskedReference(found.group(1), found.group(2)));
  }

  /** Such as {@code Observation/1}. */
  String name() {
    return type + "/" + id;
  }
}
