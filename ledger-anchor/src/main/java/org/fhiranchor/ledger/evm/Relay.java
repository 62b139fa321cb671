package org.fhiranchor.ledger.evm;

import java.util.Optional;
import org.fhiranchor.ledger.Address;
import org.fhiranchor.ledger.LedgerRejectedException;
import org.fhiranchor.ledger.LedgerRejectedException.Reason;
import org.fhiranchor.ledger.SignedTransaction;
import org.fhiranchor.ledger.TransactionHash;

/** Sends calls of one account, one after the other. */
final class Relay {
  /** Another node with the same account may take the nonce in between, but not for ever. */
  private static final int MAX_TRIES = 5;

  private final EvmAccount account;
  private final ContractArtifact artifact;
  private final Address contract;

  Relay(EvmAccount account, ContractArtifact artifact, Address contract) {
    this.account = account;
    this.artifact = artifact;
    this.contract = contract;
  }

  synchronized TransactionHash send(AbiCall call) {
    for (int left = MAX_TRIES - 1; ; left--) {
      try {
        return once(call);
      } catch (LedgerRejectedException refused) {
        if (left == 0 || !isNonceTaken(refused.reason())) {
          throw refused;
        }
      }
    }
  }

  private static boolean isNonceTaken(Reason reason) {
    return reason == Reason.NONCE_TOO_LOW || reason == Reason.UNDERPRICED;
  }

  private TransactionHash once(AbiCall call) {
    SignedTransaction transaction =
        account.sign(
            artifact,
            Optional.of(contract),
            call.data(),
            account.nextNonce("pending"),
            account.fees());
    account.send(transaction);
    return transaction.hash();
  }
}
