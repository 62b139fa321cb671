package org.fhiranchor.interceptors.examples;

/** What came of writing one example. */
sealed interface ExampleOutcome {
  /**
   * HAPI stored it.
   *
   * @param location such as {@code Patient/example/_history/1}
   */
  record Accepted(String file, String location) implements ExampleOutcome {}

  /**
   * HAPI did not.
   *
   * @param reason its status and message number, with what varies left out
   */
  record Refused(String file, String reason) implements ExampleOutcome {}
}
