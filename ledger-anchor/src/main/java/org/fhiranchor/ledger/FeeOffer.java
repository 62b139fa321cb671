package org.fhiranchor.ledger;

import java.math.BigInteger;

/**
 * What to offer now, and the most that may be offered.
 *
 * @param cap in wei per unit of gas
 */
public record FeeOffer(Fees fees, BigInteger cap) {}
