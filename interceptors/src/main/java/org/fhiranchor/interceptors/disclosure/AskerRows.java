package org.fhiranchor.interceptors.disclosure;

import java.util.List;
import org.fhiranchor.merkle.Digest;

/**
 * Records beside which is not noted who asked, as a version before AUD-4 left them: written without
 * it, or with it after their content was removed.
 */
public interface AskerRows {
  /**
   * A record beside which is to be noted who asked.
   *
   * @param json its content; empty when it was removed
   */
  record Unnoted(long id, String json) {}

  /**
   * Whose it is.
   *
   * @param asker the tag of who asked
   */
  record Noted(long id, Digest asker) {}

  /** Whether any is without its asker. */
  boolean anyWithout();

  /** The number of the newest record; 0 when there is none. */
  long newest();

  /** Those with numbers after one and up to another, in their order. */
  List<Unnoted> unnoted(long after, long to);

  /** Notes these, but for those that have one by now; nobody where the content is gone. */
  void note(List<Noted> askers);
}
