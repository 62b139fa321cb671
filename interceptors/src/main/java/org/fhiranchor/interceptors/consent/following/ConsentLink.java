package org.fhiranchor.interceptors.consent.following;

import java.util.Optional;
import org.fhiranchor.consent.decide.ConsentResourceId;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.merkle.Salt;

/**
 * What ties a stored Consent to the ledger.
 *
 * @param patient the Consent's patient when it was first prepared
 * @param ledgerId random, and all that the ledger knows it by (CR-6)
 * @param salt key of the terms' hash (CG-1)
 * @param preparation what was last handed out for signing
 */
public record ConsentLink(
    ConsentResourceId consent,
    PatientId patient,
    org.fhiranchor.ledger.ConsentId ledgerId,
    Salt salt,
    Optional<Preparation> preparation) {}
