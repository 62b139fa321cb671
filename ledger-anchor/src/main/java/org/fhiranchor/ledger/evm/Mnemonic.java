package org.fhiranchor.ledger.evm;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.fhiranchor.ledger.Address;
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
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");

  private final String words;

  private Mnemonic(String words) {
    this.words = words;
  }

  /**
   * Reads the words, or makes new ones when there is no file.
   *
   * @throws IllegalArgumentException for a file that others may read, or that has no valid words
   */
  public static Mnemonic loadOrCreate(Path file, SecureRandom random) {
    try {
      return Files.exists(file) ? load(file) : create(file, random);
    } catch (IOException failed) {
      throw new UncheckedIOException("mnemonic: cannot use " + file, failed);
    }
  }

  private static Mnemonic create(Path file, SecureRandom random) throws IOException {
    byte[] entropy = new byte[ENTROPY];
    random.nextBytes(entropy);
    String words = MnemonicUtils.generateMnemonic(entropy);
    Files.createDirectories(file.toAbsolutePath().getParent());
    Path half = file.resolveSibling(file.getFileName() + ".new");
    Files.deleteIfExists(half);
    Files.createFile(half, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
    Files.writeString(half, words + "\n", StandardOpenOption.SYNC);
    // If we die before this, there is no mnemonic yet, and nothing was made with it.
    Files.move(half, file);
    return new Mnemonic(words);
  }

  private static Mnemonic load(Path file) throws IOException {
    Set<PosixFilePermission> got = Files.getPosixFilePermissions(file);
    if (!OWNER_ONLY.containsAll(got)) {
      throw new IllegalArgumentException(
          "mnemonic file "
              + file
              + ": want mode rw-------, got "
              + PosixFilePermissions.toString(got)
              + "; run chmod 600 on it");
    }
    String words = Files.readString(file).strip();
    if (!MnemonicUtils.validateMnemonic(words)) {
      throw new IllegalArgumentException(
          "mnemonic file " + file + ": want BIP-39 words whose check sum fits");
    }
    return new Mnemonic(words);
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
