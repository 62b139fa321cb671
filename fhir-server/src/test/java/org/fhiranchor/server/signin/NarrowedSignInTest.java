package org.fhiranchor.server.signin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.fhiranchor.interceptors.identity.demo.DemoRole;
import org.fhiranchor.server.signin.Browser.Page;
import org.fhiranchor.server.signin.SmartApp.Answer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Scopes narrowed by search parameters: asked for, given, refreshed and used. */
final class NarrowedSignInTest {
  private static final String CODES = "http://terminology.hl7.org/CodeSystem/";
  private static final String WEIGHTS =
      "patient/Observation.rs?category=" + CODES + "observation-category|vital-signs";
  private static final String VALUES =
      "patient/Observation.rs?category=" + CODES + "observation-category|laboratory";

  private final SignInServer server = SignInServer.shared();
  private final SmartApp app = SmartApp.registered(server);
  private Browser browser = new Browser(server.address());

  private Page asked(String scope) {
    browser = new Browser(server.address());
    return browser.signInAs(browser.get(app.authorize(app.asks(scope))), "demo-patient");
  }

  private Answer given(Page page, List<String> scopes) {
    return app.token(app.exchange(SmartApp.code(browser.allow(page, scopes, Map.of()))));
  }

  private static List<String> scopes(Answer token) {
    return List.of(token.text("scope").split(" ", -1));
  }

  private List<String> seen(Answer token) {
    Answer found = app.read("Observation?patient=demo-patient", token.text("access_token"));
    assertThat(found.status()).as(found.response().body()).isEqualTo(200);
    List<String> ids = new ArrayList<>();
    for (JsonNode entry : found.json().path("entry")) {
      ids.add(entry.path("resource").path("id").asText());
    }
    return ids;
  }

  @Test
  @DisplayName("SIGN-5 a narrowed scope is asked in words, given, and opens what matches alone")
  void asksInWords() {
    Page page = asked(WEIGHTS + " launch/patient");
    assertThat(page.body())
        .contains(
            "read and search each Observation of the one patient, only where category is"
                + " vital-signs of http://terminology.hl7.org/CodeSystem/observation-category");
    Answer token = given(page, Browser.checked(page));
    assertThat(scopes(token)).containsExactlyInAnyOrder(WEIGHTS, "launch/patient");
    assertThat(seen(token)).contains("demo-patient-weight");
    String access = token.text("access_token");
    assertThat(app.read("Observation/demo-patient-weight", access).status()).isEqualTo(200);
    assertThat(app.read("Condition", access).status()).isEqualTo(403);

    Answer other = given(asked(VALUES), List.of(VALUES));
    assertThat(seen(other)).isEmpty();
    assertThat(app.read("Observation/demo-patient-weight", other.text("access_token")).status())
        .isEqualTo(403);
  }

  @Test
  @DisplayName("SIGN-4 g10_smart_granular_scope_selection: a part is given in place of the whole")
  void givesAPart() {
    String problems =
        "patient/Condition.rs?category=" + CODES + "condition-category|problem-list-item";
    Page page =
        asked("patient/Patient.rs patient/Observation.rs patient/Condition.rs launch/patient");
    assertThat(Browser.checked(page)).doesNotContain(WEIGHTS, problems);
    assertThat(page.body()).contains("value=\"" + WEIGHTS + "\"> ");
    List<String> parts = List.of("patient/Patient.rs", WEIGHTS, problems, "launch/patient");
    Answer token = given(page, parts);
    assertThat(scopes(token)).containsExactlyInAnyOrderElementsOf(parts);

    Page another = asked("patient/Condition.rs");
    Page back = browser.allow(another, List.of(WEIGHTS), Map.of());
    assertThat(back.query()).containsEntry("error", "invalid_scope");
  }

  @Test
  @DisplayName("SIGN-5 an app that registered for a part gets no more, whatever it asks")
  void registeredForAPart() {
    Answer registered =
        SmartApp.register(
            server,
            "{\"redirect_uris\":[\"http://127.0.0.1:9123/callback\"],"
                + "\"token_endpoint_auth_method\":\"none\",\"scope\":\"%s launch/patient\"}"
                    .formatted(WEIGHTS));
    SmartApp narrow =
        new SmartApp(server, registered.text("client_id"), "http://127.0.0.1:9123/callback");
    assertThat(checked(narrow, "patient/Observation.rs")).containsExactly(WEIGHTS);
    assertThat(checked(narrow, "patient/*.cruds")).containsExactly(WEIGHTS);
    assertThat(checked(narrow, WEIGHTS)).containsExactly(WEIGHTS);
    assertThat(checked(narrow, "patient/Observation.rs?code=x"))
        .containsExactly(WEIGHTS + "&code=x");
    assertThat(checked(narrow, "patient/Condition.rs launch/patient"))
        .containsExactly("launch/patient");
  }

  private List<String> checked(SmartApp narrow, String scope) {
    Browser another = new Browser(server.address());
    return Browser.checked(
        another.signInAs(another.get(narrow.authorize(narrow.asks(scope))), "demo-patient"));
  }

  @Test
  @DisplayName("SIGN-5 a refresh keeps narrowed scopes, or takes some of them away")
  void refreshes() {
    Page page = asked(WEIGHTS + " " + VALUES + " offline_access");
    Answer token = given(page, Browser.checked(page));
    Answer kept = app.refresh(token.text("refresh_token"));
    assertThat(scopes(kept)).containsExactlyInAnyOrder(WEIGHTS, VALUES, "offline_access");
    Answer fewer = app.refresh(kept.text("refresh_token"), "scope", VALUES);
    assertThat(scopes(fewer)).containsExactly(VALUES);
    assertThat(seen(fewer)).isEmpty();
    Answer more = app.refresh(fewer.text("refresh_token"), "scope", "patient/Observation.rs");
    assertThat(more.text("error")).isEqualTo("invalid_scope");
  }

