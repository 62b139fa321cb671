package org.fhiranchor.merkle;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import org.erdtman.jcs.JsonCanonicalizer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class CanonicalJsonTest {
  @Test
  @DisplayName("CAN-2 members are sorted by UTF-16 code units, white space goes")
  void sortsByCodeUnits() {
    assertThat(canonical(" { \"b\" : [ 1 , 2 ] ,\t\"a\" : { } , \"\" : null } "))
        .isEqualTo("{\"\":null,\"a\":{},\"b\":[1,2]}");
    String clef = "\uD834\uDD1E";
    assertThat(canonical("{\"\uFB33\":1,\"" + clef + "\":2,\"\u20ac\":3,\"1\":4,\"\\r\":5}"))
        .isEqualTo("{\"\\r\":5,\"1\":4,\"\u20ac\":3,\"" + clef + "\":2,\"\uFB33\":1}");
  }

  @Test
  @DisplayName("CAN-2 strings are escaped as RFC 8785 says, from any spelling")
  void escapesAsTheRfcSays() {
    assertThat(canonical("\"\\u0000\\u001F\\b\\t\\n\\f\\r\\\"\\\\\\/\\u0041\\u007f\""))
        .isEqualTo("\"\\u0000\\u001f\\b\\t\\n\\f\\r\\\"\\\\/A\u007f\"");
    assertThat(canonical("\"\\u20AC\\uD834\\udd1e\\u2028\""))
        .isEqualTo("\"\u20ac\uD834\uDD1E\u2028\"");
    assertThat(canonical("\"\\u0008\\u000a\\u0022\\u005C\"")).isEqualTo("\"\\b\\n\\\"\\\\\"");
  }

  @Test
  @DisplayName("CAN-3 numbers keep the digits of the source")
  void keepsDigits() {
    for (String number :
        new String[] {
          "0", "-0", "1.00", "1.0", "1e5", "1E+05", "-0.10", "9".repeat(400), "1e-999", "0.1e1"
        }) {
      assertThat(canonical(number)).isEqualTo(number);
      assertThat(canonical("[" + number + ", " + number + "]"))
          .isEqualTo("[" + number + "," + number + "]");
    }
  }

  @Test
  @DisplayName("CAN-2 the canonical form of a canonical form is itself")
  void isAFixedPoint() {
    Random random = seeded();
    for (int i = 0; i < 2000; i++) {
      byte[] once = CanonicalJson.of(new RandomJson(random).text());
      assertThat(CanonicalJson.of(once)).isEqualTo(once);
    }
  }

  @Test
  @DisplayName("CAN-3 where numbers are in shortest form, the output is RFC 8785's byte for byte")
  void agreesWithTheOracle() throws IOException {
    Random random = seeded();
    for (int i = 0; i < 5000; i++) {
      String json = new RandomJson(random).text();
      String root = "{\"root\":" + json + "}";
      assertThat(CanonicalJson.of(root))
          .as(root)
          .isEqualTo(new JsonCanonicalizer(root).getEncodedUTF8());
    }
  }

  @Test
  @DisplayName("CAN-1 accepts what a second strict parser accepts, and nothing else")
  void acceptsWhatJacksonAccepts() {
    Random random = seeded();
    int accepted = 0;
    for (int i = 0; i < 50_000; i++) {
      byte[] json = new RandomJson(random).text().getBytes(UTF_8);
      for (int n = random.nextInt(3); n > 0 && json.length > 0; n--) {
        json = mutate(json, random);
      }
      boolean accepts = accepts(json);
      assertThat(accepts).as("%s", new String(json, ISO_8859_1)).isEqualTo(jacksonAccepts(json));
      accepted += accepts ? 1 : 0;
    }
    assertThat(accepted).isBetween(5_000, 45_000);
  }

  @Test
  @DisplayName("CAN-1 names the place of a duplicate member, at any depth and in any spelling")
  void refusesDuplicates() {
    assertRefused("{\"a\":1,\n \"a\":2}", "line 2 column 2: duplicate member name");
    assertRefused("[{\"b\":{\"a\":1,\"c\":1,\"\\u0061\":2}}]", "line 1 column 20: duplicate");
  }

  @Test
  @DisplayName("CAN-1 names the place of invalid UTF-8")
  void refusesInvalidUtf8() {
    int[][] sequences = {
      {0x80},
      {0xbf},
      {0xc0, 0xaf},
      {0xc1, 0xbf},
      {0xc3, 0x28},
      {0xe0, 0x9f, 0xbf},
      {0xed, 0xa0, 0x80},
      {0xed, 0xbf, 0xbf},
      {0xf0, 0x8f, 0xbf, 0xbf},
      {0xf4, 0x90, 0x80, 0x80},
      {0xf5, 0x80, 0x80, 0x80},
      {0xe2, 0x82},
      {0xf0, 0x9d, 0x84},
      {0xff},
      {0xe2, 0x28, 0xa1}
    };
    for (int[] sequence : sequences) {
      StringBuilder json = new StringBuilder("[\"ab");
      for (int b : sequence) {
        json.append((char) b);
      }
      byte[] closed = (json + "\"]").getBytes(ISO_8859_1);
      assertThatExceptionOfType(CanonicalFormException.class)
          .isThrownBy(() -> CanonicalJson.of(closed))
          .withMessageContaining("line 1 column 5: invalid UTF-8");
      byte[] cut = json.toString().getBytes(ISO_8859_1);
      assertThatExceptionOfType(CanonicalFormException.class)
          .isThrownBy(() -> CanonicalJson.of(cut));
    }
  }

  @Test
  @DisplayName("CAN-1 names the place of an unpaired surrogate, escaped or not")
  void refusesUnpairedSurrogates() {
    for (String wrong :
        new String[] {
          "\\ud834", "\\udd1e", "\\ud834\\u0041", "\\ud834x", "\\ud834\\n", "\\udd1e\\ud834"
        }) {
      assertRefused("\"x" + wrong + "\"", "line 1 column 3: unpaired surrogate");
    }
    assertRefused("\"\uD834\"", "unpaired surrogate at character 1");
    assertRefused("\"\uDD1E\uD834\"", "unpaired surrogate at character 1");
  }

  @Test
  @DisplayName("CAN-1 depth 256 is the last that is accepted")
  void boundsDepth() {
    String at = "[".repeat(256) + "]".repeat(256);
    assertThat(canonical(at)).isEqualTo(at);
    assertRefused("[" + at + "]", "column 257: nested deeper than 256");
    assertRefused("{\"a\":".repeat(300) + "1" + "}".repeat(300), "nested deeper than 256");
  }

  @Test
  @DisplayName("CAN-1 64 MiB is the largest text that is accepted")
  void boundsSize() {
    byte[] at = new byte[CanonicalJson.MAX_BYTES];
    Arrays.fill(at, (byte) ' ');
    at[at.length - 1] = '7';
    assertThat(CanonicalJson.of(at)).isEqualTo(new byte[] {'7'});
    assertThatExceptionOfType(CanonicalFormException.class)
        .isThrownBy(() -> CanonicalJson.of(new byte[at.length + 1]))
        .withMessageContaining("want at most 67108864 bytes, got 67108865");
  }

  @Test
  @DisplayName("CAN-1 names the place of what is no JSON")
  void refusesWhatIsNoJson() {
    assertRefused("", "line 1 column 1: want a JSON value, got the end of the text");
    assertRefused("\uFEFF{}", "line 1 column 1: want a JSON value, got byte 0xef");
    assertRefused("{\"a\":01}", "line 1 column 7: want ',' or '}', got byte 0x31");
    assertRefused("[1,]", "line 1 column 4");
    assertRefused("{\"a\":1,}", "line 1 column 8: want a member name");
    assertRefused("{\"a\" 1}", "want ':'");
    assertRefused("\"a\tb\"", "line 1 column 3: want a character of a string, got byte 0x09");
    assertRefused("\"a", "got the end of the text");
    assertRefused("\"\\x\"", "want an escape of JSON");
    assertRefused("\"\\u12g4\"", "want a hex digit");
    assertRefused("{} {}", "want the end of the text");
    assertRefused("tru", "want true");
    assertRefused("NaN", "want a JSON value");
    assertRefused("-", "want a JSON value");
    assertRefused("1.", "want a digit");
    assertRefused("1e", "want a digit");
    assertRefused("[1 2]", "want ',' or ']'");
  }

  private static void assertRefused(String json, String message) {
    assertThatExceptionOfType(CanonicalFormException.class)
        .isThrownBy(() -> CanonicalJson.of(json))
        .withMessageContaining(message);
  }

  private static String canonical(String json) {
    return new String(CanonicalJson.of(json), UTF_8);
  }

  private static boolean accepts(byte[] json) {
    try {
      CanonicalJson.of(json);
      return true;
    } catch (CanonicalFormException refused) {
      return false;
    }
  }

  private static boolean jacksonAccepts(byte[] json) {
    JsonFactory factory =
        JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();
    String text = new String(json, UTF_8);
    if (!Arrays.equals(text.getBytes(UTF_8), json)) {
      return false;
    }
    try (JsonParser parser = factory.createParser(text)) {
      JsonToken first = parser.nextToken();
      if (first == null) {
        return false;
      }
      int roots = 0;
      int depth = 0;
      boolean wellFormed = true;
      for (JsonToken token = first; token != null; token = parser.nextToken()) {
        roots += depth == 0 ? 1 : 0;
        wellFormed = wellFormed && isWellFormed(parser.getText());
        depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
      }
      return wellFormed && roots == 1 && depth == 0;
    } catch (IOException refused) {
      return false;
    }
  }

  private static boolean isWellFormed(String text) {
    return text.codePoints().noneMatch(c -> c >= 0xd800 && c <= 0xdfff);
  }

  private static byte[] mutate(byte[] json, Random random) {
    byte[] changed = json.clone();
    int at = random.nextInt(json.length);
    changed[at] =
        switch (random.nextInt(3)) {
          case 0 -> (byte) "{}[]\",:0123456789.eE+-\\u \n".charAt(random.nextInt(26));
          case 1 -> (byte) (changed[at] ^ (1 << random.nextInt(8)));
          default -> changed[random.nextInt(json.length)];
        };
    return changed;
  }

  private static Random seeded() {
    long seed = Long.getLong("anchor.seed", System.nanoTime());
    System.out.println("anchor.seed=" + seed);
    return new Random(seed);
  }
}
