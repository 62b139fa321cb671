package org.fhiranchor.merkle;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class StatementTest {
  private static final Instant NOW = Instant.parse("2026-01-31T23:59:59.123456Z");
  private static final Digest SOME = Digest.sha256();
  private static final String HEX = SOME.hex();
  private static final ResourceKey OBSERVATION = new ResourceKey("Observation", "123");

  private static final Statement.ResourceVersion VERSION =
      new Statement.ResourceVersion(
          NOW, OBSERVATION, "2", Operation.UPDATE, Optional.of(SOME), SOME, Optional.empty());

  private static final List<Statement> ALL =
      List.of(
          VERSION,
          new Statement.ResourceVersion(
              NOW, OBSERVATION, "3", Operation.DELETE, Optional.empty(), SOME, Optional.of(SOME)),
          new Statement.ResourceVersion(
              NOW, OBSERVATION, "4", Operation.ERASE, Optional.empty(), SOME, Optional.of(SOME)),
          new Statement.Disclosure(NOW, SOME, 7, SOME, Optional.of(SOME)),
          new Statement.ConsentEvent(
              NOW, "s", new ResourceKey("Consent", "1"), "granted", SOME, Optional.empty()),
          new Statement.KeyBinding(
              NOW, "s", "bound", "0x" + "aB".repeat(20), SOME, Optional.empty()),
          new Statement.Erasure(
              NOW, LeafRanges.parse("5-9,12"), LeafRanges.parse("7"), SOME, Optional.empty()));

  @Test
  @DisplayName("STM-1 a resource version has this canonical form")
  void resourceVersionForm() {
    assertThat(text(VERSION))
        .isEqualTo(
            "{\"content\":{\"form\":\"https://fhiranchor.org/canonical/fhir-json/v1\",\"sha256\":\""
                + HEX
                + "\"},\"kind\":\"resource-version\",\"operation\":\"update\",\"previous\":null,"
                + "\"provenance\":\""
                + HEX
                + "\",\"recorded\":\"2026-01-31T23:59:59.123Z\",\"resource\":\"Observation/123\","
                + "\"v\":1,\"version\":\"2\"}");
  }

  @Test
  @DisplayName("STM-1 the other kinds have these canonical forms")
  void otherForms() {
    assertThat(text(ALL.get(3)))
        .isEqualTo(
            "{\"kind\":\"disclosure\",\"previous\":\""
                + HEX
                + "\",\"record\":\""
                + HEX
                + "\",\"recorded\":\"2026-01-31T23:59:59.123Z\",\"sequence\":7,"
                + "\"subject\":\""
                + HEX
                + "\",\"v\":1}");
    assertThat(text(ALL.get(4))).contains("\"consent\":\"Consent/1\",\"event\":\"granted\"");
    assertThat(text(ALL.get(5))).contains("\"key\":\"0x" + "aB".repeat(20) + "\"");
    assertThat(text(ALL.get(6))).contains("\"leaves\":\"5-9,12\"").contains("\"kind\":\"erasure\"");
  }

  @Test
  @DisplayName("STM-1 every kind is read back as it was written, and its text is canonical")
  void roundTrips() {
    for (Statement statement : ALL) {
      assertThat(Statement.parse(statement.canonicalBytes())).isEqualTo(statement);
      assertThat(CanonicalJson.of(statement.canonicalBytes()))
          .isEqualTo(statement.canonicalBytes());
    }
  }

  @Test
  @DisplayName("STM-1 unknown members, missing members and wrong types are errors")
  void readsStrictly() {
    for (Statement statement : ALL) {
      JsonValue.Obj whole = statement.toJson();
      for (String name : whole.members().keySet()) {
        java.util.Map<String, JsonValue> without = new java.util.TreeMap<>(whole.members());
        without.remove(name);
        if (!name.equals("content") || !text(statement).contains("erase")) {
          assertRefused(new JsonValue.Obj(without).toJson(), "");
        }
        for (JsonValue other :
            List.of(
                new JsonValue.Str("\u0000"),
                new JsonValue.Bool(true),
                new JsonValue.Num("1.0"),
                new JsonValue.Num("-1"),
                new JsonValue.Num("9223372036854775808"),
                new JsonValue.Arr(List.of()),
                new JsonValue.Obj(java.util.Map.of("form", new JsonValue.Str("other"))))) {
          without.put(name, other);
          if (!name.equals("subject") || !(other instanceof JsonValue.Str)) {
            assertRefused(new JsonValue.Obj(without).toJson(), "");
          }
        }
      }
      assertRefused(text(statement).replace("{\"", "{\"extra\":1,\""), "");
    }
  }

  @Test
  @DisplayName("STM-1 a value has one spelling: what is written again is what was committed to")
  void oneSpelling() {
    String json = text(VERSION);
    assertRefused(json.replace("59.123Z", "59.123+00:00"), "statement.recorded");
    assertRefused(json.replace("59.123Z", "59.12Z"), "statement.recorded");
    assertRefused(json.replace("\"v\":1", "\"v\":1.0"), "statement.v: want 1");
    assertRefused(json.replace("\"v\":1", "\"v\":2"), "statement.v: want 1");
    assertRefused(json.replace(HEX, HEX.toUpperCase(java.util.Locale.ROOT)), "hex");
    assertRefused(json.replace("resource-version", "resource"), "statement.kind");
    assertRefused(json.replace("fhir-json/v1", "fhir-json/v2"), "statement.content.form");
  }

  @Test
  @DisplayName("STM-1 content comes with create and update, and never with delete")
  void contentFitsTheOperation() {
    assertRefused(text(VERSION).replace("\"update\"", "\"delete\""), "content");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new Statement.ResourceVersion(
                    NOW,
                    OBSERVATION,
                    "1",
                    Operation.CREATE,
                    Optional.empty(),
                    SOME,
                    Optional.empty()))
        .withMessageContaining("content");
  }

  @Test
  @DisplayName("STM-2 the sequencer fills in the predecessor and changes nothing else")
  void withPrevious() {
    for (Statement statement : ALL) {
      Statement linked = statement.withPrevious(Optional.of(SOME));
      assertThat(linked.previous()).contains(SOME);
      assertThat(linked.withPrevious(statement.previous())).isEqualTo(statement);
      assertThat(linked.chain()).isEqualTo(statement.chain());
    }
    assertThat(VERSION.chain()).isEqualTo("resource:Observation/123");
    assertThat(ALL.get(6).chain()).isEqualTo("erasure");
    assertThat(ALL.get(4).chain()).isEqualTo("subject:s");
  }

  @Test
  @DisplayName("STM-1 names, ids and words outside their bounds are refused")
  void boundsParts() {
    for (String wrong :
        List.of("Observation", "observation/1", "Observation/", "A/" + "1".repeat(65), "A/1/2")) {
      assertThatIllegalArgumentException().isThrownBy(() -> ResourceKey.parse(wrong));
    }
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new Statement.KeyBinding(
                    NOW, "x".repeat(257), "bound", "0x" + "aB".repeat(20), SOME, Optional.empty()));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Statement.Disclosure(NOW, SOME, -1, SOME, Optional.empty()));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Statement.Disclosure(NOW, SOME, 2, SOME, Optional.empty()));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new Statement.KeyBinding(NOW, "x", "bound", "0x12", SOME, Optional.empty()));
  }

  private static String text(Statement statement) {
    return new String(statement.canonicalBytes(), UTF_8);
  }

  private static void assertRefused(String json, String message) {
    assertThatExceptionOfType(CanonicalFormException.class)
        .as(json)
        .isThrownBy(() -> Statement.parse(json.getBytes(UTF_8)))
        .withMessageContaining(message);
  }
}
