// The EIP-712 types of the consent ledger, as wallets see them (CONSENT.md CR-2, CG-4).
export const consentTypes = {
  ConsentGrant: [
    { name: "consentId", type: "bytes32" },
    { name: "termsHash", type: "bytes32" },
    { name: "grantor", type: "address" },
    { name: "notBefore", type: "uint64" },
    { name: "notAfter", type: "uint64" },
    { name: "deadline", type: "uint256" },
  ],
  ConsentRevocation: [
    { name: "consentId", type: "bytes32" },
    { name: "grantor", type: "address" },
    { name: "deadline", type: "uint256" },
  ],
  KeyBinding: [
    { name: "subject", type: "bytes32" },
    { name: "key", type: "address" },
    { name: "deadline", type: "uint256" },
  ],
};

/** The signing domain of one registry on one chain. */
export function consentDomain(chainId, verifyingContract) {
  return { name: "FHIR Anchor Consent", version: "1", chainId: BigInt(chainId), verifyingContract };
}
