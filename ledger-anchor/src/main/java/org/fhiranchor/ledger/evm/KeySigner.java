package org.fhiranchor.ledger.evm;

import java.io.IOException;
import java.nio.file.Path;
import org.fhiranchor.ledger.Address;
import org.fhiranchor.ledger.Bytes;
import org.web3j.crypto.Credentials;
import org.web3j.crypto.ECKeyPair;
import org.web3j.crypto.Keys;
import org.web3j.crypto.Sign;
import org.web3j.crypto.WalletUtils;
import org.web3j.crypto.exception.CipherException;

/** Signs with a key in memory. */
public final class KeySigner implements TransactionSigner {
  private final ECKeyPair key;
  private final Address address;

  KeySigner(ECKeyPair key) {
    this.key = key;
    this.address = Address.parse("0x" + Keys.getAddress(key));
  }

  /**
   * Reads a Web3 Secret Storage file, version 3.
   *
   * @throws IllegalArgumentException when the file is not one, or the password does not fit
   */
  public static KeySigner fromKeystore(Path file, String password) {
    try {
      Credentials credentials = WalletUtils.loadCredentials(password, file.toFile());
      return new KeySigner(credentials.getEcKeyPair());
    } catch (CipherException wrong) {
      throw new IllegalArgumentException(
          "key file " + file + ": cannot be opened: " + wrong.getMessage(), wrong);
    } catch (IOException unreadable) {
      throw new IllegalArgumentException(
          "key file " + file + ": want a readable Web3 keystore, version 3", unreadable);
    }
  }

  @Override
  public Address address() {
    return address;
  }

  @Override
  public Bytes sign(Bytes payload) {
    return Signatures.bytes(Sign.signMessage(payload.toArray(), key));
  }
}
