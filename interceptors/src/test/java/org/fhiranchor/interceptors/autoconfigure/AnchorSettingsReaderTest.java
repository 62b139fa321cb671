package org.fhiranchor.interceptors.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fhiranchor.interceptors.autoconfigure.AnchorSettings.BlockTag;
import org.fhiranchor.interceptors.autoconfigure.AnchorSettings.BreakGlass;
import org.fhiranchor.interceptors.autoconfigure.AnchorSettings.EmbeddedIssuer;
import org.fhiranchor.interceptors.autoconfigure.AnchorSettings.EmbeddedLedger;
import org.fhiranchor.interceptors.autoconfigure.AnchorSettings.Enforcement;
import org.fhiranchor.interceptors.autoconfigure.AnchorSettings.ExternalIssuer;
import org.fhiranchor.interceptors.autoconfigure.AnchorSettings.FinalityByConfirmations;
import org.fhiranchor.interceptors.autoconfigure.AnchorSettings.FinalityByTag;
import org.fhiranchor.interceptors.autoconfigure.AnchorSettings.KeyFileSigner;
import org.fhiranchor.interceptors.autoconfigure.AnchorSettings.Limits;
import org.fhiranchor.interceptors.autoconfigure.AnchorSettings.Mode;
import org.fhiranchor.interceptors.autoconfigure.AnchorSettings.RemoteSigner;
import org.fhiranchor.interceptors.autoconfigure.AnchorSettings.RpcLedger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.core.io.ByteArrayResource;

final class AnchorSettingsReaderTest {
  private static final String CONTRACT = "0x00000000000000000000000000000000000000aB";

  @Test
  @DisplayName("SET-1 an empty environment gives the embedded defaults")
  void defaults() {
    AnchorSettings settings = read(Map.of());

    assertThat(settings.data()).isEqualTo(Path.of("data"));
    assertThat(settings.log().origin()).isEqualTo("localhost/fhir-anchor");
    assertThat(settings.log().signingKey()).isEqualTo(Path.of("data", "log.key"));
    assertThat(settings.log().sequenceInterval()).isEqualTo(Duration.ofMillis(200));
    assertThat(settings.log().batchTrigger()).isEqualTo(256);
    assertThat(settings.log().maxBatch()).isEqualTo(4096);
    assertThat(settings.consent().enforce()).isEqualTo(Enforcement.ON);
    assertThat(settings.consent().refusalStatus()).isEqualTo(403);
    assertThat(settings.consent().searchLimit()).isEqualTo(10_000);
    assertThat(settings.consent().scanLimit()).isEqualTo(100_000);
    assertThat(settings.consent().narrowLimit()).isEqualTo(500);
    assertThat(settings.limits()).isEqualTo(new Limits(128L << 20, 1_000, 1_000, 30));
    assertThat(settings.consent().breakGlass()).isEqualTo(BreakGlass.NOT_AGAINST_DENIAL);
    assertThat(settings.security().issuer()).isEqualTo(new EmbeddedIssuer());
    assertThat(settings.ledger()).isInstanceOf(EmbeddedLedger.class);
    assertThat(settings.ledger().anchoring().interval()).isEqualTo(Duration.ofSeconds(5));
    assertThat(settings.ledger().anchoring().finality())
        .isEqualTo(new FinalityByTag(BlockTag.LATEST));
  }

  @Test
  @DisplayName("CG-4 a custody key that somebody names must be there")
  void wantsTheNamedCustodyKey(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("custody");
    assertThat(read(Map.of()).consent().custodyKey()).isEmpty();
    assertThat(problems(Map.of("anchor.consent.custody-key", file.toString())))
        .singleElement()
        .asString()
        .startsWith("anchor.consent.custody-key: want a readable file");
    Files.writeString(file, "0".repeat(64));
    assertThat(read(Map.of("anchor.consent.custody-key", file.toString())).consent().custodyKey())
        .contains(file);
  }

