package org.fhiranchor.merkle;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class CanonicalResourceTest {
  @Test
  @DisplayName("CAN-4 meta.lastUpdated is UTC with milliseconds, whatever the server printed")
  void lastUpdatedIsUtc() {
    String[][] same = {
      {"2026-01-31T23:59:59.123Z", "2026-01-31T23:59:59.123Z"},
      {"2026-02-01T00:59:59.123+01:00", "2026-01-31T23:59:59.123Z"},
      {"2026-01-31T14:29:59.123-09:30", "2026-01-31T23:59:59.123Z"},
      {"2026-01-31T23:59:59Z", "2026-01-31T23:59:59.000Z"},
      {"2026-01-31T23:59:59.1+00:00", "2026-01-31T23:59:59.100Z"},
      {"2026-01-31T23:59:59.123999999-00:00", "2026-01-31T23:59:59.123Z"},
      {"2024-02-29T23:30:00.000-01:00", "2024-03-01T00:30:00.000Z"}
    };
    for (String[] pair : same) {
      assertThat(canonical(meta("\"lastUpdated\":\"" + pair[0] + "\"")))
          .isEqualTo(
              "{\"id\":\"7\",\"meta\":{\"lastUpdated\":\""
                  + pair[1]
                  + "\",\"versionId\":\"1\"},\"resourceType\":\"Patient\"}");
    }
  }

  @Test
  @DisplayName("CAN-4 only the root's meta.lastUpdated is touched")
  void containedInstantsStay() {
    String json =
        "{\"resourceType\":\"Patient\",\"id\":\"7\",\"contained\":[{\"meta\":"
            + "{\"lastUpdated\":\"2026-01-01T00:00:00+02:00\",\"tag\":[{\"code\":\"b\"},{\"code\":\"a\"}]}}],"
            + "\"meta\":{\"versionId\":\"1\"}}";
    assertThat(canonical(json))
        .contains("2026-01-01T00:00:00+02:00")
        .contains("[{\"code\":\"b\"},{\"code\":\"a\"}]");
  }

  @Test
  @DisplayName("CAN-4 refuses a meta.lastUpdated that is no instant, and names it")
  void refusesWhatIsNoInstant() {
    for (String wrong :
        new String[] {
          "2026-01-31",
          "2026-01-31T23:59:59",
          "2026-02-30T00:00:00Z",
          "2026-01-31T24:00:00Z",
          "2026-01-31T23:59:59.1234567890Z",
          "2026-01-31T23:59:59+19:00",
          "0000-01-01T00:00:00Z",
          "9999-12-31T23:59:59-01:00",
          "0001-01-01T00:00:00+01:00",
          ""
        }) {
      assertRefused(meta("\"lastUpdated\":\"" + wrong + "\""), "meta.lastUpdated");
    }
    assertRefused(meta("\"lastUpdated\":7"), "meta.lastUpdated");
  }

  @Test
  @DisplayName("CAN-5 profile, security and tag are sets: order and repeats do not matter")
  void setsAreSorted() {
    assertThat(
            canonical(
                meta(
                    "\"tag\":[{\"code\":\"b\"},{\"system\":\"s\",\"code\":\"a\"},{\"code\":\"b\"}],"
                        + "\"security\":[],\"profile\":[\"p2\",\"p1\",\"p2\",\"p2\"]")))
        .contains(
            "\"meta\":{\"profile\":[\"p1\",\"p2\"],\"security\":[],"
                + "\"tag\":[{\"code\":\"a\",\"system\":\"s\"},{\"code\":\"b\"}],\"versionId\":\"1\"}");
  }

  @Test
  @DisplayName("CAN-5 a profile list with extensions beside it keeps its order")
  void profilesWithExtensionsKeepTheirOrder() {
    assertThat(canonical(meta("\"profile\":[\"b\",\"a\"],\"_profile\":[null,{\"id\":\"x\"}]")))
        .contains("\"profile\":[\"b\",\"a\"]");
  }

  @Test
  @DisplayName("CAN-6 narrative, meta.source, contained resources and extensions are all inside")
  void nothingIsDropped() {
    String json =
        "{\"contained\":[{\"id\":\"c\",\"resourceType\":\"Basic\"}],"
            + "\"extension\":[{\"url\":\"u\",\"valueDecimal\":1.00}],\"id\":\"7\","
            + "\"meta\":{\"extension\":[{\"url\":\"m\"}],\"source\":\"urn:x\",\"versionId\":\"1\"},"
            + "\"resourceType\":\"Patient\",\"text\":{\"div\":\"<div"
            + " xmlns=\\\"http://www.w3.org/1999/xhtml\\\">\u00e9</div>\",\"status\":\"generated\"}}";
    assertThat(canonical(json)).isEqualTo(json);
  }

  @Test
  @DisplayName("CAN-1 a resource tagged SUBSETTED is not a whole resource")
  void refusesSubsets() {
    String system = "http://terminology.hl7.org/CodeSystem/v3-ObservationValue";
    String tag = "{\"system\":\"" + system + "\",\"code\":\"SUBSETTED\"}";
    assertRefused(meta("\"tag\":[{\"code\":\"a\"}," + tag + "]"), "not a whole resource");
    assertThat(canonical(meta("\"tag\":[{\"system\":\"urn:mine\",\"code\":\"SUBSETTED\"}]")))
        .contains("SUBSETTED");
  }

  @Test
  @DisplayName("CAN-1 a resource has a type, an id and a version")
  void refusesWhatIsNoStoredResource() {
    assertRefused("[]", "the resource: want a JSON object");
    assertRefused("{\"id\":\"7\",\"meta\":{\"versionId\":\"1\"}}", "resourceType");
    assertRefused("{\"resourceType\":\"Patient\",\"meta\":{\"versionId\":\"1\"}}", "id: want");
    assertRefused("{\"resourceType\":\"Patient\",\"id\":\"7\"}", "meta.versionId");
    assertRefused("{\"resourceType\":\"Patient\",\"id\":\"7\",\"meta\":[]}", "meta: want");
    assertRefused(
        "{\"resourceType\":\"../x\",\"id\":\"7\",\"meta\":{\"versionId\":\"1\"}}", "type");
  }

  @Test
  @DisplayName("CAN-6 type, id, version and digest are read off the canonical form")
  void tellsWhatItIs() {
    CanonicalResource resource = CanonicalResource.of(meta("\"source\":\"urn:x\"").getBytes(UTF_8));
    assertThat(resource.key()).isEqualTo(new ResourceKey("Patient", "7"));
    assertThat(resource.resourceType()).isEqualTo("Patient");
    assertThat(resource.id()).isEqualTo("7");
    assertThat(resource.versionId()).isEqualTo("1");
    assertThat(resource.sha256()).isEqualTo(Digest.sha256(resource.bytes()));
  }

  private static String meta(String members) {
    return "{\"resourceType\":\"Patient\",\"id\":\"7\",\"meta\":{\"versionId\":\"1\","
        + members
        + "}}";
  }

  private static String canonical(String json) {
    return new String(CanonicalResource.of(json.getBytes(UTF_8)).bytes(), UTF_8);
  }

  private static void assertRefused(String json, String message) {
    assertThatExceptionOfType(CanonicalFormException.class)
        .isThrownBy(() -> CanonicalResource.of(json.getBytes(UTF_8)))
        .withMessageContaining(message);
  }
}
