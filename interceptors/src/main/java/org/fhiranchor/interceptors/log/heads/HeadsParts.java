package org.fhiranchor.interceptors.log.heads;

import java.util.Collection;
import java.util.Map;
import org.fhiranchor.merkle.SparseMap.PartId;
import org.fhiranchor.merkle.TreeSize;

/**
 * Keeps the parts of the map of heads, as each heads leaf left them. Nothing of what it gives is
 * trusted. All methods may be called from any thread.
 *
 * <p>Durability: {@link #write} joins the transaction of the caller, which writes the leaf too.
 */
public interface HeadsParts {
  /** Those of these parts that the heads leaf at this index, or one before it, left. */
  Map<PartId, byte[]> read(Collection<PartId> ids, long headsIndex);

  /**
   * Adds parts, and removes what nobody asks for any more: of each part that is written, all states
   * older than the one that the anchored size shows.
   *
   * @param headsIndex of the leaf that leaves them so
   * @param anchored the newest size that is final on the ledger
   */
  void write(long headsIndex, Map<PartId, byte[]> parts, TreeSize anchored);
}