  @Test
  @DisplayName("SET-1 reads a complete rpc configuration")
  void completeRpcConfiguration(@TempDir Path folder) throws IOException {
    Map<String, Object> given = rpc(folder);
    given.put("anchor.ledger.max-fee-per-gas", "1.5gwei");
    given.put("anchor.ledger.confirmations", "12");
    given.put("anchor.consent.mode.TREAT", "opt-out");
    given.put("anchor.security.issuer", "https://id.example.org/realms/ward");
    given.put("anchor.security.audience", "https://fhir.example.org/fhir");

    AnchorSettings settings = read(given);

    RpcLedger ledger = (RpcLedger) settings.ledger();
    assertThat(ledger.chainId()).isEqualTo(1337);
    assertThat(ledger.anchorContract()).isEqualTo(CONTRACT);
    assertThat(ledger.signer()).isInstanceOf(KeyFileSigner.class);
    assertThat(ledger.anchoring().interval()).isEqualTo(Duration.ofSeconds(60));
    assertThat(ledger.anchoring().finality()).isEqualTo(new FinalityByConfirmations(12));
    assertThat(ledger.anchoring().maxFeePerGas())
        .isEqualTo(Optional.of(new BigInteger("1500000000")));
    assertThat(settings.consent().modeOf("TREAT")).isEqualTo(Mode.OPT_OUT);
    assertThat(settings.consent().modeOf("HRESCH")).isEqualTo(Mode.OPT_IN);
    assertThat(settings.security().issuer())
        .isEqualTo(new ExternalIssuer("https://id.example.org/realms/ward", Optional.empty()));
  }

  @Test
  @DisplayName("SET-1 a Web3Signer service takes the place of the key file")
  void remoteSigner(@TempDir Path folder) throws IOException {
    Map<String, Object> given = rpc(folder);
    given.remove("anchor.ledger.key-file");
    given.remove("anchor.ledger.key-password-file");
    given.put("anchor.ledger.signer-url", "http://signer.internal:9000");
    given.put("anchor.ledger.signer-address", CONTRACT);

    assertThat(((RpcLedger) read(given).ledger()).signer()).isInstanceOf(RemoteSigner.class);
  }

  @Test
  @DisplayName("SET-2 reports every wrong value at once, with key, value and what is accepted")
  void allWrongValuesTogether() {
    List<String> problems =
        problems(
            Map.of(
                "anchor.log.sequence-interval", "soon",
                "anchor.log.batch-size", "4097",
                "anchor.consent.enforce", "yes",
                "anchor.consent.refusal-status", "401",
                "anchor.ledger.interval", "1ms"));

    assertThat(problems)
        .hasSize(5)
        .anySatisfy(
            p ->
                assertThat(p)
                    .contains("anchor.consent.enforce", "one of observe, off, on", "\"yes\""))
        .anySatisfy(p -> assertThat(p).contains("refusal-status", "one of 403, 404", "\"401\""))
        .anySatisfy(p -> assertThat(p).contains("batch-size", "from 1 to 4096", "\"4097\""))
        .anySatisfy(p -> assertThat(p).contains("sequence-interval", "200ms", "\"soon\""))
        .anySatisfy(p -> assertThat(p).contains("ledger.interval", "PT0.1S", "\"1ms\""));
  }

  @ParameterizedTest(name = "SET-3 {0} is answered with {1}")
  @CsvSource({
    "anchor.log.orign, anchor.log.origin",
    "anchor.ledger.anchor-contact, anchor.ledger.anchor-contract",
    "anchor.consent.enfroce, anchor.consent.enforce",
    "anchor.signing-key, anchor.log.signing-key",
    "anchor.consent.scan-limits, anchor.consent.scan-limit",
    "anchor.consent.narow-limit, anchor.consent.narrow-limit",
    "anchor.ledger.port, anchor.ledger.embedded.port",
    "anchor.disclosure.wait, anchor.disclosures.wait",
    "anchor.consents.wait, anchor.consent.wait",
    "anchor.consent.modes.treat, anchor.consent.mode.treat",
    "anchor.log.origin[0], anchor.log.origin"
  })
  void nearMiss(String given, String hint) {
    assertThat(problems(Map.of(given, "1")))
        .containsExactly(given + ": no such setting; did you mean " + hint + "?");
  }

  @Test
  @DisplayName("SET-3 a key like no other is answered with all known keys")
  void farMiss() {
    assertThat(problems(Map.of("anchor.blockchain-enabled", "true")))
        .singleElement()
        .asString()
        .contains("known keys: anchor.base-urls, anchor.consent.break-glass");
  }

  @Test
  @DisplayName("SET-3 shell variables are held to the same keys, other programs' are left alone")
  void shellVariables() {
    Map<String, Object> shell = new HashMap<>();
    shell.put("ANCHOR_LOG_ORIGIN", "example.org/log");
    shell.put("ANCHOR_LOG_SIGNING_KEY", "other.key");
    shell.put("ANCHOR_CONSENT_MODE_TREAT", "opt-out");
    shell.put("ANCHOR_PROVIDER_URL", "somebody else's");

    AnchorSettings settings = read(shellSource(shell));

    assertThat(settings.log().origin()).isEqualTo("example.org/log");
    assertThat(settings.log().signingKey()).isEqualTo(Path.of("other.key"));
    assertThat(settings.consent().modeOf("TREAT")).isEqualTo(Mode.OPT_OUT);
    shell.put("ANCHOR_LOG_ORIGN", "example.org/log");
    assertThat(problems(shellSource(shell)))
        .containsExactly("anchor.log.orign: no such setting; did you mean anchor.log.origin?");
  }

