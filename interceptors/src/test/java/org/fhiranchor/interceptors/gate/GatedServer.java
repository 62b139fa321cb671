package org.fhiranchor.interceptors.gate;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ca.uhn.fhir.context.FhirContext;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.sql.DataSource;
import org.fhiranchor.interceptors.consent.operations.Wallet;
import org.fhiranchor.interceptors.identity.TestTokens;
import org.fhiranchor.interceptors.identity.demo.DemoRole;
import org.fhiranchor.interceptors.plain.RunningServer;
import org.fhiranchor.interceptors.testing.DeliveryListener;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Parameters;
import org.springframework.jdbc.core.JdbcTemplate;

/** A guarded plain server with patients, their keys in custody, and their consents. */
final class GatedServer implements AutoCloseable {
  private final RunningServer server;
  private final TestTokens tokens;
  private final String loader;

  GatedServer(Path data, String... settings) {
    String[] all = new String[settings.length + 1];
    all[0] = "--anchor.consent.enforce=on";
    System.arraycopy(settings, 0, all, 1, settings.length);
    server = RunningServer.start(data, all);
    tokens = new TestTokens(data);
    loader = tokens.loader();
  }

  /** The one that test classes share; each with patients and practitioners of its own. */
  static GatedServer shared() {
    return Shared.SERVER;
  }

  private static final class Shared {
    static final GatedServer SERVER = boot();

