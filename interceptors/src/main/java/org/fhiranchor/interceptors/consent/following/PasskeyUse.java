package org.fhiranchor.interceptors.consent.following;

import org.fhiranchor.ledger.evm.PasskeySignature;
import org.fhiranchor.merkle.Digest;

/**
 * What a passkey says of itself with a signature (KEY-3).
 *
 * @param signCount how often it has signed, by its own count; 0 where it does not count
 * @param backupEligible whether it may be copied to the holder's other devices
 * @param backedUp whether it is
 * @param signature SHA-256 of the signature, so that the same one may come twice
 */
public record PasskeyUse(
    long signCount, boolean backupEligible, boolean backedUp, Digest signature) {
  /** What this signature says. */
  public static PasskeyUse of(PasskeySignature signature) {
    return new PasskeyUse(
        signature.signCount(),
        signature.mayBeBackedUp(),
        signature.isBackedUp(),
        Digest.sha256(signature.bytes().toArray()));
  }
}
