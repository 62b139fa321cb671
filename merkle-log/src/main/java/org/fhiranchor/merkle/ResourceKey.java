package org.fhiranchor.merkle;

import java.util.regex.Pattern;

/**
 * A resource without its version: {@code Observation/123}.
 *
 * @param type a FHIR resource type
 * @param id a FHIR id: 1 to 64 letters, digits, '-' and '.'
 */
public record ResourceKey(String type, String id) {
  private static final Pattern TYPE = Pattern.compile("[A-Z][A-Za-z]{0,63}");
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9.-]{1,64}");

  /**
   * Checks both parts.
   *
   * @throws IllegalArgumentException when one is not what FHIR allows
   */
  public ResourceKey {
    if (!TYPE.matcher(type).matches()) {
      throw new IllegalArgumentException("resource type: want letters, the first a capital");
    }
    if (!ID.matcher(id).matches()) {
      throw new IllegalArgumentException("resource id: want 1 to 64 of A-Z a-z 0-9 - .");
    }
  }

  /**
   * Reads {@code Observation/123}.
   *
   * @throws IllegalArgumentException for anything else
   */
  public static ResourceKey parse(String text) {
    int slash = text.indexOf('/');
    if (slash < 0) {
      throw new IllegalArgumentException("resource: want type/id");
    }
    return new ResourceKey(text.substring(0, slash), text.substring(slash + 1));
  }

  @Override
  public String toString() {
    return type + "/" + id;
  }
}
