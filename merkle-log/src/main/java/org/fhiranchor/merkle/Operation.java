package org.fhiranchor.merkle;

/** What made a resource version (STM-1). */
public enum Operation {
  /** The first version, or the first after a delete. */
  CREATE("create"),
  /** A later version; patch and rewrites of metadata included. */
  UPDATE("update"),
  /** A version without content. */
  DELETE("delete"),
  /** A version whose content was destroyed for good. */
  ERASE("erase");

  private final String word;

  Operation(String word) {
    this.word = word;
  }

  /** The word in a statement. */
  public String word() {
    return word;
  }

  /**
   * Reads the word of a statement.
   *
   * @throws IllegalArgumentException for any other
   */
  public static Operation parse(String word) {
    for (Operation operation : values()) {
      if (operation.word.equals(word)) {
        return operation;
      }
    }
    throw new IllegalArgumentException("operation: want create, update, delete or erase");
  }
}
