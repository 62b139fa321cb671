package org.fhiranchor.ledger.evm;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.fhiranchor.ledger.secret.SecretFile;
import org.web3j.crypto.Credentials;
import org.web3j.crypto.ECKeyPair;
import org.web3j.crypto.Wallet;
import org.web3j.crypto.exception.CipherException;
import org.web3j.protocol.ObjectMapperFactory;

/**
 * Behind {@code make ledger-key}: makes an account that anchors, as a Web3 keystore and the file
 * with its password, both for their owner only, and prints the address. Arguments are {@code
 * NAME=value}. Exit status 0, or 2 with one line on standard error.
 */
public final class LedgerKeyCommand {
  private static final Set<String> NAMES = Set.of("FILE", "PASSWORD_FILE");

  private LedgerKeyCommand() {}

  /** Entry point. */
  public static void main(String[] arguments) {
    System.exit(run(List.of(arguments), new SecureRandom(), System.out, System.err));
  }

  static int run(List<String> arguments, SecureRandom random, PrintStream out, PrintStream err) {
    try {
      Map<String, String> given = given(arguments);
      Path keystore = path(given, "FILE");
      Path passwordFile = path(given, "PASSWORD_FILE");
      out.println(make(keystore, passwordFile, random));
      return 0;
    } catch (FileAlreadyExistsException there) {
      err.println("ledger-key: " + there.getFile() + " is there already and is not replaced");
    } catch (IllegalArgumentException | IOException | UncheckedIOException e) {
      err.println("ledger-key: " + e.getMessage());
    }
    return 2;
  }

  private static String make(Path keystore, Path passwordFile, SecureRandom random)
      throws IOException {
    for (Path file : List.of(keystore, passwordFile)) {
      if (Files.exists(file)) {
        throw new FileAlreadyExistsException(file.toString());
      }
    }
    byte[] bytes = new byte[32];
    random.nextBytes(bytes);
    String password = HexFormat.of().formatHex(bytes);
    ECKeyPair key = ECKeyPair.create(PatientKey.generate(random).secret().toArray());
    // If we die between the two, the keystore is useless: no account of this key has been printed.
    new SecretFile("FILE", keystore).create(keystoreOf(password, key));
    new SecretFile("PASSWORD_FILE", passwordFile).create(password + "\n");
    return Credentials.create(key).getAddress();
  }

  private static String keystoreOf(String password, ECKeyPair key) throws IOException {
    try {
      return ObjectMapperFactory.getObjectMapper()
          .writeValueAsString(Wallet.createStandard(password, key));
    } catch (CipherException e) {
      throw new IOException("cannot encrypt the key", e);
    }
  }

  private static Path path(Map<String, String> given, String name) {
    String text = given.getOrDefault(name, "");
    if (text.isEmpty()) {
      throw new IllegalArgumentException("want " + name + "=path, got none");
    }
    return Path.of(text);
  }

  private static Map<String, String> given(List<String> arguments) {
    Map<String, String> given = new LinkedHashMap<>();
    for (String argument : arguments) {
      String[] parts = argument.split("=", 2);
      if (parts.length != 2 || !NAMES.contains(parts[0])) {
        throw new IllegalArgumentException("want FILE=path PASSWORD_FILE=path, got " + argument);
      }
      given.put(parts[0], parts[1].strip());
    }
    return given;
  }
}