  @Test
  @DisplayName("SET-3 a shell variable with the words cut elsewhere is not read, so it is refused")
  void shellVariableCutElsewhere() {
    assertThat(problems(shellSource(Map.of("ANCHOR_LOG_SIG_NINGKEY", "other.key"))))
        .singleElement()
        .asString()
        .endsWith("no such setting; did you mean anchor.log.signing-key?");
    assertThat(problems(shellSource(Map.of("ANCHOR_CONSENT_MODE", "opt-out"))))
        .singleElement()
        .asString()
        .startsWith("anchor.consent.mode: no such setting");
  }

  @Test
  @DisplayName("SET-6 what is separated by commas may be a list in YAML, or numbered in the shell")
  void listsInYaml() throws IOException {
    assertThat(read(yaml("anchor.base-urls: [ 'http://a/fhir', 'http://b' ]")).baseUrls())
        .containsExactly("http://a/fhir", "http://b");
    assertThat(read(shellSource(Map.of("ANCHOR_BASE_URLS_0", "http://c"))).baseUrls())
        .containsExactly("http://c");
    assertThat(problems(Map.of("anchor.base-urls", "http://a", "anchor.base-urls[0]", "http://b")))
        .containsExactly("anchor.base-urls: given as one value and as a list; want one of them");
  }

  @Test
  @DisplayName("SET-2 who writes on or off without quotes in YAML is told so")
  void bareWordsOfYaml() throws IOException {
    assertThat(problems(yaml("anchor.consent.enforce: off")))
        .singleElement()
        .asString()
        .contains("in YAML with quotes", "got \"false\"");
  }

  @Test
  @DisplayName("SET-4 rpc mode names everything it needs and did not get")
  void rpcModeIsComplete() {
    assertThat(problems(Map.of("anchor.ledger.mode", "rpc")))
        .satisfiesExactlyInAnyOrder(
            p -> assertThat(p).startsWith("anchor.log.origin: missing"),
            p -> assertThat(p).startsWith("anchor.ledger.rpc-url: missing"),
            p -> assertThat(p).startsWith("anchor.ledger.chain-id: missing"),
            p -> assertThat(p).startsWith("anchor.ledger.anchor-contract: missing"),
            p -> assertThat(p).startsWith("anchor.ledger.consent-contract: missing"),
            p -> assertThat(p).contains("key-file", "signer-url", "got none"));
  }

  @Test
  @DisplayName("SET-4 settings that the chosen mode never reads stop the start")
  void settingsOfTheOtherMode() {
    assertThat(
            problems(
                Map.of(
                    "anchor.ledger.rpc-url", "http://node:8545",
                    "anchor.security.jwks-uri", "https://id.example.org/keys")))
        .satisfiesExactlyInAnyOrder(
            p -> assertThat(p).startsWith("anchor.ledger.rpc-url: only read when"),
            p -> assertThat(p).startsWith("anchor.security.jwks-uri: only read when"));
  }

  @Test
  @DisplayName("SET-4 two signers, or two rules of finality, contradict each other")
  void contradictions(@TempDir Path folder) throws IOException {
    Map<String, Object> given = rpc(folder);
    given.put("anchor.ledger.signer-url", "http://signer.internal:9000");
    given.put("anchor.ledger.signer-address", CONTRACT);
    given.put("anchor.ledger.confirmations", "3");
    given.put("anchor.ledger.finality", "safe");

    assertThat(problems(given))
        .satisfiesExactlyInAnyOrder(
            p -> assertThat(p).contains("signer-url", "got both"),
            p -> assertThat(p).contains("confirmations", "finality", "got both"));
  }

  @Test
  @DisplayName("SET-5 never shows a URL that may carry an access key")
  void hidesAccessKeys(@TempDir Path folder) throws IOException {
    Map<String, Object> given = rpc(folder);
    given.put("anchor.ledger.rpc-url", "htps://node.example.org/v3/s3cr3t");

    assertThat(problems(given))
        .singleElement()
        .asString()
        .contains("anchor.ledger.rpc-url")
        .doesNotContain("s3cr3t");
  }

