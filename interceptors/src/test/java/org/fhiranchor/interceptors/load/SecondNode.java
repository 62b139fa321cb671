package org.fhiranchor.interceptors.load;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.fhiranchor.interceptors.plain.RunningServer;
import org.fhiranchor.ledger.evm.Mnemonic;
import org.fhiranchor.ledger.secret.SecretFile;
import org.web3j.crypto.Bip32ECKeyPair;
import org.web3j.crypto.MnemonicUtils;
import org.web3j.crypto.Wallet;
import org.web3j.crypto.exception.CipherException;

/** The settings of a node that joins one with an embedded chain. */
final class SecondNode {
  private static final ObjectMapper JSON = new ObjectMapper();
  static final String PASSWORD = "second node";

  private SecondNode() {}

  /** Same log key, same owner, and the first node's chain over RPC. */
  static String[] of(RunningServer first, Path data, String... more)
      throws IOException, CipherException {
    JsonNode info = JSON.readTree(first.bytes("actuator/info").body());
    Path keystore =
        keystore(
            data.resolve("ledger-mnemonic"), Mnemonic.ANCHORER, data.resolve("second-keystore"));
    Path password = password(data.resolve("second-password"));
    List<String> settings =
        new ArrayList<>(
            List.of(
                RunningServer.TABLES_ARE_THERE,
                "--anchor.log.origin=" + info.path("origin").asText(),
                "--anchor.log.signing-key=" + data.resolve("log.key"),
                "--anchor.disclosures.subject-key=" + data.resolve("subject.key"),
                "--anchor.ledger.mode=rpc",
                "--anchor.ledger.finality=latest",
                "--anchor.ledger.rpc-url=" + info.path("rpcUrl").asText(),
                "--anchor.ledger.chain-id=" + info.path("chainId").asLong(),
                "--anchor.ledger.anchor-contract=" + info.path("anchorContract").asText(),
                "--anchor.ledger.consent-contract=" + info.path("consentContract").asText(),
                "--anchor.ledger.key-file=" + keystore,
                "--anchor.ledger.key-password-file=" + password));
    settings.addAll(List.of(more));
    return settings.toArray(String[]::new);
  }

  /** A file with the password of its keystores. */
  static Path password(Path file) {
    new SecretFile("password", file).replace(PASSWORD);
    return file;
  }

  /** The key of one account under these words, as a Web3 keystore. */
  static Path keystore(Path mnemonic, int account, Path file) throws IOException, CipherException {
    String words = Files.readString(mnemonic).strip();
    int hard = Bip32ECKeyPair.HARDENED_BIT;
    Bip32ECKeyPair key =
        Bip32ECKeyPair.deriveKeyPair(
            Bip32ECKeyPair.generateKeyPair(MnemonicUtils.generateSeed(words, "")),
            new int[] {44 | hard, 60 | hard, hard, 0, account});
    JSON.writeValue(file.toFile(), Wallet.createLight(PASSWORD, key));
    return file;
  }
}
