package org.fhiranchor.consent.terms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.fhiranchor.merkle.CanonicalFormException;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.Salt;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConsentTermsTest {
  private static final Salt SALT = Salt.of(new byte[32]);
  private static final String CONSENT =
      """
      {"resourceType":"Consent","id":"c1","meta":{"versionId":"1","tag":[{"code":"x"}]},
       "text":{"status":"generated","div":"<div>a \\"b\\" }</div>"},"status":"active",
       "patient":{"reference":"Patient/1"},"dateTime":"2024-01-01",
       "provision":{"type":"permit","purpose":[{"system":"s","code":"TREAT"}],
                    "provision":[{"type":"deny","code":[{"text":"a, b"}]}]}}
      """;

  @Test
  @DisplayName("CG-1 white space and the order of members do not matter")
  void whiteSpaceAndOrderDoNotMatter() {
    String same =
        """
        { "status" : "active",  "provision":{"provision":[{"code":[{"text":"a, b"}],"type":"deny"}],
          "purpose":[{"code":"TREAT","system":"s"}], "type" : "permit"},
          "dateTime":"2024-01-01", "patient" : {"reference":"Patient/1"},"resourceType":"Consent"}
        """;
    assertThat(hash(same)).isEqualTo(hash(CONSENT));
  }

  @ParameterizedTest(name = "CG-1 a change of {0} is no change of the terms")
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '\0',
      textBlock =
          """
          id       ; "id":"c1"            ; "id":"c2"
          meta     ; "versionId":"1"      ; "versionId":"2"
          text     ; generated            ; additional
          status   ; "status":"active"    ; "status":"inactive"
          """)
  void whatServersMayChange(String what, String from, String to) {
    assertThat(hash(edited(from, to))).isEqualTo(hash(CONSENT));
  }

  @ParameterizedTest(name = "CG-1 an edit of the terms changes their hash: {0}")
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '\0',
      textBlock =
          """
          the patient           ; Patient/1        ; Patient/2
          the type              ; "permit"         ; "deny"
          a nested type         ; "type":"deny"    ; "type":"permit"
          the purpose           ; TREAT            ; HRESCH
          a text in a code      ; a, b             ; a, c
          the date's precision  ; 2024-01-01       ; 2024-01
          a member added        ; "dateTime"       ; "language":"en","dateTime"
          a status inside       ; "type":"permit", ; "type":"permit","id":"p",
          """)
  void anyEditOfTheTerms(String what, String from, String to) {
    assertThat(hash(edited(from, to))).isNotEqualTo(hash(CONSENT));
  }

  @Test
  @DisplayName("CG-1 leaves out exactly id, meta, text and status, and keeps every other byte")
  void canonicalForm() {
    assertThat(new String(terms(CONSENT).canonicalBytes(), StandardCharsets.UTF_8))
        .isEqualTo(
            "{\"dateTime\":\"2024-01-01\",\"patient\":{\"reference\":\"Patient/1\"},\"provision\":{\"provision\":[{\"code\":[{\"text\":\"a,"
                + " b\"}],\"type\":\"deny\"}],"
                + "\"purpose\":[{\"code\":\"TREAT\",\"system\":\"s\"}],\"type\":\"permit\"},"
                + "\"resourceType\":\"Consent\"}");
  }

  @Test
  @DisplayName("CG-1 another salt gives another hash")
  void anotherSalt() {
    byte[] other = new byte[32];
    other[31] = 1;
    assertThat(terms(CONSENT).hash(Salt.of(other))).isNotEqualTo(hash(CONSENT));
  }

  @Test
  @DisplayName("CG-1 is HMAC-SHA-256 with the salt as key: a value computed elsewhere")
  void knownValue() {
    assertThat(hash("{\"resourceType\":\"Consent\"}").hex())
        .isEqualTo("7d6cc1cf868a315134099ce5603dac49cefedcf567d2a0d41803a6c8c3c74486");
  }

  @Test
  @DisplayName("CG-1 refuses what is no Consent and what has no canonical form")
  void refusesOthers() {
    assertThatThrownBy(() -> terms("{\"resourceType\":\"Patient\"}"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("want a Consent");
    assertThatThrownBy(() -> terms("[]")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> terms("{\"a\":1,\"a\":2}")).isInstanceOf(CanonicalFormException.class);
  }

  private static String edited(String from, String to) {
    assertThat(CONSENT).contains(from);
    return CONSENT.replace(from, to);
  }

  private static Digest hash(String json) {
    return terms(json).hash(SALT);
  }

  private static ConsentTerms terms(String json) {
    return ConsentTerms.of(json.getBytes(StandardCharsets.UTF_8));
  }
}
