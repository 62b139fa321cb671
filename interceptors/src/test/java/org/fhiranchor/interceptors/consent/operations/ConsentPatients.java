package org.fhiranchor.interceptors.consent.operations;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.fhiranchor.interceptors.identity.TestTokens;
import org.fhiranchor.interceptors.plain.RunningServer;
import org.hl7.fhir.r4.model.Parameters;

/** Patients with a Consent each, over HTTP: what they write, enrol, prepare and grant. */
record ConsentPatients(RunningServer server, TestTokens tokens) {
  private static final String LOADER = "Device/loader - system/*.cruds";

  static String self(String patient) {
    return "Patient/" + patient + " " + patient + " patient/*.cruds";
  }

  HttpResponse<String> ask(String method, String path, String who, String body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(server.url("fhir/" + path))
            .header("Content-Type", "application/fhir+json")
            .header("Accept", "application/fhir+json")
            .method(method, HttpRequest.BodyPublishers.ofString(body));
    return server.send(
        who.isEmpty() ? request : request.header("Authorization", "Bearer " + token(who)));
  }

  /** For {@code "[fhirUser] [patient or -] [scope]"}. */
  private String token(String who) {
    String[] words = who.split(" ", 3);
    return tokens.of(words[0], words[1].equals("-") ? "" : words[1], words[2]);
  }

  HttpResponse<String> post(String path, String who, Parameters body) {
    return ask("POST", path, who, server.fhir().newJsonParser().encodeResourceToString(body));
  }

  Parameters answer(HttpResponse<String> response) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return server.fhir().newJsonParser().parseResource(Parameters.class, response.body());
  }

  static String value(Parameters parameters, String name) {
    assertThat(parameters.hasParameter(name)).as(name).isTrue();
    return parameters.getParameter(name).getValue().primitiveValue();
  }

  static Parameters with(String name, String value) {
    Parameters parameters = new Parameters();
    parameters.addParameter(name, value);
    return parameters;
  }

  void put(String path, String json) {
    HttpResponse<String> answer = ask("PUT", path, LOADER, json);
    assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 299);
  }

  void patientWithConsent(String patient) {
    put("Practitioner/doc", "{\"resourceType\":\"Practitioner\",\"id\":\"doc\"}");
    put("Patient/" + patient, "{\"resourceType\":\"Patient\",\"id\":\"" + patient + "\"}");
    consent(patient, "TREAT");
  }

  void consent(String patient, String purpose) {
    put(
        "Consent/c-" + patient,
        """
        {"resourceType":"Consent","id":"c-%s","status":"active",
         "scope":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/consentscope",
           "code":"patient-privacy"}]},
         "category":[{"coding":[{"system":"http://loinc.org","code":"59284-0"}]}],
         "patient":{"reference":"Patient/%s"},
         "policyRule":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode",
           "code":"OPTIN"}]},
         "provision":{"type":"permit",
           "actor":[{"role":{"text":"reader","coding":[{"code":"IRCP",
               "system":"http://terminology.hl7.org/CodeSystem/v3-ParticipationType"}]},
             "reference":{"reference":"Practitioner/doc"}}],
           "purpose":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActReason",
             "code":"%s"}]}}
        """
            .formatted(patient, patient, purpose));
  }

  Wallet enrolledWallet(String patient) {
    Wallet wallet = new Wallet();
    String path = "Patient/" + patient + "/$enroll-key";
    Parameters proof = with("address", wallet.address().hex());
    Parameters toSign = answer(post(path, self(patient), proof));
    proof.addParameter("signature", wallet.sign(value(toSign, "typedData")));
    proof.addParameter().setName("deadline").setValue(toSign.getParameter("deadline").getValue());
    Parameters bound = answer(post(path, self(patient), proof));
    assertThat(value(bound, "custody")).isEqualTo("holder");
    return wallet;
  }

  /** The address of the key. */
  String enrolInCustody(String patient) {
    Parameters bound =
        answer(
            post("Patient/" + patient + "/$enroll-key", self(patient), with("custody", "server")));
    assertThat(value(bound, "custody")).isEqualTo("server");
    return value(bound, "address");
  }

  Parameters prepare(String patient) {
    return answer(ask("GET", "Consent/c-" + patient + "/$prepare", self(patient), ""));
  }

  HttpResponse<String> grant(String patient, Parameters body) {
    return post("Consent/c-" + patient + "/$grant", self(patient), body);
  }

  Parameters status(String patient) {
    return answer(ask("GET", "Consent/c-" + patient + "/$ledger-status", self(patient), ""));
  }
}
