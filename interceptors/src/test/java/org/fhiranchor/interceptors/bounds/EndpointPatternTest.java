package org.fhiranchor.interceptors.bounds;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which addresses a subscription may make the server call. */
final class EndpointPatternTest {
  @ParameterizedTest
  @CsvSource({
    "https://app.example.org, https://app.example.org/hook, true",
    "https://app.example.org, https://APP.example.org:443/hook, true",
    "https://app.example.org, https://app.example.org, true",
    "https://app.example.org, http://app.example.org/hook, false",
    "https://app.example.org, https://app.example.org:8443/hook, false",
    "https://app.example.org, https://app.example.org.evil.org/hook, false",
    "https://app.example.org, https://app.example.org@evil.org/hook, false",
    "https://app.example.org, https://u:p@app.example.org/hook, false",
    "https://app.example.org, //app.example.org/hook, false",
    "https://app.example.org, file:///etc/hosts, false",
    "https://app.example.org, 'https://app.example.org/ x', false",
    "https://app.example.org/fhir, https://app.example.org/fhir/hook, true",
    "https://app.example.org/fhir/, https://app.example.org/fhir/hook, true",
    "https://app.example.org/fhir, https://app.example.org/fhirs, false",
    "https://app.example.org/fhir, https://app.example.org/fhir/../admin, false",
    "https://app.example.org/fhir, https://app.example.org/fhir/%2e%2e/admin, false",
    "http://localhost:*, http://localhost:4711/, true",
    "http://localhost:*, http://127.0.0.1:4711/, false",
    "http://[::1]:*, http://[::1]:4711/, true"
  })
  void allowsWhatItNamesAndNothingElse(String pattern, String endpoint, boolean allowed) {
    assertThat(EndpointPattern.of(pattern).orElseThrow().allows(endpoint)).isEqualTo(allowed);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "app.example.org",
        "ftp://app.example.org",
        "https://",
        "https://*.example.org",
        "https://a?b=c",
        "http://a:80:*"
      })
  void isNotReadFromWhatIsNoAddress(String text) {
    assertThat(EndpointPattern.of(text)).isEmpty();
  }
}
