package org.fhiranchor.interceptors.disclosure;

import java.util.List;

/**
 * Told what a request came to, before its first byte leaves, by the thread that answers it. Whoever
 * throws stops the answer.
 */
public interface AccessListener {
  /**
   * The request is decided; its answer waits.
   *
   * @param records none when nothing was shown and nobody refused
   */
  void closed(AccessRequester who, List<DisclosureRecord> records);
}
