package org.fhiranchor.interceptors.autoconfigure;

import java.math.BigInteger;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.fhiranchor.ledger.Address;
import org.fhiranchor.ledger.ChainId;
import org.fhiranchor.ledger.Finality;
import org.fhiranchor.ledger.LogId;
import org.fhiranchor.ledger.anchoring.AnchoringSettings;
import org.fhiranchor.ledger.embedded.EmbeddedChain;
import org.fhiranchor.ledger.evm.ContractDeployer;
import org.fhiranchor.ledger.evm.EmbeddedContracts;
import org.fhiranchor.ledger.evm.EvmClient;
import org.fhiranchor.ledger.evm.FeePolicy;
import org.fhiranchor.ledger.evm.KeySigner;
import org.fhiranchor.ledger.evm.LedgerPreflight;
import org.fhiranchor.ledger.evm.Mnemonic;
import org.fhiranchor.ledger.evm.TransactionSigner;
import org.fhiranchor.ledger.evm.Web3Signer;
import org.fhiranchor.ledger.secret.SecretFile;
import org.fhiranchor.ledger.sending.SendingSettings;
import org.fhiranchor.merkle.LogVerifierKey;

/**
 * The ledger this server is connected to, its contracts in place and its log registered. Closing it
 * ends the embedded chain, where there is one.
 *
 * @param relayer pays for what patients sign; on an existing network the anchoring account itself,
 *     unless the settings name another one
 * @param rpcUrl where the ledger is asked
 * @param others further nodes, which are asked about consents
 */
