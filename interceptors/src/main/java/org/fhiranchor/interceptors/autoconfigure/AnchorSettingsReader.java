package org.fhiranchor.interceptors.autoconfigure;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.fhiranchor.consent.decide.Purpose;
import org.fhiranchor.interceptors.autoconfigure.AnchorSettings.BreakGlass;
import org.fhiranchor.interceptors.autoconfigure.AnchorSettings.Consent;
import org.fhiranchor.interceptors.autoconfigure.AnchorSettings.Disclosures;
import org.fhiranchor.interceptors.autoconfigure.AnchorSettings.EmbeddedIssuer;
import org.fhiranchor.interceptors.autoconfigure.AnchorSettings.Enforcement;
import org.fhiranchor.interceptors.autoconfigure.AnchorSettings.ExternalIssuer;
import org.fhiranchor.interceptors.autoconfigure.AnchorSettings.Issuer;
import org.fhiranchor.interceptors.autoconfigure.AnchorSettings.Limits;
import org.fhiranchor.interceptors.autoconfigure.AnchorSettings.Log;
import org.fhiranchor.interceptors.autoconfigure.AnchorSettings.Mode;
import org.fhiranchor.interceptors.autoconfigure.AnchorSettings.PasskeySite;
import org.fhiranchor.interceptors.autoconfigure.AnchorSettings.Security;
import org.fhiranchor.interceptors.bounds.EndpointPattern;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.util.unit.DataSize;

/**
 * Turns the {@code anchor.} part of a Spring {@code Environment} into {@link AnchorSettings}. Every
 * wrong value and every unknown key is collected and reported together.
 */
public final class AnchorSettingsReader {
  private static final String MODES = "anchor.consent.mode";
  private static final Pattern RELYING_PARTY = Pattern.compile("[a-z0-9-]+(\\.[a-z0-9-]+)*");

  /** As browsers write it into the client data (RFC 6454, section 6.2). */
  private static final Pattern ORIGIN =
      Pattern.compile("(https://[a-z0-9.-]+|http://localhost)(:[0-9]{1,5})?");

  /** A new key is a new component of {@link AnchorProperties}. */
  static final AnchorSettingsKeys KEYS = AnchorSettingsKeys.of(AnchorProperties.class);

  private final ConfigurableEnvironment environment;
  private final AnchorSettingsSource source;

  private AnchorSettingsReader(ConfigurableEnvironment environment) {
    this.environment = environment;
    this.source = new AnchorSettingsSource(environment);
  }

  /**
   * Reads and checks everything.
   *
   * @throws AnchorSettingsException naming everything that is wrong
   */
  public static AnchorSettings read(ConfigurableEnvironment environment) {
    ConfigurationPropertySources.attach(environment);
    return new AnchorSettingsReader(environment).read();
  }

  private AnchorSettings read() {
    source.problems(KEYS.unknownIn(environment));
    Path data = source.path("anchor.data").orElse(Path.of("data"));
    Consent consent = consent();
    AnchorSettingsLedgerReader ledger = new AnchorSettingsLedgerReader(source);
    AnchorSettings settings =
        new AnchorSettings(
            data,
            baseUrls(),
            log(data, ledger.isEmbedded()),
            ledger.read(consent.enforce()),
            consent,
            disclosures(data),
            security(),
            passkeySite(),
            limits(),
            endpoints(),
            nightlyScan(),
            exports(data),
            new AnchorSettings.ErasureKeys(
                source.parsed(
                    "anchor.erasure.keys.url",
                    "a JDBC URL such as jdbc:postgresql://db2/erasure",
                    text -> Optional.of(text).filter(url -> url.startsWith("jdbc:"))),
                source.text("anchor.erasure.keys.username"),
                source.text("anchor.erasure.keys.password")));
    source.finish();
    return settings;
  }

  private AnchorSettings.Exports exports(Path data) {
    return new AnchorSettings.Exports(
        source.path("anchor.exports.folder").orElse(data.resolve("exports")),
        source.duration(
            "anchor.exports.kept",
            Duration.ofDays(1),
            Duration.ofMinutes(1),
            Duration.ofDays(365)));
  }

  private Optional<LocalTime> nightlyScan() {
    return source.parsed(
        "anchor.verify-store.nightly",
        "a time of day such as 02:30",
        text ->
            text.matches("([01][0-9]|2[0-3]):[0-5][0-9]")
                ? Optional.of(LocalTime.parse(text))
                : Optional.empty());
  }

