package org.fhiranchor.interceptors.autoconfigure;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fhiranchor.interceptors.autoconfigure.AnchorSettings.Anchoring;
import org.fhiranchor.interceptors.autoconfigure.AnchorSettings.BlockTag;
import org.fhiranchor.interceptors.autoconfigure.AnchorSettings.EmbeddedLedger;
import org.fhiranchor.interceptors.autoconfigure.AnchorSettings.Enforcement;
import org.fhiranchor.interceptors.autoconfigure.AnchorSettings.Finality;
import org.fhiranchor.interceptors.autoconfigure.AnchorSettings.FinalityByConfirmations;
import org.fhiranchor.interceptors.autoconfigure.AnchorSettings.FinalityByTag;
import org.fhiranchor.interceptors.autoconfigure.AnchorSettings.KeyFileSigner;
import org.fhiranchor.interceptors.autoconfigure.AnchorSettings.Ledger;
import org.fhiranchor.interceptors.autoconfigure.AnchorSettings.Nodes;
import org.fhiranchor.interceptors.autoconfigure.AnchorSettings.RemoteSigner;
import org.fhiranchor.interceptors.autoconfigure.AnchorSettings.RpcLedger;
import org.fhiranchor.interceptors.autoconfigure.AnchorSettings.Signer;
import org.fhiranchor.interceptors.autoconfigure.AnchorSettings.Spending;

/** The {@code anchor.ledger.} part, where most keys depend on the mode. */
final class AnchorSettingsLedgerReader {
  private static final String WHEN_RPC = "when anchor.ledger.mode is rpc";
  private static final String RELAY = "anchor.ledger.relay-";
  private static final String AMOUNT = "an amount such as 50gwei, or a whole number of wei";
  private static final BigInteger ONE_ETHER = BigInteger.TEN.pow(18);

  /** The embedded chain's money is worth nothing. */
  private static final BigInteger NO_BUDGET = BigInteger.TEN.pow(30);

  private static final int MAX_NODES = 9;
  private static final String NO_URL = "http://localhost";

  private static final List<String> RPC_ONLY =
      List.of(
          "anchor.ledger.rpc-url",
          "anchor.ledger.nodes-needed",
          "anchor.ledger.first-block",
          "anchor.ledger.chain-id",
          "anchor.ledger.anchor-contract",
          "anchor.ledger.consent-contract",
          "anchor.ledger.key-file",
          "anchor.ledger.key-password-file",
          "anchor.ledger.signer-url",
          "anchor.ledger.signer-address",
          RELAY + "key-file",
          RELAY + "key-password-file",
          RELAY + "signer-url",
          RELAY + "signer-address");

  private final AnchorSettingsSource source;
  private final boolean embedded;

  AnchorSettingsLedgerReader(AnchorSettingsSource source) {
    this.source = source;
    this.embedded =
        source.choice("anchor.ledger.mode", true, Map.of("embedded", true, "rpc", false));
  }

  boolean isEmbedded() {
    return embedded;
  }

  Ledger read(Enforcement enforcement) {
    return embedded ? embedded() : rpc(enforcement);
  }

  private Ledger embedded() {
    RPC_ONLY.stream()
        .filter(source::has)
        .forEach(
            key ->
                source.problem(
                    key + ": only read when anchor.ledger.mode is rpc; remove it or set the mode"));
    Path root = source.path("anchor.root").orElse(Path.of(""));
    return new EmbeddedLedger(
        anchoring(),
        source.integer("anchor.ledger.embedded.port", 0, 0, 65535),
        source.path("anchor.ledger.embedded.node-modules").orElse(root.resolve("node_modules")));
  }

  private Ledger rpc(Enforcement enforcement) {
    source.required("anchor.ledger.rpc-url", WHEN_RPC, "the URL of a node's JSON-RPC");
    String chain = source.required("anchor.ledger.chain-id", WHEN_RPC, "the chain's number");
    List<URI> urls = urls();
    return new RpcLedger(
        anchoring(),
        urls.get(0),
        chain.isEmpty() ? 0 : chainId(),
        contract("anchor.ledger.anchor-contract", "the address of AnchorRegistry"),
        consentContract(enforcement),
        signer("anchor.ledger."),
        relayer(),
        nodes(urls));
  }

  /** One URL, or several with commas between them. Never shown in a message. */
  private List<URI> urls() {
    String key = "anchor.ledger.rpc-url";
    List<String> texts = List.of(source.text(key).orElse(NO_URL).split(",", -1));
    List<URI> urls =
        texts.stream()
            .map(text -> AnchorSettingsSource.urlOf(text.strip()))
            .flatMap(Optional::stream)
            .distinct()
            .toList();
    if (urls.size() < texts.size() || urls.size() > MAX_NODES) {
      source.wrong(
          key,
          "(not shown)",
          "1 to "
              + MAX_NODES
              + " different http:// or https:// URLs with a host, with commas between them");
      return List.of(URI.create(NO_URL));
    }
    return urls;
  }

