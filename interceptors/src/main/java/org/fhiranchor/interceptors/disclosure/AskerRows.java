package org.fhiranchor.interceptors.disclosure;

import java.util.List;
import org.fhiranchor.merkle.Digest;

/** Records that were written before who asked was noted beside them (AUD-4). */
public interface AskerRows {
  /**
   * A record without its asker.
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

  /** At most so many of them, the newest first. */
  List<Unnoted> withoutAsker(int limit);

  /** Notes these, but for those that have one by now. */
  void note(List<Noted> askers);
}
