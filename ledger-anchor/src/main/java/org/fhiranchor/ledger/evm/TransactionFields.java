package org.fhiranchor.ledger.evm;

import java.math.BigInteger;
import java.util.Optional;
import org.fhiranchor.ledger.Address;
import org.fhiranchor.ledger.Bytes;
import org.fhiranchor.ledger.ChainId;
import org.fhiranchor.ledger.Fees;
import org.fhiranchor.ledger.SignedTransaction;
import org.fhiranchor.ledger.TransactionHash;
import org.fhiranchor.merkle.Digest;
import org.web3j.crypto.Hash;
import org.web3j.crypto.RawTransaction;
import org.web3j.crypto.Sign;
import org.web3j.crypto.TransactionEncoder;

/**
 * An EIP-1559 transaction before it is signed; it never carries value.
 *
 * @param to the contract, or empty to create one
 */
record TransactionFields(
    ChainId chainId, long nonce, Fees fees, BigInteger gasLimit, Optional<Address> to, Bytes data) {

  SignedTransaction sign(TransactionSigner signer) {
    RawTransaction unsigned = unsigned();
    Bytes payload = Bytes.of(TransactionEncoder.encode(unsigned));
    Bytes signature = signer.sign(payload);
    requireSigner(signer, payload, signature);
    Sign.SignatureData data = Signatures.data(signature);
    byte[] raw = TransactionEncoder.encode(unsigned, data);
    TransactionHash hash = new TransactionHash(Digest.of(Hash.sha3(raw)));
    return new SignedTransaction(hash, Bytes.of(raw), nonce, fees);
  }

  private RawTransaction unsigned() {
    return RawTransaction.createTransaction(
        chainId.value(),
        BigInteger.valueOf(nonce),
        gasLimit,
        to.map(Address::hex).orElse(""),
        BigInteger.ZERO,
        data.hex(),
        fees.maxPriorityFeePerGas(),
        fees.maxFeePerGas());
  }

  /** A signer that mixes up keys would otherwise spend another account's money. */
  private static void requireSigner(TransactionSigner signer, Bytes payload, Bytes signature) {
    Digest digest = Digest.of(Hash.sha3(payload.toArray()));
    Optional<Address> got = Signatures.signer(digest, signature);
    if (!got.equals(Optional.of(signer.address()))) {
      throw new IllegalStateException(
          "signer: want a signature by "
              + signer.address()
              + ", got one by "
              + got.map(Address::hex).orElse("nobody"));
    }
  }
}
