package org.fhiranchor.interceptors.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.fhiranchor.interceptors.plain.RunningServer;
import org.fhiranchor.merkle.LogSigningKey;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

@Tag("alone")
final class LogKeyTest {
  @TempDir Path data;

  private final SecureRandom random = new SecureRandom();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private AnchorSettings settings() {
    Map<String, Object> given = new HashMap<>(Map.of("anchor.data", data.toString()));
    given.put("anchor.log.origin", "example.org/log");
    StandardEnvironment environment = new StandardEnvironment();
    environment.getPropertySources().addFirst(new MapPropertySource("test", given));
    return AnchorSettingsReader.read(environment);
  }

  private int command(String... arguments) {
    return LogKeyCommand.run(
        List.of(arguments),
        random,
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8));
  }

  @Test
  @DisplayName("KEYS-1 make log-key makes a key for its owner alone and never replaces one")
  void makesAKeyOnce() throws IOException {
    Path file = data.resolve("keys/log.key");
    assertThat(command("FILE=" + file, "ORIGIN=example.org/log")).isZero();
    String text = Files.readString(file);
    assertThat(out.toString(StandardCharsets.UTF_8).strip())
        .isEqualTo(LogSigningKey.parse(text).verifierKey().toString());
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(command("FILE=" + file)).isEqualTo(2);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("not replaced");
    assertThat(file).content().isEqualTo(text);
    assertThat(command()).isEqualTo(2);
    assertThat(command("FILE=" + data.resolve("b"), "ORIGIN=a b")).isEqualTo(2);
  }

  @Test
  @DisplayName("KEYS-1 the very first start makes the key, and a later one reads it")
  void firstStartMakesTheKey() {
    LogKeyFile.check(settings());
    LogSigningKey made = LogKeyFile.open(settings(), random, () -> false);
    assertThat(LogKeyFile.open(settings(), random, () -> true).verifierKey())
        .isEqualTo(made.verifierKey());
  }

  @Test
  @DisplayName(
      "KEYS-1 a log that has begun gets no second key: by its database, by its data folder")
  void makesNoSecondKey() throws IOException {
    assertThatThrownBy(() -> LogKeyFile.open(settings(), random, () -> true))
        .isInstanceOf(LogKeyMissingException.class)
        .hasMessageContaining("is missing")
        .hasMessageContaining("make log-key FILE=" + data.resolve("log.key"));
    Files.createFile(data.resolve("log-head-00112233"));
    assertThatThrownBy(() -> LogKeyFile.check(settings()))
        .isInstanceOf(LogKeyMissingException.class);
    assertThat(data.resolve("log.key")).doesNotExist();
  }

  @Test
  @DisplayName(
      "KEYS-1 a start that misses its key ends within 10 s, names the command, leaves no key")
  void startEndsQuickly() throws IOException {
    Files.createFile(data.resolve("ledger-mnemonic"));
    long start = System.nanoTime();
    assertThatThrownBy(() -> RunningServer.start(data))
        .isInstanceOf(LogKeyMissingException.class)
        .hasMessageContaining("make log-key FILE=");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
    assertThat(data.resolve("log.key")).doesNotExist();
    assertThat(data.resolve("h2.mv.db")).doesNotExist();
  }
}
