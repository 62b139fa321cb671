package org.fhiranchor.interceptors.identity.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.fhiranchor.interceptors.identity.scope.Permission;
import org.fhiranchor.interceptors.identity.token.Refusal;
import org.fhiranchor.interceptors.identity.token.Requester;
import org.fhiranchor.interceptors.identity.token.TokenPurpose;
import org.fhiranchor.interceptors.identity.token.TokenResult;
import org.fhiranchor.interceptors.start.StartRefusedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class EmbeddedIssuerTest {
  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
  private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);

  @TempDir private Path data;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int run(String... arguments) {
    List<String> all = Stream.concat(Stream.of("DATA=" + data), Arrays.stream(arguments)).toList();
    return TokenCommand.run(
        all,
        CLOCK,
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8));
  }

  private Requester requesterOf(String token) {
    TokenResult result = EmbeddedIssuer.start(data, CLOCK).decoder(Set.of()).decode(token);
    assertThat(result).isInstanceOf(TokenResult.Valid.class);
    return ((TokenResult.Valid) result).requester();
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "127.8.9.1", "localhost", "::1", "[::1]"})
  void startsOnLoopback(String address) {
    assertThatCode(() -> EmbeddedIssuer.refuseUnlessLoopback(address)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "0.0.0.0",
        "::",
        "10.0.0.1",
        "192.168.1.1",
        "example.org",
        "localhost.example.org"
      })
  void refusesToStartElsewhere(String address) {
    assertThatThrownBy(() -> EmbeddedIssuer.refuseUnlessLoopback(address))
        .isInstanceOf(StartRefusedException.class)
        .hasMessageContaining("want server.address on loopback");
  }

  @Test
  void keepsItsKeyForItsOwnerAloneAndOverRestarts() throws IOException {
    String first = EmbeddedIssuer.start(data, CLOCK).publicKeys();
    Path key = data.resolve("issuer/signing-key.json");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
        .isEqualTo("rw-------");
    assertThat(first).doesNotContain("\"d\"");
    assertThat(EmbeddedIssuer.start(data, CLOCK).publicKeys()).isEqualTo(first);
    try (Stream<Path> files = Files.list(key.getParent())) {
      assertThat(files).containsExactly(key);
    }
  }

  @Test
  void refusesAKeyThatOthersCanRead() throws IOException {
    EmbeddedIssuer.start(data, CLOCK);
    Path key = data.resolve("issuer/signing-key.json");
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
    assertThatThrownBy(() -> EmbeddedIssuer.start(data, CLOCK))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("want mode rw-------, got rw-r--r--");
  }

  @Test
  void aTokenOfOneServerIsWorthNothingAtAnother(@TempDir Path elsewhere) {
    String token = EmbeddedIssuer.start(elsewhere, CLOCK).mint(DemoToken.of(DemoRole.PRACTITIONER));
    assertThat(EmbeddedIssuer.start(data, CLOCK).decoder(Set.of()).decode(token))
        .isEqualTo(new TokenResult.Refused(Refusal.TOKEN_NOT_TRUSTED));
  }

  @ParameterizedTest
  @CsvSource({
    "practitioner, CREATE, Observation, true",
    "practitioner, SEARCH, *,           true",
    "compliance,   READ,   Observation, false",
    "compliance,   READ,   Provenance,  true",
    "registrar,    CREATE, Consent,     true",
    "registrar,    DELETE, Patient,     false",
    "registrar,    READ,   Observation, false",
    "operator,     READ,   Observation, false",
    "operator,     UPDATE, SearchParameter, true",
  })
  void eachRoleGetsItsScopes(String role, Permission permission, String type, boolean granted) {
    EmbeddedIssuer.start(data, CLOCK);
    assertThat(run("ROLE=" + role)).isZero();
    Requester requester = requesterOf(out.toString(StandardCharsets.UTF_8).strip());
    assertThat(requester.level(permission, type).isPresent()).isEqualTo(granted);
    assertThat(requester.clientId()).contains(EmbeddedIssuer.CLIENT);
  }

  @Test
  void printsTheTokenAndNothingElse() {
    EmbeddedIssuer.start(data, CLOCK);
    assertThat(run("ROLE=patient", "PATIENT=p1", "PURPOSE=", "ORG=", "SUBJECT=", "TTL=60"))
        .isZero();
    assertThat(out.toString(StandardCharsets.UTF_8)).matches("[\\w-]+\\.[\\w-]+\\.[\\w-]+\\R");
    assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
    Requester patient = requesterOf(out.toString(StandardCharsets.UTF_8).strip());
    assertThat(patient.patient()).contains("p1");
    assertThat(patient.fhirUser()).contains("Patient/p1");
    assertThat(patient.purposes()).containsExactly(TokenPurpose.of("PATRQT"));
  }

  @Test
  void takesEveryArgument() {
    EmbeddedIssuer.start(data, CLOCK);
    run("ROLE=practitioner", "SUBJECT=dr-7", "ORG=ward-3", "PURPOSE=TREAT,ETREAT", "PATIENT=p1");
    Requester requester = requesterOf(out.toString(StandardCharsets.UTF_8).strip());
    assertThat(requester.fhirUser()).contains("Practitioner/dr-7");
    assertThat(requester.organization()).contains("Organization/ward-3");
    assertThat(requester.purposes())
        .containsExactlyInAnyOrder(TokenPurpose.of("TREAT"), TokenPurpose.of("ETREAT"));
    assertThat(requester.patient()).contains("p1");
  }

  @ParameterizedTest
  @CsvSource({
    "ROLE=king,          ROLE",
    "PATIENT=p1,         'want ROLE=patient for the token of Patient/p1, or ROLE=practitioner'",
    "ROLE=patient,       PATIENT",
    "ROLE=operator|TTL=0,      TTL",
    "ROLE=operator|TTL=86401,  TTL",
    "ROLE=operator|TTL=soon,   TTL",
    "ROLE=operator|SUBJECT=a/b, SUBJECT",
    "ROLE=operator|COLOUR=red, COLOUR",
    "ROLE=practitioner|PURPOSE=foo, 'HOPERAT|HPAYMT|HRESCH'",
    "ROLE=practitioner|PURPOSE=TREAT+foo, 'got TREAT+foo'",
    "ROLE=practitioner|PURPOSE=treat, 'got treat'",
  })
  void aWrongArgumentIsNamedOnStandardErrorWithStatusTwo(String arguments, String named) {
    EmbeddedIssuer.start(data, CLOCK);
    assertThat(run(arguments.split("\\|", -1))).isEqualTo(2);
    assertThat(out.toString(StandardCharsets.UTF_8)).isEmpty();
    assertThat(err.toString(StandardCharsets.UTF_8)).contains(named).hasLineCount(1);
  }

  @Test
  void whoIsNamedByNothingIsAPractitioner() {
    EmbeddedIssuer.start(data, CLOCK);
    assertThat(run("ROLE=", "PATIENT=")).isZero();
    assertThat(requesterOf(out.toString(StandardCharsets.UTF_8).strip()).fhirUser())
        .contains("Practitioner/demo-practitioner");
  }

  @Test
  void withoutAKeyItSaysWhatToDo() {
    assertThat(run("ROLE=practitioner")).isEqualTo(2);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("start the server once");
    assertThat(data.resolve("issuer")).doesNotExist();
  }

  @Test
  void tokensEndAfterTheirLifetime() {
    EmbeddedIssuer issuer = EmbeddedIssuer.start(data, CLOCK);
    String token = issuer.mint(DemoToken.of(DemoRole.PRACTITIONER));
    Clock later = Clock.offset(CLOCK, Duration.ofSeconds(3606));
    assertThat(EmbeddedIssuer.start(data, later).decoder(Set.of()).decode(token))
        .isEqualTo(new TokenResult.Refused(Refusal.TOKEN_EXPIRED));
  }
}
