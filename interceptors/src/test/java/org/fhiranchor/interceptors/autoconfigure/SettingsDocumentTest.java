package org.fhiranchor.interceptors.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.fhiranchor.interceptors.testing.DocumentedSettings;
import org.fhiranchor.interceptors.testing.DocumentedSettings.Row;
import org.fhiranchor.interceptors.testing.SettingsMetadata;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

/** What docs/operate/settings.md says of keys under {@code anchor.} is what is read. */
final class SettingsDocumentTest {
  /** {@code `10ms`–`1m`} or {@code 1–65536}. */
  private static final Pattern RANGE =
      Pattern.compile("`?([0-9]++(?:ms|s|m|h|d)?+)`?–`?([0-9]++(?:ms|s|m|h|d)?+)`?(?! visible)");

  private static final Pattern ALONE = Pattern.compile("`([^`]+)`(?: \\(.*\\))?");
  private static final Pattern BY_MODE =
      Pattern.compile("`([^`]+)`(?: \\([^)]*\\))? embedded, `([^`]+)` rpc");

  /** Absent and given alike are not the same value of the record, but the same fee. */
  private static final Set<String> OPTIONAL = Set.of("anchor.ledger.max-fee-per-gas");

  @TempDir private Path folder;

  private static Stream<Row> rows() {
    return DocumentedSettings.rowsBelow("anchor").stream();
  }

  private static Stream<Row> ranges() {
    return rows().filter(row -> RANGE.matcher(row.accepted()).find());
  }

  private static Stream<Row> defaults() {
    return rows()
        .filter(row -> ALONE.matcher(row.otherwise()).matches())
        .filter(row -> !row.key().endsWith("*"));
  }

  private static Stream<Row> defaultsByMode() {
    return rows().filter(row -> BY_MODE.matcher(row.otherwise()).matches());
  }

  @Test
  @DisplayName("SET-3 settings.md names each anchor. key that is read, and no other")
  void namesEachKey() {
    assertThat(DocumentedSettings.keysBelow("anchor")).isEqualTo(AnchorSettingsReader.KEYS.all());
  }

  @Test
  @DisplayName("SET-2 the tables of settings.md are there, with ranges and defaults")
  void hasRangesAndDefaults() {
    assertThat(ranges()).hasSizeGreaterThan(12);
    assertThat(defaults()).hasSizeGreaterThan(15);
    assertThat(defaultsByMode()).hasSizeGreaterThan(3);
  }

  @Test
  @DisplayName("SET-6 editors are told every key, each with a sentence")
  void editorsKnowEachKey() throws IOException {
    SettingsMetadata metadata = SettingsMetadata.beside(AnchorProperties.class);
    assertThat(metadata.keys()).isEqualTo(AnchorSettingsReader.KEYS.all());
    assertThat(metadata.keys())
        .allSatisfy(
            key -> assertThat(metadata.description(key.replace(".*", ""))).as(key).contains(" "));
  }

  @Test
  @DisplayName("SET-6 editors are told the documented defaults")
  void editorsKnowTheDefaults() throws IOException {
    SettingsMetadata metadata = SettingsMetadata.beside(AnchorProperties.class);
    assertThat(rows().filter(row -> !row.key().endsWith("*")))
        .allSatisfy(
            row ->
                assertThat(row.otherwise().replace("`", "").replace(", ", ","))
                    .contains(metadata.otherwise(row.key())));
    assertThat(defaults())
        .allSatisfy(
            row ->
                assertThat(row.otherwise().split(" \\(", 2)[0])
                    .isEqualTo("`" + metadata.otherwise(row.key()) + "`"));
  }

  @Test
  @DisplayName("SET-6 each word that editors offer is accepted")
  void acceptsTheWordsThatEditorsOffer() throws IOException, ClassNotFoundException {
    SettingsMetadata metadata = SettingsMetadata.beside(AnchorProperties.class);
    for (Row row : rows().filter(each -> !each.key().endsWith("*")).toList()) {
      for (String word : metadata.words(row.key())) {
        assertThat(problems(Map.of(), row.key(), word)).noneMatch(p -> p.startsWith(row.key()));
      }
    }
    assertThat(metadata.words("anchor.consent.break-glass")).hasSize(3);
  }

  @ParameterizedTest(name = "{0}")
  @DisplayName("SET-6 the type that editors know takes both ends of a documented range")
  @MethodSource("ranges")
  void declaredTypesTakeTheRange(Row row) {
    MatchResult range = RANGE.matcher(row.accepted()).results().findFirst().orElseThrow();
    for (String end : List.of(range.group(1), range.group(2))) {
      Binder binder = new Binder(new MapConfigurationPropertySource(Map.of(row.key(), end)));
      assertThat(binder.bind("anchor", AnchorProperties.class).isBound()).isTrue();
    }
  }

