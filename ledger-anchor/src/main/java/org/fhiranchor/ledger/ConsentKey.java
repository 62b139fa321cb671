package org.fhiranchor.ledger;

/** What the ledger keeps a state for (CR-1): somebody else's consent of the same id is another. */
public record ConsentKey(Address grantor, ConsentId id) {}
