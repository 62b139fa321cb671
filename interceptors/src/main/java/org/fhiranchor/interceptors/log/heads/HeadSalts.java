package org.fhiranchor.interceptors.log.heads;

import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.Salt;

/** The salt of each head: always the same for one head, and known to nobody without the key. */
@FunctionalInterface
public interface HeadSalts {
  /** The salt of the subject's head with this number and commitment. */
  Salt of(Digest subject, long number, Digest commitment);
}
