package org.fhiranchor.interceptors.consent.following;

import java.util.List;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.ledger.Address;

/** What is kept of the use of patients' keys, for them to read, and to notice a copied one. */
public interface KeyUses {
  /** Every key a patient ever had, newest first. */
  List<BoundKey> of(PatientId patient);

  /**
   * Keeps what a passkey says with a signature.
   *
   * @return false when its count did not go on since the last other signature (WebAuthn §7.2 step
   *     21): then nothing is kept
   */
  boolean keep(PatientId patient, Address address, PasskeyUse use);
}