  private Nodes nodes(List<URI> urls) {
    return new Nodes(
        urls.subList(1, urls.size()),
        source.integer("anchor.ledger.nodes-needed", urls.size() / 2 + 1, 1, urls.size()),
        source.parsed(
            "anchor.ledger.first-block",
            "a whole number from 0 on",
            text -> AnchorSettingsSource.whole(text, 0, Long.MAX_VALUE)));
  }

  private long chainId() {
    return source
        .parsed(
            "anchor.ledger.chain-id",
            "a whole number from 1 on",
            text -> AnchorSettingsSource.whole(text, 1, Long.MAX_VALUE))
        .orElse(0L);
  }

  private String contract(String key, String accepted) {
    source.required(key, WHEN_RPC, accepted);
    return source.address(key).orElse("");
  }

  private Optional<String> consentContract(Enforcement enforcement) {
    String key = "anchor.ledger.consent-contract";
    if (enforcement != Enforcement.OFF) {
      source.required(
          key,
          WHEN_RPC + " and anchor.consent.enforce is not off",
          "the address of ConsentRegistry");
    }
    return source.address(key);
  }

  /** What patients sign is paid for by the anchoring account, unless another one is named. */
  private Optional<Signer> relayer() {
    boolean named =
        source.has(RELAY + "key-file")
            || source.has(RELAY + "signer-url")
            || source.has(RELAY + "key-password-file")
            || source.has(RELAY + "signer-address");
    return named ? Optional.of(signer(RELAY)) : Optional.empty();
  }

  private Signer signer(String prefix) {
    boolean file = source.has(prefix + "key-file");
    boolean remote = source.has(prefix + "signer-url");
    if (file == remote) {
      source.problem(
          prefix
              + "key-file, "
              + prefix
              + "signer-url: want exactly one of them "
              + WHEN_RPC
              + ", got "
              + (file ? "both" : "none"));
    }
    return remote ? remoteSigner(prefix) : keyFileSigner(prefix, file);
  }

  private Signer keyFileSigner(String prefix, boolean given) {
    if (!given) {
      return new KeyFileSigner(Path.of(""), Path.of(""));
    }
    return new KeyFileSigner(
        source.existingFile(prefix + "key-file", "to sign"),
        source.existingFile(prefix + "key-password-file", "when " + prefix + "key-file is set"));
  }

  private Signer remoteSigner(String prefix) {
    String key = prefix + "signer-address";
    source.required(key, "when " + prefix + "signer-url is set", "the account's address");
    return new RemoteSigner(
        source.url(prefix + "signer-url").orElse(URI.create(NO_URL)),
        source.address(key).orElse(""));
  }

  private Anchoring anchoring() {
    return new Anchoring(
        source.duration(
            "anchor.ledger.interval",
            Duration.ofSeconds(embedded ? 5 : 60),
            Duration.ofMillis(100),
            Duration.ofDays(7)),
        finality(),
        source.parsed("anchor.ledger.max-fee-per-gas", AMOUNT, AnchorSettingsLedgerReader::wei),
        source.duration(
            "anchor.ledger.stuck-after",
            Duration.ofSeconds(embedded ? 30 : 180),
            Duration.ofSeconds(1),
            Duration.ofDays(1)),
        source.duration(
            "anchor.ledger.max-lag",
            embedded ? Duration.ofMinutes(15) : Duration.ofHours(2),
            Duration.ofSeconds(10),
            Duration.ofDays(30)),
        spending());
  }

  private Spending spending() {
    return new Spending(
        source.parsed(
            "anchor.ledger.max-revocation-fee-per-gas", AMOUNT, AnchorSettingsLedgerReader::wei),
        source
            .parsed("anchor.ledger.daily-budget", AMOUNT, AnchorSettingsLedgerReader::wei)
            .orElse(embedded ? NO_BUDGET : ONE_ETHER),
        source.integer("anchor.ledger.grants-per-patient", 50, 1, 100_000));
  }

  /** The embedded chain has one writer and no reorganisation: its latest block is final. */
  private Finality finality() {
    boolean counted = source.has("anchor.ledger.confirmations");
    if (counted && source.has("anchor.ledger.finality")) {
      source.problem(
          "anchor.ledger.confirmations, anchor.ledger.finality: want at most one of them, got"
              + " both");
    }
    if (counted) {
      return new FinalityByConfirmations(
          source.integer("anchor.ledger.confirmations", 1, 1, 10_000));
    }
    return new FinalityByTag(
        source.choice(
            "anchor.ledger.finality",
            embedded ? BlockTag.LATEST : BlockTag.FINALIZED,
            Map.of(
                "latest", BlockTag.LATEST,
                "finalized", BlockTag.FINALIZED)));
  }

  private static Optional<BigInteger> wei(String text) {
    if (text.matches("[0-9]{1,30}")) {
      return Optional.of(new BigInteger(text)).filter(value -> value.signum() > 0);
    }
    if (!text.matches("[0-9]{1,15}(\\.[0-9]{1,9})? ?gwei")) {
      return Optional.empty();
    }
    String number = text.substring(0, text.length() - "gwei".length()).strip();
    return Optional.of(new BigDecimal(number).movePointRight(9).toBigInteger())
        .filter(value -> value.signum() > 0);
  }
}
