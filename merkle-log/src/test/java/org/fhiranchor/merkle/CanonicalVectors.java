package org.fhiranchor.merkle;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;

/**
 * Makes {@code vectors/canonical.json}: JSON texts and resources, in base64, each with its
 * canonical form or the error that it gets. The verifier in JavaScript reads it, too. Run it with
 * the file's path to write it anew.
 */
final class CanonicalVectors {
  static final Path FILE = Path.of("src/test/resources/vectors/canonical.json");

  private static final String[] NO_JSON = {
    "",
    "\uFEFF{}",
    "{\"a\":01}",
    "[1,]",
    "{\"a\":1,}",
    "{\"a\" 1}",
    "\"a\tb\"",
    "\"a",
    "\"\\x\"",
    "\"\\u12g4\"",
    "{} {}",
    "tru",
    "NaN",
    "-",
    "1.",
    "1e",
    "[1 2]",
    "+1",
    ".5",
    "0x1",
    "'a'",
    "{a:1}",
    "[",
    "{",
    "{\"a\"",
    "nul",
    "\"\\ud834\"",
    "\"\\udd1e\"",
    "\"\\ud834\\u0041\"",
    "\"\\ud834x\"",
    "\"\\udd1e\\ud834\"",
    "{\"a\":1,\n \"a\":2}",
    "\u000b1",
    "1\u00a0",
    "[{\"b\":{\"a\":1,\"c\":1,\"\\u0061\":2}}]",
    "{\"__proto__\":1,\"\\u005f_proto__\":2}"
  };
  private static final String[] JSON = {
    " { \"b\" : [ 1 , 2 ] ,\t\"a\" : { } , \"\" : null } ",
    "\"\\u0000\\u001F\\b\\t\\n\\f\\r\\\"\\\\\\/\\u0041\\u007f\"",
    "{\"\uFB33\":1,\"\uD834\uDD1E\":2,\"\u20ac\":3,\"1\":4,\"\\r\":5}",
    "\"\\u20AC\\uD834\\udd1e\\u2028\"",
    "[0,-0,1.00,1.0,1e5,1E+05,-0.10,1e-999,0.1e1,9007199254740993,123456789012345678901234567890]",
    "{\"__proto__\":{},\"constructor\":1,\"toString\":true}",
    "{\"\uD834\uDD1E\":1,\"\uE000\":2,\"\uD7FF\":3}",
    "\"\uFEFF\""
  };
  private static final int[][] NO_UTF8 = {
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
    {0xff}
  };
  private static final String[] INSTANTS = {
    "2026-01-31T23:59:59.123Z",
    "2026-02-01T00:59:59.123+01:00",
    "2026-01-31T14:29:59.123-09:30",
    "2026-01-31T23:59:59Z",
    "2026-01-31T23:59:59.1+00:00",
    "2026-01-31T23:59:59.123999999-00:00",
    "2024-02-29T23:30:00.000-01:00",
    "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59.999Z",
    "1969-12-31T23:59:59.999Z",
    "2000-02-29T00:00:00+18:59",
    "2026-01-31",
    "2026-01-31T23:59:59",
    "2026-02-30T00:00:00Z",
    "2026-01-31T24:00:00Z",
    "2026-01-31T23:59:59.1234567890Z",
    "2100-02-29T00:00:00Z",
    "2026-01-31T23:59:59+19:00",
    "2026-01-31T23:59:59+01:60",
    "0000-01-01T00:00:00Z",
    "9999-12-31T23:59:59-01:00",
    "0001-01-01T00:00:00+01:00",
    "2026-00-10T00:00:00Z",
    "2026-13-10T00:00:00Z",
    "2026-01-00T00:00:00Z",
    "2026-01-01T00:60:00Z",
    "2026-12-31T23:59:60Z",
    "",
    "\\u0662026-01-31T23:59:59Z",
    "2026-01-31T23:59:59Z\\n"
  };
  private static final String[] META = {
    "\"tag\":[{\"code\":\"b\"},{\"system\":\"s\",\"code\":\"a\"},{\"code\":\"b\"}],\"security\":[],\"profile\":[\"p2\",\"p1\",\"p2\"]",
    "\"profile\":[\"b\",\"a\"],\"_profile\":[null,{\"id\":\"x\"}]",
    "\"profile\":\"no list\",\"tag\":{\"code\":\"b\"}",
    "\"tag\":[{\"code\":\"SUBSETTED\",\"system\":\"http://terminology.hl7.org/CodeSystem/v3-ObservationValue\"}]",
    "\"tag\":[{\"code\":\"SUBSETTED\",\"system\":\"urn:mine\"}]",
    "\"tag\":[{\"code\":\"SUBSETTED\"},7,\"x\",null]",
    "\"lastUpdated\":7",
    "\"lastUpdated\":null",
    "\"source\":\"urn:x\",\"extension\":[{\"url\":\"m\",\"valueDecimal\":1.00}]",
    "\"profile\":[\"\uD834\uDD1E\",\"\uFB33\",\"a\",\"a\\u0000\",\"\"]",
    "\"security\":[2,10,\"1\",[1],{},null,true]"
  };
  private static final String[] NO_RESOURCE = {
    "[]",
    "7",
    "{}",
    "{\"id\":\"7\",\"meta\":{\"versionId\":\"1\"}}",
    "{\"resourceType\":\"Patient\",\"meta\":{\"versionId\":\"1\"}}",
    "{\"resourceType\":\"Patient\",\"id\":\"7\"}",
    "{\"resourceType\":\"Patient\",\"id\":\"7\",\"meta\":[]}",
    "{\"resourceType\":\"../x\",\"id\":\"7\",\"meta\":{\"versionId\":\"1\"}}",
    "{\"resourceType\":\"Patient\",\"id\":7,\"meta\":{\"versionId\":\"1\"}}",
    "{\"resourceType\":\"Patient\",\"id\":\"a b\",\"meta\":{\"versionId\":\"1\"}}",
    "{\"resourceType\":\"Patient\",\"id\":\"7\",\"meta\":{\"versionId\":1}}",
    "{\"resourceType\":\"Patient\\n\",\"id\":\"7\",\"meta\":{\"versionId\":\"1\"}}",
    "{\"resourceType\":\"Patient\",\"id\":\"7\",\"meta\":null}"
  };

