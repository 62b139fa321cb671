package org.fhiranchor.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.fhiranchor.interceptors.identity.demo.DemoRole;
import org.fhiranchor.interceptors.identity.demo.DemoToken;
import org.fhiranchor.interceptors.identity.demo.EmbeddedIssuer;

/**
 * Patients with Observations over HTTP; one in ten has a consent for the practitioner who reads.
 */
final class GateWorld {
  static final String READER = "bench";
  static final int CONSENTING = 12;
  static final int OBSERVATIONS = 10;
  private static final int OTHERS = 9 * CONSENTING;
  private static final String NOTHING = "{\"resourceType\":\"Parameters\"}";

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final URI base;
  private final EmbeddedIssuer issuer;
  private final String loader;
  private final String reader;
  private final List<Double> grants = new ArrayList<>();

  GateWorld(URI base, Path data) {
    this.base = base;
    this.issuer = EmbeddedIssuer.start(data, Clock.systemUTC());
    this.loader = issuer.mint(DemoToken.of(DemoRole.LOADER));
    this.reader =
        issuer.mint(
            new DemoToken(
                DemoRole.PRACTITIONER,
                READER,
                Optional.empty(),
                Optional.empty(),
                List.of("TREAT"),
                Duration.ofHours(2)));
  }

  void seed() throws IOException, InterruptedException {
    seedRecords();
    for (int i = 0; i < CONSENTING; i++) {
      grants.add(consent("p" + i, "c" + i));
    }
  }

  /** Patients and Observations without a consent, for a server that asks for none. */
  void seedRecords() throws IOException, InterruptedException {
    put("Practitioner/" + READER, "{\"resourceType\":\"Practitioner\",\"id\":\"bench\"}");
    for (int i = 0; i < CONSENTING + OTHERS; i++) {
      patient("p" + i);
    }
  }

  /** The reader writes an Observation of a patient who consents. */
  void create(long number) throws IOException, InterruptedException {
    String subject = "\"subject\":{\"reference\":\"Patient/p" + number % CONSENTING + "\"},";
    String body = Observations.fresh(number).replaceFirst("\"identifier\"", subject + "$0");
    require(send("POST", "Observation", reader, body), "POST Observation");
  }

  /** Milliseconds from asking for each grant to its answer. */
  List<Double> grants() {
    return grants;
  }

  /** A patient with Observations. */
  void patient(String id) throws IOException, InterruptedException {
    put("Patient/" + id, "{\"resourceType\":\"Patient\",\"id\":\"" + id + "\"}");
    for (int i = 0; i < OBSERVATIONS; i++) {
      String name = observation(id, i);
      put(
          "Observation/" + name,
          Observations.stored(name)
              .replaceFirst(
                  "\"meta\":\\{[^}]*}", "\"subject\":{\"reference\":\"Patient/" + id + "\"}"));
    }
  }

  static String observation(String patient, int number) {
    return "o-" + patient + "-" + number;
  }

  /** Stores and grants; milliseconds that granting took. */
  double consent(String patient, String id) throws IOException, InterruptedException {
    String token = patientToken(patient);
    post(
        "Patient/" + patient + "/$enroll-key",
        token,
        "{\"resourceType\":\"Parameters\",\"parameter\":[{\"name\":\"custody\",\"valueString\":\"server\"}]}");
    put("Consent/" + id, consentOf(patient, id));
    return millis(() -> post("Consent/" + id + "/$grant", token, NOTHING));
  }

  /** Milliseconds that revoking took. */
  double revoke(String patient, String id) throws IOException, InterruptedException {
    String token = patientToken(patient);
    return millis(() -> post("Consent/" + id + "/$revoke", token, NOTHING));
  }

  String patientToken(String patient) {
    return issuer.mint(DemoToken.patient(patient));
  }

  private interface Call {
    void run() throws IOException, InterruptedException;
  }

  private static double millis(Call call) throws IOException, InterruptedException {
    long start = System.nanoTime();
    call.run();
    return (System.nanoTime() - start) / 1e6;
  }

  private static String consentOf(String patient, String id) {
    return """
    {"resourceType":"Consent","id":"%s","status":"active",
     "scope":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/consentscope","code":"patient-privacy"}]},
     "category":[{"coding":[{"system":"http://loinc.org","code":"59284-0"}]}],
     "patient":{"reference":"Patient/%s"},
     "policyRule":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"OPTIN"}]},
     "provision":{"type":"permit",
       "actor":[{"role":{"coding":[{"code":"IRCP","system":"http://terminology.hl7.org/CodeSystem/v3-ParticipationType"}]},
         "reference":{"reference":"Practitioner/bench"}}],
       "purpose":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActReason","code":"TREAT"}]}}
    """
        .formatted(id, patient);
  }

  private void put(String path, String body) throws IOException, InterruptedException {
    require(send("PUT", path, loader, body), path);
  }

  private void post(String path, String token, String body)
      throws IOException, InterruptedException {
    require(send("POST", path, token, body), path);
  }

  private static void require(HttpResponse<String> answer, String path) throws IOException {
    if (answer.statusCode() / 100 != 2) {
      throw new IOException(path + ": got " + answer.statusCode() + " " + answer.body());
    }
  }

  /** What the reader is answered. */
  HttpResponse<String> read(String path) throws IOException, InterruptedException {
    return send("GET", path, reader, "");
  }

  /** What somebody is answered. */
  HttpResponse<String> get(String path, String token) throws IOException, InterruptedException {
    return send("GET", path, token, "");
  }

  /** What a patient is told of how often the reader was shown their record. */
  HttpResponse<String> told(String patient, String token) throws IOException, InterruptedException {
    String path = "AuditEvent?agent=Practitioner/" + READER + "&patient=" + patient;
    return send("GET", path + "&_summary=count", token, "");
  }

  private HttpResponse<String> send(String method, String path, String token, String body)
      throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(URI.create(base + "/" + path))
            .header("Content-Type", "application/fhir+json")
            .header("Authorization", "Bearer " + token)
            .method(method, BodyPublishers.ofString(body))
            .build(),
        BodyHandlers.ofString());
  }
}
