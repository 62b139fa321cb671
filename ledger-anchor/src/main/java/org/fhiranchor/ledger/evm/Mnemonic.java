package org.fhiranchor.ledger.evm;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.stream.Stream;
import org.fhiranchor.ledger.Address;
import org.fhiranchor.ledger.secret.SecretFile;
import org.web3j.crypto.Bip32ECKeyPair;
import org.web3j.crypto.MnemonicUtils;

/**
 * The secret of an embedded deployment: twelve words (BIP-39) in a file that only its owner reads.
 * A log's name on the ledger contains the owner's address, so this file outlives the chain.
 */
public final class Mnemonic {
  /** Index of the key that owns the log, anchors and pays for it. */
  public static final int ANCHORER = 0;

  /** Index of the key that relays and pays for what patients sign. */
  public static final int RELAYER = 1;

  /** Index of the key that deploys the contracts of the embedded chain, and does nothing else. */
  public static final int DEPLOYER = 2;

  private static final int ENTROPY = 16;

  private final String words;

  private Mnemonic(String words) {
    this.words = words;
  }

  /**
   * Reads the words, or makes new ones when there is no file.
   *
   * @throws IllegalStateException for a file that others may read
   * @throws IllegalArgumentException for one that has no valid words
   */
  public static Mnemonic loadOrCreate(Path file, SecureRandom random) {
    String words = new SecretFile("mnemonic", file).readOrMake(() -> generate(random)).strip();
    if (!MnemonicUtils.validateMnemonic(words)) {
      throw new IllegalArgumentException(
          "mnemonic: %s: want BIP-39 words whose check sum fits".formatted(file));
    }
    return new Mnemonic(words);
  }

  private static String generate(SecureRandom random) {
    byte[] entropy = new byte[ENTROPY];
    random.nextBytes(entropy);
    return MnemonicUtils.generateMnemonic(entropy) + "\n";
  }

  /** The accounts that need funds on an embedded chain. */
  public List<Address> accounts() {
    return Stream.of(ANCHORER, RELAYER, DEPLOYER)
        .map(this::signer)
        .map(KeySigner::address)
        .toList();
  }

  /** The signer at m/44'/60'/0'/0/index (BIP-44). */
  public KeySigner signer(int index) {
    int hard = Bip32ECKeyPair.HARDENED_BIT;
    Bip32ECKeyPair master = Bip32ECKeyPair.generateKeyPair(MnemonicUtils.generateSeed(words, ""));
    int[] path = {44 | hard, 60 | hard, hard, 0, index};
    return new KeySigner(Bip32ECKeyPair.deriveKeyPair(master, path));
  }
}
