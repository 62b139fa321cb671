package org.fhiranchor.ledger;

import java.util.List;
import org.fhiranchor.merkle.Digest;

/**
 * An event of the consent registry (CR-3). Its number counts the registry's events, both kinds
 * together, from 1 on and without a gap.
 */
public sealed interface ConsentChange {
  /**
   * Where on the ledger the event is.
   *
   * @param logIndex its place in the block
   */
  record Place(BlockRef block, long logIndex, TransactionHash transaction) {}

  /** The grantor granted. */
  record Granted(ConsentKey key, Digest termsHash, ConsentPeriod period, long number, Place place)
      implements ConsentChange {}

  /** The grantor revoked, granted or not; this is for ever. */
  record Revoked(ConsentKey key, long number, Place place) implements ConsentChange {}

  /** The revocations among these. */
  static List<Revoked> revocations(List<ConsentChange> changes) {
    return changes.stream().filter(Revoked.class::isInstance).map(Revoked.class::cast).toList();
  }

  /** Whose consent. */
  ConsentKey key();

  /** Which of the registry's events. */
  long number();

  /** Where. */
  Place place();
}