  @Test
  @DisplayName("FOL-6 FOL-8 takes several nodes, how many must answer, and the first block")
  void severalNodes(@TempDir Path folder) throws IOException {
    Map<String, Object> given = rpc(folder);
    given.put("anchor.ledger.rpc-url", "http://a:8545, http://b:8545,https://c/key");
    AnchorSettings.RpcLedger three = (AnchorSettings.RpcLedger) read(given).ledger();
    assertThat(three.rpcUrl()).hasHost("a");
    assertThat(three.nodes().others()).extracting(URI::getHost).containsExactly("b", "c");
    assertThat(three.nodes().needed()).isEqualTo(2);
    assertThat(three.nodes().firstBlock()).isEmpty();

    given.put("anchor.ledger.nodes-needed", "3");
    given.put("anchor.ledger.first-block", "1234567");
    assertThat(((AnchorSettings.RpcLedger) read(given).ledger()).nodes())
        .isEqualTo(new AnchorSettings.Nodes(three.nodes().others(), 3, Optional.of(1_234_567L)));

    given.put("anchor.ledger.nodes-needed", "4");
    given.put("anchor.ledger.rpc-url", "http://a:8545,,http://a:8545/s3cr3t");
    assertThat(problems(given))
        .anySatisfy(p -> assertThat(p).contains("rpc-url", "commas").doesNotContain("s3cr3t"))
        .anySatisfy(p -> assertThat(p).contains("nodes-needed"));
  }

  @ParameterizedTest(name = "SET-2 refuses {0} = {1}")
  @CsvSource({
    "anchor.log.origin, two words",
    "anchor.log.origin, plus+sign",
    "anchor.consent.mode.TREATMENT, opt-out",
    "anchor.consent.mode.TREAT, optout",
    "anchor.security.issuer, http://id.example.org",
    "anchor.ledger.max-fee-per-gas, 0",
    "anchor.ledger.max-fee-per-gas, 5ether",
    "anchor.ledger.embedded.port, 65536",
    "anchor.ledger.confirmations, 0",
    "anchor.consent.break-glass, yes",
    "anchor.base-urls, fhir.example.org/fhir",
    "anchor.limits.inflated-size, 1",
    "anchor.limits.bundle-entries, 0",
    "anchor.limits.search-values, many",
    "anchor.limits.search-parameters, 0",
    "anchor.subscriptions.endpoints, app.example.org",
    "anchor.subscriptions.endpoints, 'http://localhost:*,'",
    "anchor.base-urls, 'https://fhir.example.org/fhir,'",
    "anchor.base-urls, https://fhir.example.org/fhir?x=1",
    "anchor.security.patient-claim-is-self, yes",
    "anchor.data, ${nowhere.defined}"
  })
  void refuses(String key, String value) {
    assertThat(problems(Map.of(key, value))).anySatisfy(p -> assertThat(p).startsWith(key));
  }

  private static Map<String, Object> rpc(Path folder) throws IOException {
    Map<String, Object> given = new HashMap<>();
    given.put("anchor.log.origin", "example.org/log");
    given.put("anchor.ledger.mode", "rpc");
    given.put("anchor.ledger.rpc-url", "http://node:8545");
    given.put("anchor.ledger.chain-id", "1337");
    given.put("anchor.ledger.anchor-contract", CONTRACT);
    given.put("anchor.ledger.consent-contract", CONTRACT);
    given.put("anchor.ledger.key-file", Files.createFile(folder.resolve("key.json")).toString());
    given.put(
        "anchor.ledger.key-password-file", Files.createFile(folder.resolve("word")).toString());
    return given;
  }

  private static AnchorSettings read(Map<String, ?> given) {
    return read(mapSource(given));
  }

  private static AnchorSettings read(PropertySource<?> source) {
    return AnchorSettingsReader.read(environment(source));
  }

  private static List<String> problems(Map<String, ?> given) {
    return problems(mapSource(given));
  }

  private static List<String> problems(PropertySource<?> source) {
    StandardEnvironment environment = environment(source);
    return catchThrowableOfType(
            AnchorSettingsException.class, () -> AnchorSettingsReader.read(environment))
        .problems();
  }

  private static PropertySource<?> mapSource(Map<String, ?> given) {
    return new MapPropertySource("given", Map.copyOf(given));
  }

  private static PropertySource<?> yaml(String text) throws IOException {
    ByteArrayResource file = new ByteArrayResource(text.getBytes(StandardCharsets.UTF_8));
    return new YamlPropertySourceLoader().load("yaml", file).get(0);
  }

  private static PropertySource<?> shellSource(Map<String, ?> given) {
    return new SystemEnvironmentPropertySource("systemEnvironment", Map.copyOf(given));
  }

  private static StandardEnvironment environment(PropertySource<?> source) {
    StandardEnvironment environment = new StandardEnvironment();
    environment
        .getPropertySources()
        .forEach(s -> environment.getPropertySources().remove(s.getName()));
    environment.getPropertySources().addFirst(source);
    return environment;
  }
}