  @Test
  @DisplayName("SET-3 each key that is accepted is read, in one mode or the other")
  void readsEachKey() {
    AskedKeys asked = new AskedKeys();
    asked.during(Map.of("anchor.consent.mode.TREAT", "opt-in"));
    asked.during(Map.of("anchor.ledger.mode", "rpc", "anchor.ledger.confirmations", "3"));
    asked.during(
        Map.of(
            "anchor.ledger.mode", "rpc",
            "anchor.ledger.key-file", "a",
            "anchor.ledger.signer-url", "http://a",
            "anchor.ledger.relay-key-file", "a",
            "anchor.consent.custody-key", "a",
            "anchor.security.issuer", "https://a"));
    assertThat(asked.keys())
        .containsAll(
            AnchorSettingsReader.KEYS.all().stream()
                .map(key -> key.replace("mode.*", "mode.TREAT"))
                .toList());
  }

  /** Which keys are looked at while settings are read, wrong ones too. */
  private static final class AskedKeys extends StandardEnvironment {
    private final Set<String> keys = new TreeSet<>();

    Set<String> keys() {
      return keys;
    }

    void during(Map<String, Object> given) {
      getPropertySources().addFirst(new MapPropertySource("given", given));
      try {
        AnchorSettings read = AnchorSettingsReader.read(this);
        assertThat(read.data()).isNotNull();
      } catch (AnchorSettingsException wrong) {
        assertThat(wrong.problems()).isNotEmpty();
      }
    }

    @Override
    public @Nullable String getProperty(String key) {
      keys.add(key);
      return super.getProperty(key);
    }
  }

  @ParameterizedTest(name = "{0}")
  @DisplayName("SET-2 both ends of a documented range are accepted, and one past each is refused")
  @MethodSource("ranges")
  void acceptsTheDocumentedRange(Row row) throws IOException {
    MatchResult range = RANGE.matcher(row.accepted()).results().findFirst().orElseThrow();
    Map<String, String> base = row.key().contains("confirmations") ? rpc() : Map.of();
    assertThat(problems(base, row.key(), range.group(1))).isEmpty();
    assertThat(problems(base, row.key(), range.group(2))).isEmpty();
    assertThat(problems(base, row.key(), past(range.group(2), 1))).hasSize(1);
    if (!range.group(1).matches("0s?")) {
      assertThat(problems(base, row.key(), past(range.group(1), -1))).hasSize(1);
    }
  }

  @ParameterizedTest(name = "{0}")
  @DisplayName("SET-1 a documented default is the value without the setting")
  @MethodSource("defaults")
  void hasTheDocumentedDefault(Row row) {
    String value = ALONE.matcher(row.otherwise()).results().findFirst().orElseThrow().group(1);
    assertSame(Map.of(), row.key(), value);
  }

  @ParameterizedTest(name = "{0}")
  @DisplayName("SET-1 a documented default of each mode is the value without the setting")
  @MethodSource("defaultsByMode")
  void hasTheDocumentedDefaultOfEachMode(Row row) throws IOException {
    MatchResult both = BY_MODE.matcher(row.otherwise()).results().findFirst().orElseThrow();
    assertSame(Map.of(), row.key(), both.group(1));
    assertSame(rpc(), row.key(), both.group(2));
  }

  private static void assertSame(Map<String, String> base, String key, String value) {
    AnchorSettings given = read(with(base, key, value));
    if (!OPTIONAL.contains(key)) {
      assertThat(given).isEqualTo(read(base));
    }
  }

  private static String past(String bound, int step) {
    if (bound.matches("[0-9]+")) {
      return Long.toString(Long.parseLong(bound) + step);
    }
    Duration end = DurationStyle.detectAndParse(bound);
    return end.plusMillis(step).toMillis() + "ms";
  }

  private Map<String, String> rpc() throws IOException {
    Map<String, String> rpc = new HashMap<>();
    rpc.put("anchor.ledger.mode", "rpc");
    rpc.put("anchor.ledger.rpc-url", "http://localhost:8545");
    rpc.put("anchor.ledger.chain-id", "1337");
    rpc.put("anchor.log.origin", "example.org/log");
    for (String contract : List.of("anchor", "consent")) {
      rpc.put(
          "anchor.ledger." + contract + "-contract", "0x00000000000000000000000000000000000000aB");
    }
    for (String file : List.of("key-file", "key-password-file")) {
      Path path = Files.writeString(folder.resolve(file), "secret");
      rpc.put("anchor.ledger." + file, path.toString());
    }
    return rpc;
  }

  private static Map<String, String> with(Map<String, String> base, String key, String value) {
    Map<String, String> all = new HashMap<>(base);
    all.put(key, value);
    return all;
  }

  private static List<String> problems(Map<String, String> base, String key, String value) {
    return Optional.ofNullable(
            catchThrowableOfType(AnchorSettingsException.class, () -> read(with(base, key, value))))
        .map(AnchorSettingsException::problems)
        .orElse(List.of());
  }

  private static AnchorSettings read(Map<String, String> given) {
    StandardEnvironment environment = new StandardEnvironment();
    environment.getPropertySources().addFirst(new MapPropertySource("given", Map.copyOf(given)));
    return AnchorSettingsReader.read(environment);
  }
}