  private List<EndpointPattern> endpoints() {
    String accepted =
        "\"none\", or http:// or https:// addresses, separated by commas, such as"
            + " https://app.example.org/hooks or http://localhost:* for every port";
    return source
        .parsed("anchor.subscriptions.endpoints", accepted, AnchorSettingsReader::patterns)
        .orElseGet(
            () -> patterns("http://localhost:*,http://127.0.0.1:*,http://[::1]:*").orElseThrow());
  }

  private static Optional<List<EndpointPattern>> patterns(String text) {
    if (text.equals("none")) {
      return Optional.of(List.of());
    }
    List<Optional<EndpointPattern>> read =
        Arrays.stream(text.split(",", -1)).map(String::strip).map(EndpointPattern::of).toList();
    return read.stream().allMatch(Optional::isPresent)
        ? Optional.of(read.stream().flatMap(Optional::stream).toList())
        : Optional.empty();
  }

  private Limits limits() {
    return new Limits(
        source
            .parsed("anchor.limits.inflated-size", "a size from 1MB to 1GB", this::size)
            .orElse(DataSize.ofMegabytes(128).toBytes()),
        source.integer("anchor.limits.bundle-entries", 1_000, 1, 100_000),
        source.integer("anchor.limits.search-values", 1_000, 1, 100_000),
        source.integer("anchor.limits.search-parameters", 30, 1, 1_000));
  }

  private Optional<Long> size(String text) {
    try {
      return Optional.of(DataSize.parse(text).toBytes())
          .filter(bytes -> bytes >= 1L << 20 && bytes <= 1L << 30);
    } catch (IllegalArgumentException notASize) {
      return Optional.empty();
    }
  }

  private Log log(Path data, boolean embedded) {
    int maxBatch = source.integer("anchor.log.max-batch", 4096, 1, 65536);
    return new Log(
        origin(embedded),
        source.path("anchor.log.signing-key").orElse(data.resolve("log.key")),
        source.text("anchor.log.succeeds"),
        source.duration(
            "anchor.log.sequence-interval",
            Duration.ofMillis(200),
            Duration.ofMillis(10),
            Duration.ofMinutes(1)),
        source.integer("anchor.log.batch-size", Math.min(256, maxBatch), 1, maxBatch),
        maxBatch);
  }

  /** The origin is a line of a signed note and the name of its key: no blank, no plus sign. */
  private String origin(boolean embedded) {
    String accepted = "a name like example.org/log, at most 128 visible characters without \"+\"";
    if (!embedded && !source.has("anchor.log.origin")) {
      return source.required("anchor.log.origin", "when anchor.ledger.mode is rpc", accepted);
    }
    return source
        .parsed(
            "anchor.log.origin",
            accepted,
            text -> Optional.of(text).filter(t -> t.matches("[!-~&&[^+]]{1,128}")))
        .orElse("localhost/fhir-anchor");
  }

  private Consent consent() {
    return new Consent(
        source.choice(
            "anchor.consent.enforce",
            Enforcement.ON,
            Map.of("on", Enforcement.ON, "observe", Enforcement.OBSERVE, "off", Enforcement.OFF)),
        source.choice("anchor.consent.refusal-status", 403, Map.of("403", 403, "404", 404)),
        source.duration(
            "anchor.consent.max-staleness",
            Duration.ofMinutes(2),
            Duration.ofSeconds(1),
            Duration.ofDays(1)),
        modes(),
        source.choice(
            "anchor.consent.break-glass",
            BreakGlass.NOT_AGAINST_DENIAL,
            Map.of(
                "allowed", BreakGlass.ALLOWED,
                "not-against-denial", BreakGlass.NOT_AGAINST_DENIAL,
                "denied", BreakGlass.DENIED)),
        source.duration(
            "anchor.consent.wait", Duration.ofSeconds(10), Duration.ZERO, Duration.ofMinutes(5)),
        source.duration(
            "anchor.consent.poll",
            Duration.ofMillis(50),
            Duration.ofMillis(10),
            Duration.ofMinutes(1)),
        source.integer("anchor.consent.search-limit", 10_000, 1, 40_000),
        source.integer("anchor.consent.scan-limit", 100_000, 1, 1_000_000),
        source.integer("anchor.consent.narrow-limit", 500, 0, 5_000),
        custodyKey(),
        source
            .parsed(
                "anchor.consent.key-apps",
                "client ids, separated by commas, such as patient-portal",
                AnchorSettingsReader::clientIds)
            .orElse(Set.of()));
  }

  private static Optional<Set<String>> clientIds(String text) {
    List<String> ids = Arrays.stream(text.split(",", -1)).map(String::strip).toList();
    return Optional.of(ids).filter(all -> all.stream().noneMatch(String::isEmpty)).map(Set::copyOf);
  }

