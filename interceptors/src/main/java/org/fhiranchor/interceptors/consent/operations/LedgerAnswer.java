package org.fhiranchor.interceptors.consent.operations;

import java.util.Optional;
import org.fhiranchor.ledger.TransactionHash;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.DecimalType;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.StringType;

/**
 * Where a Consent stands on the ledger, as the operations answer it.
 *
 * @param blockNumber of the grant, or of the revocation once revoked
 * @param isFinal whether that block is final
 * @param custody who holds the grantor's key: {@code server} or {@code holder}
 */
record LedgerAnswer(
    State state,
    Optional<TransactionHash> transaction,
    Optional<Long> blockNumber,
    boolean isFinal,
    Optional<String> custody) {
  /** The codes of {@code state}. */
  enum State {
    /** Nothing was ever sent. */
    NONE("none"),
    /** On its way. */
    PENDING("pending"),
    /** On the ledger. */
    GRANTED("granted"),
    /** The signature ended before the ledger had it; what was revoked is revoked here. */
    EXPIRED("expired"),
    /** Revoked for good. */
    REVOKED("revoked");

    private final String code;

    State(String code) {
      this.code = code;
    }
  }

  Parameters toParameters() {
    Parameters answer = new Parameters();
    answer.addParameter("state", new CodeType(state.code));
    transaction.ifPresent(
        hash -> answer.addParameter("transactionHash", new StringType(hash.toString())));
    blockNumber.ifPresent(
        block -> {
          answer.addParameter("blockNumber", new DecimalType(block));
          answer.addParameter("finality", new CodeType(isFinal ? "final" : "not-final"));
        });
    custody.ifPresent(who -> answer.addParameter("custody", new CodeType(who)));
    return answer;
  }
}
