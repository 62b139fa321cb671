package org.fhiranchor.interceptors.autoconfigure;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalTime;
import java.util.List;
import java.util.Map;
import org.fhiranchor.interceptors.autoconfigure.AnchorSettings.BlockTag;
import org.fhiranchor.interceptors.autoconfigure.AnchorSettings.BreakGlass;
import org.fhiranchor.interceptors.autoconfigure.AnchorSettings.Enforcement;
import org.fhiranchor.interceptors.autoconfigure.AnchorSettings.Mode;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.bind.Name;
import org.springframework.util.unit.DataSize;

/**
 * Declares every key under {@code anchor.}: a key that has no component here is refused. Spring
 * Boot's annotation processor makes the metadata from it that editors read. No bean is made of it:
 * {@link AnchorSettingsReader} reads and checks the values (docs/decide/settings.md says why).
 *
 * @param data Folder of everything that is kept outside of the database. One server at a time.
 * @param root Folder in which node_modules is looked for; set by make run.
 * @param baseUrls Addresses of the FHIR API under which clients know this server.
 */
@ConfigurationProperties("anchor")
record AnchorProperties(
    @DefaultValue("data") Path data,
    Path root,
    List<String> baseUrls,
    LogProperties log,
    LedgerProperties ledger,
    ConsentProperties consent,
    DisclosuresProperties disclosures,
    VerifyStoreProperties verifyStore,
    ExportsProperties exports,
    ErasureProperties erasure,
    SecurityProperties security,
    PasskeyProperties passkey,
    LimitsProperties limits,
    SubscriptionsProperties subscriptions) {

  /**
   * The Merkle log.
   *
   * @param origin First line of every checkpoint. Never change it while a log lives.
   * @param signingKey File of the Ed25519 key; log.key in the data folder when absent.
   * @param succeeds Origin of the log in the database that this server takes over from. Only after
   *     the newest state of a database is lost for good.
   * @param sequenceInterval Longest time that a version waits for its place in the log.
   * @param batchSize So many waiting leaves are sequenced at once, before the interval is over.
   * @param maxBatch Most leaves in one database transaction.
   */
  record LogProperties(
      String origin,
      Path signingKey,
      String succeeds,
      @DefaultValue("200ms") Duration sequenceInterval,
      @DefaultValue("256") Integer batchSize,
      @DefaultValue("4096") Integer maxBatch) {}

  /** Which ledger is used. */
  enum LedgerMode {
    /** A private chain that the server starts and stops. */
    EMBEDDED,
    /** An existing EVM network. */
    RPC
  }

  /**
   * Where checkpoints are anchored.
   *
   * @param mode The private chain that the server starts and stops, or an existing EVM network.
   * @param interval Time between two anchors while the log grows.
   * @param finality The block tag from which on an anchor counts as settled.
   * @param confirmations Blocks from which on an anchor counts as settled, instead of finality.
   * @param maxFeePerGas Highest fee of everything but revocations, such as 50gwei, or in wei.
   * @param maxRevocationFeePerGas Highest fee of revocations and of what they wait behind; four
   *     times the other one when absent.
   * @param dailyBudget The most that all calls but revocations may cost in one day (UTC), such as
   *     50gwei, or in wei.
   * @param grantsPerPatient Most grants of one patient in one day (UTC).
   * @param maxLag Health is DOWN when the oldest leaf without a final anchor is older.
   * @param stuckAfter The fee of a transaction that is not mined for so long is raised.
   * @param embedded The private chain.
   * @param rpcUrl URL of a node's JSON-RPC, or of up to nine nodes.
   * @param nodesNeeded How many of the nodes must answer; more than half of them when absent.
   * @param firstBlock The block that deployed ConsentRegistry; looked for when absent.
   * @param chainId The number of the chain; a node that answers another one is refused.
   * @param anchorContract Address of AnchorRegistry.
   * @param consentContract Address of ConsentRegistry.
   * @param keyFile Web3 keystore (V3) of the account that anchors.
   * @param keyPasswordFile File with the keystore's password.
   * @param signerUrl URL of a Web3Signer service, instead of a keystore.
   * @param signerAddress Address of the account that the service signs for.
   * @param relayKeyFile Web3 keystore (V3) of the account that pays for what patients sign.
   * @param relayKeyPasswordFile File with that keystore's password.
   * @param relaySignerUrl URL of a Web3Signer service for what patients sign.
   * @param relaySignerAddress Address of the account that this service signs for.
   */
  record LedgerProperties(
      @DefaultValue("embedded") LedgerMode mode,
      Duration interval,
      BlockTag finality,
      Integer confirmations,
      @DefaultValue("500gwei") String maxFeePerGas,
      String maxRevocationFeePerGas,
      String dailyBudget,
      @DefaultValue("50") Integer grantsPerPatient,
      Duration maxLag,
      Duration stuckAfter,
      EmbeddedChainProperties embedded,
      List<String> rpcUrl,
      Integer nodesNeeded,
      Long firstBlock,
      Long chainId,
      String anchorContract,
      String consentContract,
      Path keyFile,
      Path keyPasswordFile,
      URI signerUrl,
      String signerAddress,
      Path relayKeyFile,
      Path relayKeyPasswordFile,
      URI relaySignerUrl,
      String relaySignerAddress) {}

  /**
   * The private chain.
   *
   * @param port Its port on loopback; 0 for a free one.
   * @param nodeModules Folder with the npm packages that hold the chain's binary.
   */
  record EmbeddedChainProperties(@DefaultValue("0") Integer port, Path nodeModules) {}

  /**
   * The consent gate.
   *
   * @param enforce Whether consents are enforced, only observed, or neither asked nor tokens.
   * @param refusalStatus HTTP status of what is hidden, missing or deleted: 403 or 404.
   * @param maxStaleness Requests for governed data answer 503 when the ledger's last known block is
   *     older.
   * @param mode Opt-in or opt-out, per code of v3-PurposeOfUse such as TREAT; opt-in when absent.
   * @param breakGlass What an emergency purpose may override.
   * @param longestWait How long $grant and $revoke wait for the ledger before they answer pending.
   * @param poll Time between two looks at the ledger for new grants and revocations.
   * @param searchLimit Most hits of one search that are decided about.
   * @param scanLimit Most hits of one search that are looked at, hidden ones included.
   * @param narrowLimit Most patients that a search over everybody is narrowed to in the database; 0
   *     for never.
   * @param custodyKey File with the key that opens the keys which patients leave with the server;
   *     custody-key in the data folder when absent.
   * @param keyApps Client ids of the apps that bind patients' keys and sign with those that this
   *     server keeps; the console, and the demo issuer's own, when absent.
   */
  record ConsentProperties(
      @DefaultValue("on") Enforcement enforce,
      @DefaultValue("403") Integer refusalStatus,
      @DefaultValue("2m") Duration maxStaleness,
      Map<String, Mode> mode,
      @DefaultValue("not-against-denial") BreakGlass breakGlass,
      @Name("wait") @DefaultValue("10s") Duration longestWait,
      @DefaultValue("50ms") Duration poll,
      @DefaultValue("10000") Integer searchLimit,
      @DefaultValue("100000") Integer scanLimit,
      @DefaultValue("500") Integer narrowLimit,
      Path custodyKey,
      List<String> keyApps) {}

  /**
   * The disclosure journal.
   *
   * @param enabled Whether answers and refusals are recorded.
   * @param retention How long records are kept.
   * @param subjectKey File with the key that patients' tags are made with; subject.key in the data
   *     folder when absent.
   * @param queue Most requests that wait for their record; one more is answered 503.
   * @param longestWait Longest time that a request waits for its record.
   * @param refusalsPerMinute Refusals of one requester that are records of their own.
   */
  record DisclosuresProperties(
      @DefaultValue("true") Boolean enabled,
      @DefaultValue("2192d") Duration retention,
      Path subjectKey,
      @DefaultValue("10000") Integer queue,
      @Name("wait") @DefaultValue("10s") Duration longestWait,
      @DefaultValue("60") Integer refusalsPerMinute) {}

  /**
   * The scan of the whole store.
   *
   * @param nightly A time of day such as 02:30, in the server's zone; without it only on request.
   */
  record VerifyStoreProperties(LocalTime nightly) {}

  /**
   * The files of exports of provenance.
   *
   * @param folder Where they are; exports in the data folder when absent. Nodes may share one.
   * @param kept How long they are kept.
   */
  record ExportsProperties(Path folder, @DefaultValue("1d") Duration kept) {}

  /**
   * Erasure of patients.
   *
   * @param keys The second database, with the tombstones of erased patients.
   */
  record ErasureProperties(ErasureKeysProperties keys) {}

  /**
   * The second database.
   *
   * @param url JDBC URL; a file in the data folder when absent. All nodes share it.
   * @param username Who connects to it.
   * @param password With which password.
   */
  record ErasureKeysProperties(String url, String username, String password) {}

  /**
   * Whose tokens are believed.
   *
   * @param issuer The demo issuer on loopback (embedded), or the URL of an OAuth 2 issuer.
   * @param audience The audience that a token must carry; needed with a URL.
   * @param patientClaimIsSelf Whether a token with patient/ scopes alone and no fhirUser speaks for
   *     the patient of its patient claim.
   * @param jwksUri Key set of the issuer; discovered from the issuer when absent.
   */
  record SecurityProperties(
      @DefaultValue("embedded") String issuer,
      @DefaultValue("fhir-anchor") String audience,
      @DefaultValue("false") Boolean patientClaimIsSelf,
      URI jwksUri) {}

  /**
   * Where patients use their passkeys.
   *
   * @param relyingParty Host name whose passkeys patients may enrol; that of this server's first
   *     address when absent.
   * @param origins Origins of the pages that may ask a patient for a signature.
   */
  record PasskeyProperties(String relyingParty, List<String> origins) {}

  /**
   * What one request may ask for.
   *
   * @param inflatedSize The largest body once gzip is undone.
   * @param bundleEntries Most entries of a batch or transaction.
   * @param searchValues Most values of all parameters of one search together.
   * @param searchParameters Most parameters of one search, each as often as it stands there.
   */
  record LimitsProperties(
      @DefaultValue("128MB") DataSize inflatedSize,
      @DefaultValue("1000") Integer bundleEntries,
      @DefaultValue("1000") Integer searchValues,
      @DefaultValue("30") Integer searchParameters) {}

  /**
   * What subscriptions may call.
   *
   * @param endpoints Addresses that a Subscription may make this server call; none for no address,
   *     this machine when absent.
   */
  record SubscriptionsProperties(List<String> endpoints) {}
}