    private static GatedServer boot() {
      try {
        GatedServer server = new GatedServer(Files.createTempDirectory("fhir-anchor-gated"));
        Runtime.getRuntime().addShutdownHook(new Thread(server::close));
        return server;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  TestTokens tokens() {
    return tokens;
  }

  RunningServer server() {
    return server;
  }

  /** A request with this token, {@code ""} for none. */
  HttpResponse<String> ask(String token, String method, String path, String body) {
    return ask(token, method, path, body, new String[0]);
  }

  HttpResponse<String> ask(
      String token, String method, String path, String body, String... headers) {
    String type = method.equals("PATCH") ? "application/json-patch+json" : "application/fhir+json";
    return askAs(type, token, method, path, body, headers);
  }

  /** A request whose body is of this media type. */
  HttpResponse<String> askAs(
      String type, String token, String method, String path, String body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(server.url("fhir/" + path))
            .header("Content-Type", type)
            .header("Accept", "application/fhir+json")
            .method(method, BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return server.send(
        token.isEmpty() ? request : request.header("Authorization", "Bearer " + token));
  }

  HttpResponse<String> get(String token, String path) {
    return ask(token, "GET", path, "");
  }

  /** Written by a back-end service under a chosen id. */
  void load(String path, String json) {
    HttpResponse<String> answer = ask(loader, "PUT", path, json);
    assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 299);
  }

  /** How many decisions permitted something, since the server started. */
  double permitted() {
    return server.bean(MeterRegistry.class).find("anchor.gate.permitted").counters().stream()
        .mapToDouble(Counter::count)
        .sum();
  }

  void patient(String id) {
    load(
        "Patient/" + id,
        "{\"resourceType\":\"Patient\",\"id\":\"%s\",\"name\":[{\"family\":\"F%s\"}]}"
            .formatted(id, id));
    HttpResponse<String> key =
        ask(
            tokens.patient(id),
            "POST",
            "Patient/" + id + "/$enroll-key",
            "{\"resourceType\":\"Parameters\",\"parameter\":[{\"name\":\"custody\",\"valueString\":\"server\"}]}");
    assertThat(key.statusCode()).as(key.body()).isEqualTo(200);
  }

  /**
   * The patient proves to have this wallet, which is bound.
   *
   * @param more further parameters, each with a comma before it
   */
  HttpResponse<String> bind(Wallet wallet, String patient, String more) {
    String path = "Patient/" + patient + "/$enroll-key";
    String token = tokens.patient(patient);
    String address = valueString("address", wallet.address().hex());
    HttpResponse<String> toSign = ask(token, "POST", path, parameters(address));
    assertThat(toSign.statusCode()).as(toSign.body()).isEqualTo(200);
    Parameters data =
        FhirContext.forR4Cached().newJsonParser().parseResource(Parameters.class, toSign.body());
    String deadline =
        "{\"name\":\"deadline\",\"valueDecimal\":%s}"
            .formatted(data.getParameter("deadline").getValue().primitiveValue());
    String signature = wallet.sign(data.getParameter("typedData").getValue().primitiveValue());
    return ask(
        token,
        "POST",
        path,
        parameters(address + "," + deadline + "," + valueString("signature", signature) + more));
  }

  static String valueString(String name, String value) {
    return "{\"name\":\"%s\",\"valueString\":\"%s\"}".formatted(name, value);
  }

  static String parameters(String parts) {
    return "{\"resourceType\":\"Parameters\",\"parameter\":[" + parts + "]}";
  }

  void observation(String id, String patient) {
    load(
        "Observation/" + id,
        observationOf(id, "\"subject\":{\"reference\":\"Patient/" + patient + "\"}"));
  }

  static String observationOf(String id, String more) {
    return "{\"resourceType\":\"Observation\",\"id\":\"%s\",\"status\":\"final\",\"code\":{\"text\":\"secret-%s\"},%s}"
        .formatted(id, id, more);
  }

  /** A consent of the patient for the practitioner, stored and granted on the ledger. */
  void consent(String id, String patient, String practitioner, String purpose) {
    consent(id, patient, practitioner, purpose, "");
  }

  /**
   * A consent that says more.
   *
   * @param more members of its provision, each followed by a comma
   */
  void consent(String id, String patient, String practitioner, String purpose, String more) {
    load(
        "Practitioner/" + practitioner,
        "{\"resourceType\":\"Practitioner\",\"id\":\"%s\"}".formatted(practitioner));
    load(
        "Consent/" + id,
        consentJson(id, patient, practitioner, purpose)
            .replace("{\"type\":\"permit\",", "{\"type\":\"permit\"," + more));
    post(patient, "Consent/" + id + "/$grant");
    await()
        .atMost(120, SECONDS)
        .until(
            () ->
                get(tokens.patient(patient), "Consent/" + id + "/$ledger-status")
                    .body()
                    .contains("granted"));
  }

  /** The versions that the database holds, oldest first, whoever may see them. */
  List<Long> versions(String resource) {
    IdType id = new IdType(resource);
    return new JdbcTemplate(server.bean(DataSource.class))
        .queryForList(
            "select v.RES_VER from HFJ_RES_VER v join HFJ_RESOURCE r on r.RES_ID = v.RES_ID where"
                + " r.RES_TYPE = ? and r.FHIR_ID = ? order by v.RES_VER",
            Long.class,
            id.getResourceType(),
            id.getIdPart());
  }

  /**
   * Has this token subscribe to a listener on this machine, until that is closed: what the classes
   * that share this server write later is delivered to nobody.
   *
   * @return where the subscription is, once it is active
   */
  String subscribe(String token, String criteria, DeliveryListener listener, String... headers) {
    String subscription =
        """
        {"resourceType":"Subscription","status":"requested","reason":"test","criteria":"%s",
         "channel":{"type":"rest-hook","endpoint":"http://localhost:%d/","payload":"application/fhir+json"}}
        """
            .formatted(criteria, listener.port());
    HttpResponse<String> made = ask(token, "POST", "Subscription", subscription, headers);
    assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
    String path = JournalReader.path(made.headers().firstValue("Location").orElseThrow());
    String subscribed = path.substring(0, path.indexOf("/_history"));
    String operator = tokens.of(DemoRole.OPERATOR);
    await()
        .atMost(120, SECONDS)
        .until(() -> get(operator, subscribed).body().contains("\"active\""));
    listener.beforeItEnds(
        () -> {
          HttpResponse<String> ended = ask(loader, "DELETE", subscribed, "");
          assertThat(ended.statusCode()).as(ended.body()).isEqualTo(200);
        });
    return subscribed;
  }

  void revoke(String id, String patient) {
    post(patient, "Consent/" + id + "/$revoke");
  }

  private void post(String patient, String path) {
    HttpResponse<String> answer =
        ask(tokens.patient(patient), "POST", path, "{\"resourceType\":\"Parameters\"}");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }

  static String consentJson(String id, String patient, String practitioner, String purpose) {
    return """
    {"resourceType":"Consent","id":"%s","status":"active",
     "scope":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/consentscope",
       "code":"patient-privacy"}]},
     "category":[{"coding":[{"system":"http://loinc.org","code":"59284-0"}]}],
     "patient":{"reference":"Patient/%s"},
     "policyRule":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode",
       "code":"OPTIN"}]},
     "provision":{"type":"permit",
       "actor":[{"role":{"coding":[{"code":"IRCP",
           "system":"http://terminology.hl7.org/CodeSystem/v3-ParticipationType"}]},
         "reference":{"reference":"Practitioner/%s"}}],
       "purpose":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActReason",
         "code":"%s"}]}}
    """
        .formatted(id, patient, practitioner, purpose);
  }

  @Override
  public void close() {
    server.close();
  }
}
