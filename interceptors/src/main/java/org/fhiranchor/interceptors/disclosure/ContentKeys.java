package org.fhiranchor.interceptors.disclosure;

import java.time.Duration;
import java.util.Optional;
import org.fhiranchor.ledger.secret.AeadCipher;
import org.fhiranchor.merkle.Digest;

/**
 * The keys of the journal's contents, one for each subject, from a database of their own (ERA-3).
 * All methods may be called from any thread.
 */
public interface ContentKeys {
  /** Tells this database of keys from another one. */
  String name();

  /** The key of a subject, known or not; empty where it was destroyed. */
  Optional<AeadCipher> of(Digest subject);

  /**
   * Destroys the key of a subject; durable when this returns.
   *
   * @return false when that was done before
   */
  boolean destroy(Digest subject);

  /** How long from now on another node may still write with a key that is destroyed. */
  Duration usedElsewhere();
}