  @Test
  @DisplayName("SIGN-5 an introspection tells a narrowed scope as it was given")
  void introspects() {
    Answer token = given(asked(WEIGHTS), List.of(WEIGHTS));
    Answer reader =
        SmartApp.register(
            server,
            "{\"client_name\":\"r\",\"redirect_uris\":[\"http://localhost:9/\"],"
                + "\"token_endpoint_auth_method\":\"client_secret_basic\"}");
    String basic = reader.text("client_id") + ":" + reader.text("client_secret");
    Answer told =
        SmartApp.post(
            server.address() + "/oauth2/introspect",
            Map.of("token", token.text("access_token")),
            "Authorization",
            "Basic " + Base64.getEncoder().encodeToString(basic.getBytes(StandardCharsets.UTF_8)));
    assertThat(told.text("scope")).isEqualTo(WEIGHTS);
  }

  @ParameterizedTest
  @DisplayName("SIGN-5 what would open nothing is not given")
  @ValueSource(
      strings = {
        "patient/Observation.rs?nonsense=x",
        "patient/Observation.rs?date=ge2020",
        "patient/Observation.rs?category:not=x",
        "patient/*.rs?category=x"
      })
  void givesNothingInvalid(String scope) throws JOSEException {
    Page page = asked(scope + " launch/patient");
    assertThat(Browser.checked(page)).containsExactly("launch/patient");
    ECKey key = new ECKeyGenerator(Curve.P_384).keyUse(KeyUse.SIGNATURE).generate();
    Answer service =
        SmartApp.register(
            server,
            "{\"grant_types\":[\"client_credentials\"],\"scope\":\"%s\","
                    .formatted(scope.replace("patient/", "system/"))
                + "\"token_endpoint_auth_method\":\"private_key_jwt\",\"jwks\":"
                + new JWKSet(key.toPublicJWK())
                + "}",
            "Authorization",
            "Bearer " + server.minted(DemoRole.OPERATOR));
    assertThat(service.status()).isEqualTo(400);
    assertThat(service.text("error_description")).startsWith("scope: ");
  }

  @ParameterizedTest
  @DisplayName("SIGN-4 g10_us_core_7_smart_fine_grained_scopes_stu2_2: both groups, said and given")
  @ValueSource(
      strings = {
        "Condition.rs?category=http://terminology.hl7.org/CodeSystem/condition-category|encounter-diagnosis",
        "Condition.rs?category=http://terminology.hl7.org/CodeSystem/condition-category|problem-list-item",
        "Condition.rs?category=http://hl7.org/fhir/us/core/CodeSystem/condition-category|health-concern",
        "Observation.rs?category=http://terminology.hl7.org/CodeSystem/observation-category|vital-signs",
        "Observation.rs?category=http://terminology.hl7.org/CodeSystem/observation-category|social-history",
        "Observation.rs?category=http://terminology.hl7.org/CodeSystem/observation-category|laboratory",
        "Observation.rs?category=http://terminology.hl7.org/CodeSystem/observation-category|survey",
        "Observation.rs?category=http://hl7.org/fhir/us/core/CodeSystem/us-core-category|sdoh"
      })
  void bothGroups(String scope) {
    String asked = "patient/" + scope;
    JsonNode document = SmartApp.get(server.address() + "/.well-known/smart-configuration").json();
    assertThat(document.path("scopes_supported").toString())
        .contains("\"" + asked + "\"", "\"user/" + scope + "\"");
    assertThat(document.path("capabilities").toString()).contains("permission-v2");
    Answer token = given(asked(asked), List.of(asked));
    assertThat(scopes(token)).containsExactly(asked);
    String type = scope.substring(0, scope.indexOf('.'));
    assertThat(app.read(type + "?patient=demo-patient", token.text("access_token")).status())
        .isEqualTo(200);
  }

  static Stream<Arguments> groups() {
    String us = "http://hl7.org/fhir/us/core/CodeSystem/";
    return Stream.of(
        Arguments.of(
            false,
            List.of(
                "Condition.rs?category=" + CODES + "condition-category|encounter-diagnosis",
                "Condition.rs?category=" + us + "condition-category|health-concern",
                "Observation.rs?category=" + CODES + "observation-category|laboratory",
                "Observation.rs?category=" + CODES + "observation-category|social-history")),
        Arguments.of(
            true,
            List.of(
                "Condition.rs?category=" + CODES + "condition-category|problem-list-item",
                "Observation.rs?category=" + CODES + "observation-category|vital-signs",
                "Observation.rs?category=" + CODES + "observation-category|survey",
                "Observation.rs?category=" + us + "us-core-category|sdoh")));
  }

  @ParameterizedTest
  @DisplayName("SIGN-4 g10_smart_fine_grained_scopes_stu2_2: each group whole, and what it opens")
  @MethodSource("groups")
  void wholeGroup(boolean weights, List<String> group) {
    List<String> all =
        Stream.concat(Stream.of("launch/patient"), group.stream().map("patient/"::concat)).toList();
    Answer token = given(asked(String.join(" ", all)), all);
    assertThat(scopes(token)).containsExactlyInAnyOrderElementsOf(all);
    assertThat(seen(token).contains("demo-patient-weight")).isEqualTo(weights);
    String access = token.text("access_token");
    assertThat(app.read("Condition?patient=demo-patient", access).status()).isEqualTo(200);
    assertThat(app.read("Encounter?patient=demo-patient", access).status()).isEqualTo(403);
  }
}
