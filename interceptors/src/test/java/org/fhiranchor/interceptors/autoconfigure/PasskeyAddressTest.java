package org.fhiranchor.interceptors.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.fhiranchor.interceptors.consent.operations.Passkeys;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("KEY-3: passkeys are those of the server's own site")
final class PasskeyAddressTest {
  private static Optional<Passkeys.Site> site(
      Optional<String> party, List<String> origins, String... addresses) {
    return new PasskeyAddress(
            new AnchorSettings.PasskeySite(party, origins), () -> List.of(addresses))
        .get();
  }

  @Test
  void aLaptopsIsLocalhost() {
    assertThat(
            site(
                Optional.empty(),
                List.of(),
                "http://127.0.0.1:8080/fhir",
                "http://localhost:8080/fhir",
                "http://[::1]:8080/fhir"))
        .contains(new Passkeys.Site("localhost", Set.of("http://localhost:8080")));
  }

  @Test
  void anAddressIsAnOriginAsBrowsersWriteIt() {
    assertThat(
            site(
                Optional.empty(),
                List.of(),
                "https://fhir.example.org/fhir",
                "https://fhir.example.org:443/fhir",
                "https://fhir.example.org:8443/fhir",
                "https://other.example.com/fhir"))
        .contains(
            new Passkeys.Site(
                "fhir.example.org",
                Set.of("https://fhir.example.org", "https://fhir.example.org:8443")));
  }

  @Test
  void aWiderPartyTakesTheAddressesBelowIt() {
    assertThat(
            site(
                Optional.of("example.org"),
                List.of(),
                "https://fhir.example.org/fhir",
                "https://notexample.org/fhir"))
        .contains(new Passkeys.Site("example.org", Set.of("https://fhir.example.org")));
  }

  @Test
  void whatIsSetTakesThePlaceOfTheAddresses() {
    assertThat(
            site(
                Optional.of("example.org"),
                List.of("https://portal.example.org"),
                "https://fhir.example.org/fhir"))
        .contains(new Passkeys.Site("example.org", Set.of("https://portal.example.org")));
  }

  @Test
  void aServerWithoutANameHasNone() {
    assertThat(site(Optional.empty(), List.of())).isEmpty();
    assertThat(site(Optional.empty(), List.of(), "https://192.0.2.7/fhir")).isEmpty();
    assertThat(site(Optional.of("example.org"), List.of(), "https://192.0.2.7/fhir")).isEmpty();
  }
}
