package org.fhiranchor.ledger.evm;

import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fhiranchor.ledger.Address;
import org.fhiranchor.ledger.ChainId;
import org.fhiranchor.ledger.LedgerRejectedException;
import org.fhiranchor.ledger.LedgerUnavailableException;
import org.fhiranchor.ledger.secret.SecretFile;

/**
 * {@code make deploy-contracts}: puts both contracts on a chain and prints the settings to paste.
 * The key file's password comes from the environment variable {@code ANCHOR_KEY_PASSWORD}, or a
 * file; never from the command line, which everybody on the machine can read.
 */
public final class DeployContracts {
  private static final String USAGE =
      "usage: --rpc URL --key-file FILE [--password-file FILE] [--max-fee-gwei N] [--wait SECONDS]";

  private static final List<String> KNOWN =
      List.of("--rpc", "--key-file", "--password-file", "--max-fee-gwei", "--wait");

  private static final Duration REQUEST_LIMIT = Duration.ofSeconds(20);

  private final Map<String, String> environment;
  private final PrintStream out;
  private final PrintStream err;

  DeployContracts(Map<String, String> environment, PrintStream out, PrintStream err) {
    this.environment = environment;
    this.out = out;
    this.err = err;
  }

  /** Ends with 0, 1 when the ledger or the key file said no, 2 for a wrong command line. */
  public static void main(String[] arguments) {
    DeployContracts tool = new DeployContracts(System.getenv(), System.out, System.err);
    System.exit(tool.run(List.of(arguments)));
  }

  int run(List<String> arguments) {
    Optional<Map<String, String>> options = options(arguments);
    if (options.isEmpty()) {
      err.println(USAGE);
      return 2;
    }
    try {
      deploy(options.get());
      return 0;
    } catch (LedgerUnavailableException
        | LedgerRejectedException
        | IllegalArgumentException
        | IllegalStateException
        | UncheckedIOException failed) {
      err.println("not deployed: " + failed.getMessage());
      return 1;
    }
  }

  private static Optional<Map<String, String>> options(List<String> arguments) {
    Map<String, String> options = new HashMap<>();
    for (int i = 0; i + 1 < arguments.size(); i += 2) {
      if (!KNOWN.contains(arguments.get(i))) {
        return Optional.empty();
      }
      options.put(arguments.get(i), arguments.get(i + 1));
    }
    boolean complete = options.containsKey("--rpc") && options.containsKey("--key-file");
    return complete && arguments.size() % 2 == 0 ? Optional.of(options) : Optional.empty();
  }

  private void deploy(Map<String, String> options) {
    String rpc = options.getOrDefault("--rpc", "");
    String keyFile = options.getOrDefault("--key-file", "");
    KeySigner signer = KeySigner.fromKeystore(Path.of(keyFile), password(options));
    FeePolicy fees = FeePolicy.ofGwei(number(options, "--max-fee-gwei", 500));
    Duration wait = Duration.ofSeconds(number(options, "--wait", 300));
    try (EvmClient client = EvmClient.connect(URI.create(rpc), REQUEST_LIMIT)) {
      // There is no configuration yet: the chain is what the ledger says, and is printed below.
      ChainId chain = client.chainId();
      ContractDeployer deployer =
          new ContractDeployer(client, chain, signer, fees, wait, InstantSource.system());
      long before = deployer.latestBlock();
      Address anchor = deployer.deployAnchorRegistry();
      // If we die here, the anchor contract is there all the same, and harmless.
      Address consent = deployer.deployConsentRegistry();
      print(rpc, keyFile, chain.value(), anchor, consent);
      out.println("    first-block: " + (before + 1));
    }
  }

  private static long number(Map<String, String> options, String name, long otherwise) {
    try {
      return Long.parseLong(options.getOrDefault(name, Long.toString(otherwise)));
    } catch (NumberFormatException wrong) {
      throw new IllegalArgumentException(
          name + ": want a whole number, got " + options.get(name), wrong);
    }
  }

  private String password(Map<String, String> options) {
    String file = options.get("--password-file");
    if (file != null) {
      return new SecretFile("--password-file", Path.of(file)).read().strip();
    }
    String fromEnvironment = environment.get("ANCHOR_KEY_PASSWORD");
    if (fromEnvironment != null) {
      return fromEnvironment;
    }
    throw new IllegalArgumentException(
        "no password: set ANCHOR_KEY_PASSWORD, or give --password-file");
  }

  private void print(String rpc, String keyFile, long chainId, Address anchor, Address consent) {
    out.println("# deployed; paste into application.yaml");
    out.println("anchor:");
    out.println("  ledger:");
    out.println("    mode: rpc");
    out.println("    rpc-url: " + rpc);
    out.println("    chain-id: " + chainId);
    out.println("    anchor-contract: \"" + anchor + "\"");
    out.println("    consent-contract: \"" + consent + "\"");
    out.println("    key-file: " + keyFile);
  }
}
