package org.fhiranchor.consent.decide;

import java.util.Set;

/**
 * Sets of actors as 64 bits, one for each actor, several actors for each bit. Where those who are
 * meant and those who ask have no bit in common, they have no actor in common; the other way round
 * nothing is said.
 */
final class ActorBits {
  /** Anybody is meant; whoever asks has this bit, without any actor too. */
  static final long ANYBODY = 1;

  private static final int OTHERS = 63;

  private ActorBits() {}

  static long meant(Set<String> actors) {
    long bits = 0;
    for (String actor : actors) {
      bits |= bit(actor);
    }
    return bits;
  }

  /** Whoever may be anybody has all bits: a deny of whomever may be meant. */
  static long asking(Set<String> actors, OtherNames others) {
    return others.known() ? ANYBODY | meant(actors) | meant(others.references()) : -1;
  }

  private static long bit(String actor) {
    long mixed = Integer.toUnsignedLong(actor.hashCode() * 0x9E3779B9);
    return 2L << (int) ((mixed * OTHERS) >>> Integer.SIZE);
  }
}
