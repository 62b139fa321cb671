package org.fhiranchor.ledger;

import java.math.BigInteger;
import org.fhiranchor.merkle.Digest;

/**
 * What the holder of a key signs to have it bound to a subject (CG-4). Never on the ledger.
 *
 * @param subject salted digest of the patient
 * @param deadline last second, since 1970, at which the signature counts; a uint256
 */
public record KeyBinding(Digest subject, Address key, BigInteger deadline) {}
