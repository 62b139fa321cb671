package org.fhiranchor.ledger.evm;

import java.math.BigInteger;
import java.security.SignatureException;
import java.util.Optional;
import org.fhiranchor.ledger.Address;
import org.fhiranchor.ledger.Bytes;
import org.fhiranchor.ledger.Fees;
import org.fhiranchor.ledger.TransactionHash;
import org.fhiranchor.merkle.Digest;
import org.web3j.crypto.Hash;
import org.web3j.crypto.RawTransaction;
import org.web3j.crypto.SignedRawTransaction;
import org.web3j.crypto.TransactionDecoder;
import org.web3j.crypto.transaction.type.Transaction1559;

/**
 * What the bytes of a signed EIP-1559 transaction say, and who signed them.
 *
 * @param to the contract; empty for one that makes a contract
 */
public record SentTransaction(
    TransactionHash hash,
    Address signer,
    long chainId,
    long nonce,
    Optional<Address> to,
    Bytes data,
    long gas,
    Fees fees) {
  /** Reads the bytes; empty when they are no such transaction. */
  public static Optional<SentTransaction> read(Bytes raw) {
    try {
      RawTransaction decoded = TransactionDecoder.decode(raw.hex());
      return decoded instanceof SignedRawTransaction signed
              && signed.getTransaction() instanceof Transaction1559 fields
          ? Optional.of(of(raw, signed, fields))
          : Optional.empty();
    } catch (SignatureException | RuntimeException unreadable) {
      // Whatever the decoder meets in bytes that somebody edited: they are no transaction.
      return Optional.empty();
    }
  }

  private static SentTransaction of(Bytes raw, SignedRawTransaction signed, Transaction1559 fields)
      throws SignatureException {
    String data = fields.getData();
    return new SentTransaction(
        new TransactionHash(Digest.of(Hash.sha3(raw.toArray()))),
        new Address(signed.getFrom()),
        fields.getChainId(),
        exact(fields.getNonce()),
        Optional.ofNullable(fields.getTo()).filter(to -> to.length() == 42).map(Address::new),
        Bytes.fromHex(data.startsWith("0x") ? data : "0x" + data),
        exact(fields.getGasLimit()),
        new Fees(fields.getMaxFeePerGas(), fields.getMaxPriorityFeePerGas()));
  }

  private static long exact(BigInteger number) {
    return number.longValueExact();
  }
}
