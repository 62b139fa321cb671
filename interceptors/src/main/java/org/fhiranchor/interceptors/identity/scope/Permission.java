package org.fhiranchor.interceptors.identity.scope;

/**
 * What a SMART v2 scope may permit, in the order in which a scope lists the letters: {@code cruds}.
 */
public enum Permission {
  CREATE('c'),
  READ('r'),
  UPDATE('u'),
  DELETE('d'),
  SEARCH('s');

  private final char letter;

  Permission(char letter) {
    this.letter = letter;
  }

  /** The letter, as a string. */
  String letter() {
    return String.valueOf(letter);
  }

  /** The permission of one of the letters c, r, u, d, s. */
  static Permission ofLetter(int letter) {
    for (Permission permission : values()) {
      if (permission.letter == letter) {
        return permission;
      }
    }
    throw new IllegalArgumentException("scope letter: want one of cruds");
  }
}
