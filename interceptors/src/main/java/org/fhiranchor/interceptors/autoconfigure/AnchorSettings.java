package org.fhiranchor.interceptors.autoconfigure;

import java.math.BigInteger;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.fhiranchor.interceptors.bounds.EndpointPattern;

/**
 * Every setting under {@code anchor.}, checked as a whole by {@link AnchorSettingsReader}: whoever
 * holds one may rely on each value. docs/operate/settings.md describes the keys.
 *
 * @param data folder of everything that this server keeps outside its database
 * @param baseUrls addresses under which clients know this server's FHIR API, the first one first
 * @param subscriptionEndpoints addresses that a Subscription may make this server call
 * @param nightlyScan when the whole store is scanned each day; empty for only when asked
 * @param exports the files of {@code $export-provenance}
 * @param erasureKeys where the tombstones of erased patients stand
 */
public record AnchorSettings(
    Path data,
    List<String> baseUrls,
    Log log,
    Ledger ledger,
    Consent consent,
    Disclosures disclosures,
    Security security,
    PasskeySite passkeySite,
    Limits limits,
    List<EndpointPattern> subscriptionEndpoints,
    Optional<LocalTime> nightlyScan,
    Exports exports,
    ErasureKeys erasureKeys) {
  public AnchorSettings {
    baseUrls = List.copyOf(baseUrls);
    subscriptionEndpoints = List.copyOf(subscriptionEndpoints);
  }

  /**
   * The files of {@code $export-provenance} (EXP-1).
   *
   * @param folder where they are; one that all nodes share, or each node's own
   * @param kept how long they are kept
   */
  public record Exports(Path folder, Duration kept) {}

  /**
   * The second database (ERA-3).
   *
   * @param url JDBC; a file in the data folder when absent
   */
  public record ErasureKeys(
      Optional<String> url, Optional<String> username, Optional<String> password) {}

  /**
   * Where patients use their passkeys (KEY-3).
   *
   * @param relyingParty the relying party id; the host of this server's first address when absent
   * @param origins of the pages that may ask for a signature; those of this server's addresses
   *     under the relying party when empty
   */
  public record PasskeySite(Optional<String> relyingParty, List<String> origins) {
    public PasskeySite {
      origins = List.copyOf(origins);
    }
  }

  /**
   * What one request may ask for (ANS-4).
   *
   * @param inflatedBytes of a body that came compressed
   * @param bundleEntries of a batch or transaction
   * @param searchValues of all parameters of one search, ids among them
   * @param searchParameters of one search, each as often as it stands there
   */
  public record Limits(
      long inflatedBytes, int bundleEntries, int searchValues, int searchParameters) {}

  /**
   * The Merkle log.
   *
   * @param origin first line of every checkpoint and name of the signing key
   * @param signingKey file of the Ed25519 key; made at the first start in embedded mode
   * @param sequenceInterval longest time that a pending leaf waits for its index
   * @param succeeds origin of the log in the database that this one takes over from; an operator's
   *     word, for the one case where a lost database cannot be restored
   * @param batchTrigger pending leaves that start sequencing before the interval is over
   * @param maxBatch most leaves in one sequencing transaction
   */
  public record Log(
      String origin,
      Path signingKey,
      Optional<String> succeeds,
      Duration sequenceInterval,
      int batchTrigger,
      int maxBatch) {}

  /** Where checkpoints are anchored. */
  public sealed interface Ledger {
    Anchoring anchoring();
  }

  /**
   * A private chain that this server starts and stops.
   *
   * @param port 0 for a free one
   * @param nodeModules the folder that npm filled with the chain's binary
   */
  public record EmbeddedLedger(Anchoring anchoring, int port, Path nodeModules) implements Ledger {}

  /**
   * An existing EVM network.
   *
   * @param anchorContract address of AnchorRegistry, 0x and 40 hex digits
   * @param consentContract address of ConsentRegistry; absent only when consent is not enforced
   * @param relayer pays for what patients sign; the signer itself when absent
   */
  public record RpcLedger(
      Anchoring anchoring,
      URI rpcUrl,
      long chainId,
      String anchorContract,
      Optional<String> consentContract,
      Signer signer,
      Optional<Signer> relayer,
      Nodes nodes)
      implements Ledger {}

  /**
   * How consents are followed on an existing network.
   *
   * @param others further nodes of the same chain; everything is sent through the first alone
   * @param needed how many of all of them must answer
   * @param firstBlock the block that deployed ConsentRegistry; looked for when absent
   */
  public record Nodes(List<URI> others, int needed, Optional<Long> firstBlock) {
    public Nodes {
      others = List.copyOf(others);
    }
  }

  /**
   * How checkpoints get to the ledger.
   *
   * @param interval time between two anchors while the log grows
   * @param maxFeePerGas in wei; 500 gwei when absent
   * @param stuckAfter time without being mined after which the fee is raised
   * @param maxLag age of the oldest leaf without a final anchor from which on health is DOWN
   */
  public record Anchoring(
      Duration interval,
      Finality finality,
      Optional<BigInteger> maxFeePerGas,
      Duration stuckAfter,
      Duration maxLag,
      Spending spending) {}

  /**
   * What may be spent (TX-9).
   *
   * @param maxRevocationFeePerGas in wei; four times the other cap when absent
   * @param dailyBudget in wei, for everything but revocations
   * @param grantsPerPatient most grants of one patient a day
   */
  public record Spending(
      Optional<BigInteger> maxRevocationFeePerGas, BigInteger dailyBudget, int grantsPerPatient) {}

  /** When a mined transaction counts as settled. */
  public sealed interface Finality {}

  /** Settled once the chain's own tag covers the block. */
  public record FinalityByTag(BlockTag tag) implements Finality {}

  /** Settled once this many blocks, the transaction's own included, are on top. */
  public record FinalityByConfirmations(int count) implements Finality {}

  public enum BlockTag {
    LATEST,
    FINALIZED
  }

  /** Who signs anchor transactions. */
  public sealed interface Signer {}

  /** A Web3 keystore (V3) and the file with its password. */
  public record KeyFileSigner(Path keystore, Path passwordFile) implements Signer {}

  /**
   * A Web3Signer service.
   *
   * @param address of the account it signs for, 0x and 40 hex digits
   */
  public record RemoteSigner(URI url, String address) implements Signer {}

  /**
   * The consent gate.
   *
   * @param refusalStatus 403 or 404
   * @param maxStaleness age of the ledger's last known block beyond which governed reads stop
   * @param modes by code of the purpose of use; a purpose that is not in it is {@code OPT_IN}
   * @param ledgerWait how long $grant and $revoke wait for the ledger before they answer "pending"
   * @param poll time between two looks at the ledger for new grants and revocations
   * @param searchLimit most hits of one search that are decided about; more refuse the search
   * @param scanLimit most hits of one search that are looked at, those that nobody could permit
   *     included; more refuse the search
   * @param narrowLimit most patients that a search is narrowed to in the database; 0 for never
   * @param custodyKey file of the key that opens what patients left with the server, the same on
   *     each node of a database; {@code custody-key} in the data folder when absent
   * @param keyApps client ids of the apps that act with patients' keys; the console, and the demo
   *     issuer's own, when empty
   */
  public record Consent(
      Enforcement enforce,
      int refusalStatus,
      Duration maxStaleness,
      Map<String, Mode> modes,
      BreakGlass breakGlass,
      Duration ledgerWait,
      Duration poll,
      int searchLimit,
      int scanLimit,
      int narrowLimit,
      Optional<Path> custodyKey,
      Set<String> keyApps) {
    public Consent {
      modes = Map.copyOf(modes);
      keyApps = Set.copyOf(keyApps);
    }

    /** What happens for a purpose when no consent speaks. */
    public Mode modeOf(String purpose) {
      return modes.getOrDefault(purpose, Mode.OPT_IN);
    }
  }

  public enum Enforcement {
    ON,
    OBSERVE,
    OFF
  }

  public enum Mode {
    OPT_IN,
    OPT_OUT
  }

  /** What an emergency purpose may override. */
  public enum BreakGlass {
    /** A missing consent and a denial. */
    ALLOWED,
    /** A missing consent only. */
    NOT_AGAINST_DENIAL,
    /** Nothing. */
    DENIED
  }

  /**
   * The disclosure journal.
   *
   * @param enabled whether disclosures are recorded; only where consents are enforced or observed
   * @param retention how long records are kept
   * @param subjectKey file of the key that tags of patients are made with
   * @param queue most requests that wait for their record
   * @param longestWait longest time that a request waits for its record
   * @param refusalsPerMinute refusals of one requester that are records of their own
   */
  public record Disclosures(
      boolean enabled,
      Duration retention,
      Path subjectKey,
      int queue,
      Duration longestWait,
      int refusalsPerMinute) {}

  /**
   * Whose tokens are believed, and for whom they must be meant.
   *
   * @param patientClaimIsSelf whether a token with {@code patient/} scopes alone and no {@code
   *     fhirUser} speaks for the patient of its launch context
   */
  public record Security(Issuer issuer, String audience, boolean patientClaimIsSelf) {}

  /** Who issues tokens. */
  public sealed interface Issuer {}

  /** The demo issuer of the quick start, on loopback only. */
  public record EmbeddedIssuer() implements Issuer {}

  /**
   * An OAuth 2 authorization server.
   *
   * @param jwksUri its key set; discovered from the issuer when absent
   */
  public record ExternalIssuer(String issuer, Optional<URI> jwksUri) implements Issuer {}
}