  private final List<JsonValue> json = new ArrayList<>();
  private final List<JsonValue> resources = new ArrayList<>();

  private CanonicalVectors() {}

  public static void main(String[] args) throws IOException {
    Files.writeString(Path.of(args[0]), make());
  }

  static String make() {
    CanonicalVectors vectors = new CanonicalVectors();
    vectors.texts();
    vectors.invalidUtf8();
    vectors.random();
    vectors.resources();
    return new VectorFile().with("json", vectors.json).with("resource", vectors.resources).text();
  }

  private void texts() {
    for (String text : JSON) {
      json(text.getBytes(UTF_8));
    }
    for (String text : NO_JSON) {
      json(text.getBytes(UTF_8));
    }
    json(("[".repeat(257) + "]".repeat(257)).getBytes(UTF_8));
    json(("{\"a\":".repeat(300) + "1").getBytes(UTF_8));
  }

  private void invalidUtf8() {
    for (int[] sequence : NO_UTF8) {
      StringBuilder text = new StringBuilder("[\n\"ab");
      for (int b : sequence) {
        text.append((char) b);
      }
      json((text + "\"]").getBytes(ISO_8859_1));
      json(text.toString().getBytes(ISO_8859_1));
    }
  }

  /** Half of them with a byte changed. */
  private void random() {
    Random random = new Random(12);
    for (int i = 0; i < 200; i++) {
      byte[] text = new RandomJson(random).text().getBytes(UTF_8);
      if (i % 2 == 1 && text.length > 0) {
        text[random.nextInt(text.length)] = (byte) random.nextInt(256);
      }
      json(text);
    }
  }

  private void resources() {
    for (String instant : INSTANTS) {
      resource(withMeta("\"lastUpdated\":\"" + instant + "\""));
    }
    for (String meta : META) {
      resource(withMeta(meta));
    }
    for (String text : NO_RESOURCE) {
      resource(text);
    }
    resource(
        "{\"contained\":[{\"meta\":{\"lastUpdated\":\"2026-01-01T00:00:00+02:00\",\"tag\":[{\"code\":\"b\"},{\"code\":\"a\"}]}}],"
            + "\"id\":\"7\",\"meta\":{\"versionId\":\"1\"},\"resourceType\":\"Patient\",\"text\":{\"div\":\"<div>\\u00e9\\n</div>\"}}");
  }

  private static String withMeta(String members) {
    return "{\"resourceType\":\"Patient\",\"id\":\"7\",\"meta\":{\"versionId\":\"1\","
        + members
        + "}}";
  }

  private void json(byte[] input) {
    json.add(vector(input, CanonicalJson::of));
  }

  private void resource(String input) {
    resources.add(vector(input.getBytes(UTF_8), bytes -> CanonicalResource.of(bytes).bytes()));
  }

  private static JsonValue vector(byte[] input, UnaryOperator<byte[]> canonical) {
    String encoded = VectorFile.base64(input);
    try {
      byte[] output = canonical.apply(input);
      return VectorFile.object("input", encoded, "output", VectorFile.base64(output));
    } catch (CanonicalFormException refused) {
      return VectorFile.object("input", encoded, "error", String.valueOf(refused.getMessage()));
    }
  }
}
