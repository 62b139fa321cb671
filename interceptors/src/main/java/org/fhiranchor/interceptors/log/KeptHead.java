package org.fhiranchor.interceptors.log;

import java.util.Optional;
import org.fhiranchor.merkle.SignedCheckpoint;

/**
 * Where all nodes keep the largest signed head of the log, apart from the log's database (CP-3).
 */
public interface KeptHead {
  /**
   * What was kept; its signature is not checked here.
   *
   * @throws CorruptLogException when it is no signed checkpoint
   */
  Optional<SignedCheckpoint> read();

  /**
   * Keeps a larger head in place of the one that was read and compared; nothing where another node
   * has kept one since.
   */
  void keep(SignedCheckpoint head, Optional<SignedCheckpoint> before);
}
