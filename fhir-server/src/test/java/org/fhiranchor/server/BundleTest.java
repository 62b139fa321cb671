package org.fhiranchor.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.fhiranchor.server.FhirHttp.Answer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class BundleTest {
  private static final String PATIENT_URN = "urn:uuid:0c0f6a9e-8a52-4d4e-9d3c-2b8f1e3c5a01";
  private static final String OTHER_URN = "urn:uuid:0c0f6a9e-8a52-4d4e-9d3c-2b8f1e3c5a02";

  private final FhirHttp fhir = RunningServer.shared().fhir();

  @Test
  @DisplayName("SRV-3 a transaction resolves references between its entries")
  void transaction() {
    Answer answer =
        fhir.post(
                "/",
                Resources.bundle(
                    "transaction",
                    Resources.entry(
                        OTHER_URN, "POST", "Observation", Resources.observation(PATIENT_URN)),
                    Resources.entry(
                        PATIENT_URN, "POST", "Patient", Resources.patient("Transaction"))))
            .ok();

    String observation = answer.json().at("/entry/0/response/location").asText();
    String patient = answer.json().at("/entry/1/response/location").asText();
    Answer read = fhir.get("/" + observation).ok();
    assertThat(patient).startsWith(read.json().at("/subject/reference").asText() + "/_history/1");
  }

  @Test
  @DisplayName("SRV-3 a transaction with one bad entry stores none")
  void allOrNothing() {
    String identifier = Resources.unique();

    Answer answer =
        fhir.post(
            "/",
            Resources.bundle(
                "transaction",
                Resources.entry(
                    PATIENT_URN, "POST", "Patient", Resources.patient("Nobody", identifier)),
                Resources.entry(
                    OTHER_URN, "POST", "Observation", Resources.observation("Patient/missing-x"))));

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.diagnostics()).contains("Patient/missing-x");
    assertThat(
            fhir.get("/Patient?identifier=urn:test%7C" + identifier).json().path("total").asInt())
        .isZero();
  }

  @Test
  @DisplayName("SRV-3 a batch answers each entry for itself")
  void batch() {
    Answer answer =
        fhir.post(
                "/",
                Resources.bundle(
                    "batch",
                    Resources.entry(PATIENT_URN, "POST", "Patient", Resources.patient("Batch")),
                    Resources.entry(
                        OTHER_URN,
                        "POST",
                        "Observation",
                        Resources.observation("Patient/missing-y"))))
            .ok();

    assertThat(answer.json().at("/entry/0/response/status").asText()).startsWith("201");
    assertThat(answer.json().at("/entry/1/response/status").asText()).startsWith("400");
  }

  @Test
  @DisplayName("SRV-4 a transaction of several megabytes goes through")
  void large() {
    String note = "x".repeat(200_000);
    String[] entries =
        IntStream.range(0, 30)
            .mapToObj(
                i ->
                    Resources.entry(
                        "urn:uuid:0c0f6a9e-8a52-4d4e-9d3c-2b8f1e3c6%03d".formatted(i),
                        "POST",
                        "Basic",
                        """
                        {"resourceType": "Basic", "code": {"text": "%s"}}
                        """
                            .formatted(note)))
            .toArray(String[]::new);

    Answer answer = fhir.post("/", Resources.bundle("transaction", entries)).ok();

    assertThat(answer.entries()).hasSize(30);
  }

  @Test
  @DisplayName("SRV-17 a reference by search finds a practitioner, never a patient")
  void referenceBySearch() {
    String identifier = Resources.unique();
    Answer doctor =
        fhir.post(
                "/Practitioner",
                """
                {"resourceType": "Practitioner", "identifier": [{"system": "urn:test", "value": "%s"}]}
                """
                    .formatted(identifier))
            .ok();
    String patient = fhir.post("/Patient", Resources.patient("Hidden", identifier)).ok().id();

    Answer found =
        fhir.post("/", observedBy("Practitioner?identifier=urn:test|" + identifier)).ok();
    Answer refused = fhir.post("/", observedBy("Patient?identifier=urn:test|" + identifier));
    Answer nobody = fhir.post("/", observedBy("Practitioner?identifier=urn:test|nobody"));

    String stored = found.json().at("/entry/0/response/location").asText();
    assertThat(fhir.get("/" + stored).ok().json().at("/performer/0/reference").asText())
        .isEqualTo(doctor.reference());
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.text()).doesNotContain("Patient/" + patient);
    assertThat(nobody.status()).isIn(400, 404);
  }

  private static String observedBy(String performer) {
    return Resources.bundle(
        "transaction",
        Resources.entry(
            OTHER_URN,
            "POST",
            "Observation",
            """
            {"resourceType": "Observation", "status": "final", "code": {"text": "seen"},
             "performer": [{"reference": "%s"}]}
            """
                .formatted(performer)));
  }
}