  /** A file that somebody names must be there: without it this server would keep no keys. */
  private Optional<Path> custodyKey() {
    String key = "anchor.consent.custody-key";
    return source.has(key)
        ? Optional.of(source.existingFile(key, "for the keys that patients leave here"))
        : Optional.empty();
  }

  private Map<String, Mode> modes() {
    Map<String, Mode> modes = new TreeMap<>();
    for (String purpose : AnchorSettingsKeys.membersOf(MODES, environment)) {
      if (!Purpose.hierarchy().containsKey(purpose)) {
        source.problem(
            MODES
                + "."
                + purpose
                + ": want a code of v3-PurposeOfUse, one of "
                + String.join(", ", Purpose.hierarchy().keySet()));
      }
      modes.put(
          purpose,
          source.choice(
              MODES + "." + purpose,
              Mode.OPT_IN,
              Map.of("opt-in", Mode.OPT_IN, "opt-out", Mode.OPT_OUT)));
    }
    return modes;
  }

  private Disclosures disclosures(Path data) {
    return new Disclosures(
        source.choice("anchor.disclosures.enabled", true, Map.of("true", true, "false", false)),
        source.duration(
            "anchor.disclosures.retention",
            Duration.ofDays(2192),
            Duration.ofDays(1),
            Duration.ofDays(36525)),
        source.path("anchor.disclosures.subject-key").orElse(data.resolve("subject.key")),
        source.integer("anchor.disclosures.queue", 10_000, 1, 1_000_000),
        source.duration(
            "anchor.disclosures.wait",
            Duration.ofSeconds(10),
            Duration.ofMillis(100),
            Duration.ofMinutes(5)),
        source.integer("anchor.disclosures.refusals-per-minute", 60, 1, 10_000));
  }

  private Security security() {
    Optional<String> external =
        source.text("anchor.security.issuer").filter(text -> !text.equals("embedded"));
    Issuer issuer = external.map(this::externalIssuer).orElseGet(this::embeddedIssuer);
    if (external.isPresent()) {
      source.required(
          "anchor.security.audience",
          "when anchor.security.issuer is a URL",
          "the audience that tokens for this server carry");
    }
    return new Security(
        issuer,
        source.text("anchor.security.audience").orElse("fhir-anchor"),
        source.choice(
            "anchor.security.patient-claim-is-self", false, Map.of("true", true, "false", false)));
  }

  private PasskeySite passkeySite() {
    return new PasskeySite(
        source.parsed(
            "anchor.passkey.relying-party",
            "a host name in lower case, such as clinic.example.org",
            text -> Optional.of(text).filter(RELYING_PARTY.asMatchPredicate())),
        source
            .parsed(
                "anchor.passkey.origins",
                "https:// origins, separated by commas, such as https://portal.clinic.example.org"
                    + " (http:// only for localhost)",
                AnchorSettingsReader::origins)
            .orElse(List.of()));
  }

  private static Optional<List<String>> origins(String text) {
    List<String> origins = Arrays.stream(text.split(",", -1)).map(String::strip).toList();
    return Optional.of(origins).filter(all -> all.stream().allMatch(ORIGIN.asMatchPredicate()));
  }

  private List<String> baseUrls() {
    String accepted =
        "http:// or https:// URLs of this server's FHIR API, separated by commas, without query";
    return source
        .parsed("anchor.base-urls", accepted, AnchorSettingsReader::urls)
        .orElse(List.of());
  }

  private static Optional<List<String>> urls(String text) {
    List<String> urls = Arrays.stream(text.split(",", -1)).map(String::strip).toList();
    return Optional.of(urls).filter(all -> all.stream().allMatch(AnchorSettingsReader::isBase));
  }

  private static boolean isBase(String text) {
    return AnchorSettingsSource.urlOf(text)
        .filter(url -> url.getQuery() == null && url.getFragment() == null)
        .isPresent();
  }

  private Issuer embeddedIssuer() {
    if (source.has("anchor.security.jwks-uri")) {
      source.problem(
          "anchor.security.jwks-uri: only read when anchor.security.issuer is a URL; remove it");
    }
    return new EmbeddedIssuer();
  }

  private Issuer externalIssuer(String text) {
    String accepted = "embedded, or an https:// URL (http:// only on this machine)";
    if (AnchorSettingsSource.urlOf(text).filter(AnchorSettingsReader::isSafe).isEmpty()) {
      source.wrong("anchor.security.issuer", text, accepted);
    }
    return new ExternalIssuer(text, source.url("anchor.security.jwks-uri"));
  }

  private static boolean isSafe(URI url) {
    return "https".equals(url.getScheme())
        || Set.of("localhost", "127.0.0.1", "[::1]").contains(url.getHost());
  }
}