record LedgerConnection(
    EvmClient client,
    URI rpcUrl,
    ChainId chain,
    Address anchorContract,
    Optional<Address> consentContract,
    TransactionSigner signer,
    TransactionSigner relayer,
    FeePolicy fees,
    LogId logId,
    Optional<EmbeddedChain> embedded,
    List<EvmClient> others)
    implements AutoCloseable {
  private static final Duration RPC_LIMIT = Duration.ofSeconds(10);
  private static final Duration LOOK_LIMIT = Duration.ofSeconds(3);
  private static final Duration SETUP_LIMIT = Duration.ofSeconds(60);
  private static final BigInteger USUAL_CAP = BigInteger.valueOf(500_000_000_000L);

  static LedgerConnection open(AnchorSettings settings, LogVerifierKey key, SecureRandom random) {
    FeePolicy fees = fees(settings);
    return settings.ledger() instanceof AnchorSettings.EmbeddedLedger embedded
        ? embedded(embedded, settings.data(), key, random, fees)
        : rpc((AnchorSettings.RpcLedger) settings.ledger(), key, fees);
  }

  /** Refuses a network that is not as the settings say; sends nothing, and starts nothing. */
  static void check(AnchorSettings.RpcLedger rpc, LogVerifierKey key, FeePolicy fees) {
    TransactionSigner signer = signer(rpc.signer());
    try (EvmClient client = EvmClient.connect(rpc.rpcUrl(), LOOK_LIMIT)) {
      new RpcSetup(client, signer, fees).check(expected(rpc, signer, key));
    }
  }

  /** Refuses an embedded chain whose program is not there. */
  static void check(AnchorSettings.EmbeddedLedger embedded) {
    EmbeddedChain.requireProgram(roots(embedded));
  }

  static FeePolicy fees(AnchorSettings settings) {
    BigInteger cap = settings.ledger().anchoring().maxFeePerGas().orElse(USUAL_CAP);
    BigInteger urgent =
        settings
            .ledger()
            .anchoring()
            .spending()
            .maxRevocationFeePerGas()
            .orElseGet(() -> cap.shiftLeft(2));
    return new FeePolicy(cap, urgent.max(cap));
  }

  private static LedgerConnection embedded(
      AnchorSettings.EmbeddedLedger embedded,
      Path data,
      LogVerifierKey key,
      SecureRandom random,
      FeePolicy fees) {
    Mnemonic mnemonic = Mnemonic.loadOrCreate(data.resolve("ledger-mnemonic"), random);
    EmbeddedChain chain = EmbeddedChain.start(chainSettings(embedded, data, mnemonic));
    EvmClient client = EvmClient.connect(chain.rpcUrl(), RPC_LIMIT);
    try {
      return prepared(chain, client, mnemonic, key, fees);
    } catch (RuntimeException failed) {
      client.close();
      chain.close();
      throw failed;
    }
  }

  private static LedgerConnection prepared(
      EmbeddedChain chain,
      EvmClient client,
      Mnemonic mnemonic,
      LogVerifierKey key,
      FeePolicy fees) {
    KeySigner signer = mnemonic.signer(Mnemonic.ANCHORER);
    InstantSource clock = InstantSource.system();
    EmbeddedContracts contracts =
        EmbeddedContracts.prepare(client, chain.chainId(), mnemonic, SETUP_LIMIT, clock);
    LogId logId =
        new ContractDeployer(client, chain.chainId(), signer, fees, SETUP_LIMIT, clock)
            .register(contracts.anchorRegistry(), key);
    return new LedgerConnection(
        client,
        chain.rpcUrl(),
        chain.chainId(),
        contracts.anchorRegistry(),
        Optional.of(contracts.consentRegistry()),
        signer,
        mnemonic.signer(Mnemonic.RELAYER),
        fees,
        logId,
        Optional.of(chain),
        List.of());
  }

  private static EmbeddedChain.Settings chainSettings(
      AnchorSettings.EmbeddedLedger embedded, Path data, Mnemonic mnemonic) {
    List<Address> funded =
        Stream.of(Mnemonic.ANCHORER, Mnemonic.RELAYER, Mnemonic.DEPLOYER)
            .map(account -> mnemonic.signer(account).address())
            .toList();
    return new EmbeddedChain.Settings(
        data.resolve("chain"),
        roots(embedded),
        EmbeddedChain.DEFAULT_CHAIN,
        embedded.port(),
        funded,
        SETUP_LIMIT);
  }

  private static List<Path> roots(AnchorSettings.EmbeddedLedger embedded) {
    Path modules = embedded.nodeModules().toAbsolutePath();
    return List.of(Optional.ofNullable(modules.getParent()).orElse(modules));
  }

  private static LedgerPreflight.Expected expected(
      AnchorSettings.RpcLedger rpc, TransactionSigner signer, LogVerifierKey key) {
    return new LedgerPreflight.Expected(
        new ChainId(rpc.chainId()),
        Address.parse(rpc.anchorContract()),
        rpc.consentContract().map(Address::parse),
        ContractDeployer.logId(signer.address(), key));
  }

  private static LedgerConnection rpc(
      AnchorSettings.RpcLedger rpc, LogVerifierKey key, FeePolicy fees) {
    EvmClient client = EvmClient.connect(rpc.rpcUrl(), RPC_LIMIT);
    TransactionSigner signer = signer(rpc.signer());
    LedgerPreflight.Expected expected = expected(rpc, signer, key);
    new RpcSetup(client, signer, fees).prepare(expected, key);
    return new LedgerConnection(
        client,
        rpc.rpcUrl(),
        expected.chainId(),
        expected.anchorContract(),
        expected.consentContract(),
        signer,
        rpc.relayer().map(LedgerConnection::signer).orElse(signer),
        fees,
        expected.logId(),
        Optional.empty(),
        rpc.nodes().others().stream().map(url -> EvmClient.connect(url, RPC_LIMIT)).toList());
  }

  private static TransactionSigner signer(AnchorSettings.Signer signer) {
    if (signer instanceof AnchorSettings.RemoteSigner remote) {
      return new Web3Signer(remote.url(), Address.parse(remote.address()), RPC_LIMIT);
    }
    AnchorSettings.KeyFileSigner file = (AnchorSettings.KeyFileSigner) signer;
    SecretFile password = new SecretFile("anchor.ledger.key-password-file", file.passwordFile());
    return KeySigner.fromKeystore(file.keystore(), password.read().strip());
  }

  AnchoringSettings anchoring(AnchorSettings.Anchoring settings) {
    return new AnchoringSettings(finality(settings.finality()), settings.stuckAfter());
  }

  SendingSettings sending(AnchorSettings.Anchoring settings) {
    return new SendingSettings(
        finality(settings.finality()), settings.stuckAfter(), settings.spending().dailyBudget());
  }

  /** Whether what patients sign is sent by the anchoring account itself. */
  boolean hasOneAccount() {
    return signer.address().equals(relayer.address());
  }

  /** The setting counts the anchor's own block, the port only those on top of it. */
  static Finality finality(AnchorSettings.Finality finality) {
    if (finality instanceof AnchorSettings.FinalityByConfirmations enough) {
      return new Finality.Confirmations(enough.count() - 1);
    }
    return isLatest(finality) ? new Finality.Confirmations(0) : new Finality.Tag();
  }

  private static boolean isLatest(AnchorSettings.Finality finality) {
    return finality instanceof AnchorSettings.FinalityByTag tagged
        && tagged.tag() == AnchorSettings.BlockTag.LATEST;
  }

  /** How a proof file names what is final here. */
  static String finalityWord(AnchorSettings.Finality finality) {
    if (finality instanceof AnchorSettings.FinalityByConfirmations enough) {
      return "confirmations:" + enough.count();
    }
    return isLatest(finality) ? "latest" : "finalized";
  }

  /** All nodes, the one that everything is sent through first. */
  List<EvmClient> nodes() {
    return Stream.concat(Stream.of(client), others.stream()).toList();
  }

  @Override
  public void close() {
    nodes().forEach(EvmClient::close);
    embedded.ifPresent(EmbeddedChain::close);
  }
}
