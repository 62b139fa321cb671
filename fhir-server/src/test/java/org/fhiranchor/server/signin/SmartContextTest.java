package org.fhiranchor.server.signin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fhiranchor.server.signin.SmartKit.CONTEXT;
import static org.fhiranchor.server.signin.SmartKit.exchanged;
import static org.fhiranchor.server.signin.SmartKit.read;
import static org.fhiranchor.server.signin.SmartKit.said;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.fhiranchor.interceptors.identity.demo.DemoRole;
import org.fhiranchor.server.signin.Browser.Page;
import org.fhiranchor.server.signin.SmartApp.Answer;
import org.fhiranchor.server.signin.SmartKit.Client;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What an app is told of where it is launched, as the kits for SMART ask it. */
final class SmartContextTest {
  private static final String NOT_ACTIVE = "{\"active\":false}";

  private final SignInServer server = SignInServer.shared();
  private final SmartKit kit = new SmartKit(server);

  @Test
  @DisplayName(
      "SIGN-4 g10_smart_ehr_practitioner_app: the app is told the patient, the visit and a style;"
          + " an introspection and a refresh say them again")
  void ehrLaunchAtAVisit() {
    String visit = visit();
    assertThat(visit).matches("[A-Za-z0-9.-]+");
    String uri = "http://localhost:9127/launch";
    Answer registered = kit.registered(App.SECRET_IN_BODY, ",\"launch_uri\":\"" + uri + "\"");
    SmartApp app = kit.app(registered);
    Map<String, String> secret =
        Map.of("client_id", app.clientId(), "client_secret", registered.text("client_secret"));
    Client client = new Client(app, secret, List.of());
    Browser browser = new Browser(server.address());
    Page ehr = browser.signInAs(browser.get(server.address() + "/oauth2/launch"), "demo-clinician");
    Map<String, String> picked =
        new LinkedHashMap<>(
            Map.of("patient", "demo-patient", "encounter", visit, "app", app.clientId()));
    picked.put("_csrf", ehr.hidden("_csrf"));
    Page sent = browser.post(server.address() + "/oauth2/launch", picked);

    Map<String, String> asks =
        app.asks("launch openid fhirUser offline_access user/Encounter.rs user/Patient.rs");
    asks.put("launch", sent.query().get("launch"));
    Answer token = exchanged(client, browser.allow(browser.get(app.authorize(asks)), Map.of()));
    Answer refreshed = client.refresh(token.text("refresh_token"));
    Map<String, String> introspected = new LinkedHashMap<>(secret);
    introspected.put("token", refreshed.text("access_token"));

    for (Answer told :
        List.of(
            token,
            refreshed,
            SmartApp.post(server.address() + "/oauth2/introspect", introspected))) {
      assertThat(told.text("patient")).as(told.response().body()).isEqualTo("demo-patient");
      assertThat(told.text("encounter")).isEqualTo(visit);
      assertThat(told.json().path("need_patient_banner").asBoolean()).isTrue();
      assertThat(told.text("smart_style_url")).startsWith(server.address() + "/");
    }
    isStyle(token.text("smart_style_url"));
    introspected.put("token", token.text("id_token"));
    Answer idToken = SmartApp.post(server.address() + "/oauth2/introspect", introspected);
    assertThat(idToken.response().body()).as("an id token opens nothing").isEqualTo(NOT_ACTIVE);
  }

  /** The patient is there since somebody signed in. */
  private String visit() {
    SmartApp.console(server).signedIn("demo-patient", "openid");
    Answer stored =
        SmartApp.postJson(
            server.fhir() + "/Encounter",
            "{\"resourceType\":\"Encounter\",\"status\":\"in-progress\",\"class\":{\"code\":\"AMB\"},"
                + "\"subject\":{\"reference\":\"Patient/demo-patient\"}}",
            "Authorization",
            "Bearer " + server.minted(DemoRole.LOADER));
    assertThat(stored.status()).as(stored.response().body()).isEqualTo(201);
    return stored.header("Location").replaceAll(".*/Encounter/([^/]+).*", "$1");
  }

  private static void isStyle(String address) {
    Answer style = SmartApp.get(address, "Origin", "http://localhost:3000");
    assertThat(style.status()).isEqualTo(200);
    assertThat(style.header("Content-Type")).startsWith("application/json");
    assertThat(style.header("Access-Control-Allow-Origin")).isNotEmpty();
    assertThat(style.header("Cache-Control")).contains("immutable");
    assertThat(style.text("color_background")).matches("#[0-9a-f]{6}");
    assertThat(style.text("dim_font_size")).isEqualTo("16px");
    style
        .json()
        .fieldNames()
        .forEachRemaining(
            name -> assertThat(name).matches("(?:color|dim)_[a-z_]+|font_family_[a-z]+"));
  }

  @Test
  @DisplayName(
      "SIGN-4 context-standalone-encounter: with launch/encounter the person names the visit, which"
          + " the app may read; without it no visit is told")
  void visitIsPicked() {
    String visit = visit();
    Client client = kit.withoutSecret();
    String scope = CONTEXT + "launch/encounter patient/*.rs";
    Browser browser = new Browser(server.address());
    Page ask =
        browser.signInAs(
            browser.get(client.app().authorize(client.app().asks(scope))), "demo-patient");
    assertThat(browser.allow(ask, Map.of("encounter", "a/b")).status()).isEqualTo(400);

    Answer token =
        exchanged(
            client,
            browser.allow(
                browser.get(client.app().authorize(client.app().asks(scope))),
                Map.of("encounter", visit)));

    assertThat(said(token)).contains("launch/encounter");
    assertThat(token.text("encounter")).isEqualTo(visit);
    assertThat(read(client, "Encounter/" + visit, token)).isEqualTo(200);
    Answer without = kit.launched(kit.withoutSecret(), CONTEXT + "patient/*.rs");
    assertThat(without.json().has("encounter")).isFalse();
  }

  @Test
  @DisplayName("SIGN-4 g10_ehr_patient_launch: an EHR launches the app with scopes of the patient")
  void ehrPatientLaunch() {
    String uri = "http://localhost:9127/launch";
    SmartApp app = kit.app(kit.registered(App.NONE, ",\"launch_uri\":\"" + uri + "\""));
    Client client = new Client(app, Map.of("client_id", app.clientId()), List.of());
    Browser browser = new Browser(server.address());
    Page ehr = browser.signInAs(browser.get(server.address() + "/oauth2/launch"), "demo-patient");
    Page sent =
        browser.post(
            server.address() + "/oauth2/launch",
            Map.of("patient", "demo-patient", "app", app.clientId(), "_csrf", ehr.hidden("_csrf")));
    assertThat(sent.at().toString()).startsWith(uri + "?");
    assertThat(sent.query()).containsEntry("iss", server.fhir()).containsKey("launch");

    Map<String, String> asks = app.asks("launch openid fhirUser patient/Patient.rs");
    asks.put("launch", sent.query().get("launch"));
    Answer token = exchanged(client, browser.allow(browser.get(app.authorize(asks)), Map.of()));

    assertThat(said(token)).contains("patient/Patient.rs", "launch");
    assertThat(token.json().path("need_patient_banner").isBoolean()).isTrue();
    assertThat(read(client, "Patient/demo-patient", token)).isEqualTo(200);
  }
}
