package org.fhiranchor.ledger;

/** What consents are signed for (EIP-712): a signature counts on one chain and contract only. */
public record ConsentDomain(ChainId chainId, Address contract) {}
