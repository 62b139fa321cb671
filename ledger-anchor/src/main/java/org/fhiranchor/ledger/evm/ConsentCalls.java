package org.fhiranchor.ledger.evm;

import java.math.BigInteger;
import java.time.Instant;
import java.util.Optional;
import org.fhiranchor.ledger.Address;
import org.fhiranchor.ledger.Bytes;
import org.fhiranchor.ledger.CallKind;
import org.fhiranchor.ledger.ConsentDomain;
import org.fhiranchor.ledger.ConsentGrant;
import org.fhiranchor.ledger.ConsentKey;
import org.fhiranchor.ledger.ConsentRevocation;
import org.fhiranchor.ledger.LedgerCall;

/** What is sent to the consent registry (CR-2). */
final class ConsentCalls {
  /** Enough for a revocation that a key signed: 60,000 and something. */
  private static final long KEY_REVOCATION_GAS = 120_000;

  private static final BigInteger LAST_SECOND = BigInteger.valueOf(Instant.MAX.getEpochSecond());

  private ConsentCalls() {}

  static LedgerCall grant(Address contract, ConsentGrant grant, Bytes signature) {
    AbiCall data =
        AbiCall.of("grant((bytes32,bytes32,address,uint64,uint64,uint256),bytes)")
            .bytes32(grant.id().value())
            .bytes32(grant.termsHash())
            .address(grant.grantor())
            .uint(grant.period().notBeforeSeconds())
            .uint(grant.period().notAfterSeconds())
            .uint(grant.deadline())
            .bytes(signature);
    return call(
        CallKind.GRANT, contract, grant.key(), data, grant.deadline(), LedgerCall.MAX_CONSENT_GAS);
  }

  /**
   * Asks nobody, so that a revocation is taken while the ledger is away. Gas that is not used costs
   * nothing.
   */
  static LedgerCall revocation(
      ConsentDomain domain, ConsentRevocation revocation, Bytes signature) {
    AbiCall data =
        AbiCall.of("revokeBySignature((bytes32,address,uint256),bytes)")
            .bytes32(revocation.id().value())
            .address(revocation.grantor())
            .uint(revocation.deadline())
            .bytes(signature);
    boolean byKey =
        Signatures.signer(ConsentTypedData.of(domain, revocation).digest(), signature)
            .filter(revocation.grantor()::equals)
            .isPresent();
    return call(
        CallKind.REVOCATION,
        domain.contract(),
        revocation.key(),
        data,
        revocation.deadline(),
        byKey ? KEY_REVOCATION_GAS : LedgerCall.MAX_CONSENT_GAS);
  }

  private static LedgerCall call(
      CallKind kind,
      Address contract,
      ConsentKey key,
      AbiCall data,
      BigInteger deadline,
      long gas) {
    return new LedgerCall(
        kind,
        LedgerCall.subject(kind, key),
        contract,
        data.data(),
        gas,
        Optional.of(key),
        Optional.of(Instant.ofEpochSecond(deadline.min(LAST_SECOND).longValueExact())),
        Optional.empty());
  }
}
