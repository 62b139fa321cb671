package org.fhiranchor.consent.decide;

/** The grammar of a FHIR logical id: {@code [A-Za-z0-9\-\.]{1,64}} (FHIR R4, datatypes, id). */
final class LogicalId {
  private static final int LONGEST = 64;

  private LogicalId() {}

  static String checked(String what, String id) {
    if (!isValid(id)) {
      throw new IllegalArgumentException(
          what + ": want 1 to 64 letters, digits, '-' or '.', got " + id.length() + " characters");
    }
    return id;
  }

  static boolean isValid(String id) {
    if (id.isEmpty() || id.length() > LONGEST) {
      return false;
    }
    for (int i = 0; i < id.length(); i++) {
      if (!isCharacter(id.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  static boolean isCharacter(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '-'
        || c == '.';
  }
}
