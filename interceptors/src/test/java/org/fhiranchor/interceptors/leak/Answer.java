package org.fhiranchor.interceptors.leak;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a server answered.
 *
 * @param status HTTP status, 0 when nothing was sent
 * @param headers by name in lower case
 * @param body as text, bytes that are none kept apart by ISO-8859-1
 */
record Answer(int status, Map<String, List<String>> headers, String body) {
  /** There was nothing to send: no link, no job, no file. */
  static final Answer NOTHING_TO_ASK = new Answer(0, Map.of(), "");

  /** An answer that is not looked at. */
  static final Answer UNSEEN = new Answer(0, Map.of(), "not looked at");

  Answer {
    headers = new TreeMap<>(headers);
  }

  /** An error, or a batch of which an entry is one. */
  boolean refused() {
    return status >= 400 || body.contains("\"response\":{\"status\":\"4");
  }

  String header(String name) {
    return String.join(", ", headers.getOrDefault(name, List.of()));
  }
}
