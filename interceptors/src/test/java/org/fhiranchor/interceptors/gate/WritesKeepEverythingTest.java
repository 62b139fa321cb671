package org.fhiranchor.interceptors.gate;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ca.uhn.fhir.context.FhirContext;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.fhiranchor.interceptors.identity.demo.DemoRole;
import org.fhiranchor.interceptors.plain.LogAuditor;
import org.hl7.fhir.r4.model.Binary;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.Bundle.HTTPVerb;
import org.hl7.fhir.r4.model.Encounter;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Organization;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Practitioner;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.Subscription;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Whatever the writer may see of it: what a write was answered for is stored, and its answer holds
 * no body that a read would refuse.
 */
@TestInstance(Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init")
final class WritesKeepEverythingTest {
  private static final FhirContext FHIR = FhirContext.forR4Cached();
  private static final String WHOLE = "return=representation";
  private static final String RESTRICTED =
      "{\"system\":\"http://terminology.hl7.org/CodeSystem/v3-Confidentiality\",\"code\":\"R\"}";

  private final GatedServer server = GatedServer.shared();
  private String doctor;
  private String loader;

  @BeforeAll
  void seed() {
    server.patient("kept");
    server.consent("c-kept", "kept", "keeper", "TREAT", "\"securityLabel\":[" + normal() + "],");
    doctor = server.tokens().practitioner("keeper", "TREAT");
    loader = server.tokens().loader();
  }

  private static String normal() {
    return RESTRICTED.replace("\"R\"", "\"N\"");
  }

  @AfterEach
  void everyVersionHasALeafAndEveryLeafAVersion() {
    new LogAuditor(server.server()).leavesEqualVersions();
  }

  private Bundle written(String token, Bundle bundle) {
    HttpResponse<String> answer = post(token, bundle);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    Bundle written = FHIR.newJsonParser().parseResource(Bundle.class, answer.body());
    assertThat(written.getEntry())
        .allSatisfy(entry -> assertThat(entry.getResponse().getStatus()).startsWith("20"));
    return written;
  }

  private HttpResponse<String> post(String token, Bundle bundle) {
    String body = FHIR.newJsonParser().encodeResourceToString(bundle);
    return server.ask(token, "POST", "", body, "Prefer", WHOLE);
  }

  /** A version as it is stored, whoever may see it. */
  private void isStored(BundleEntryComponent answer) {
    IdType id = new IdType(answer.getResponse().getLocation());
    assertThat(server.versions(id.getValue())).contains(id.getVersionIdPartAsLong());
  }

  private static Bundle bundle(BundleType type, BundleEntryComponent... entries) {
    Bundle bundle = new Bundle().setType(type);
    List.of(entries).forEach(bundle::addEntry);
    return bundle;
  }

  private static BundleEntryComponent entry(HTTPVerb verb, String url, Resource body) {
    BundleEntryComponent entry = new BundleEntryComponent().setResource(body);
    entry.getRequest().setMethod(verb).setUrl(url);
    return entry;
  }

  private static Patient patient(String family) {
    Patient patient = new Patient();
    patient.addName().setFamily(family);
    return patient;
  }

  private static Observation observation(String subject) {
    Observation observation = new Observation();
    observation.setStatus(Observation.ObservationStatus.FINAL);
    observation.getCode().setText("seen");
    observation.getSubject().setReference(subject);
    return observation;
  }

  private static Binary jsonPatch(String operations) {
    return new Binary()
        .setContentType("application/json-patch+json")
        .setData(operations.getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  private static Binary relabelled() {
    return jsonPatch(
        "[{\"op\":\"add\",\"path\":\"/meta/security\",\"value\":[" + RESTRICTED + "]}]");
  }

  @ParameterizedTest
  @EnumSource(names = {"TRANSACTION", "BATCH"})
  @DisplayName("W-1 a patient whom the writer may not see is stored")
  void storesAHiddenPatient(BundleType type) {
    Bundle answer = written(doctor, bundle(type, entry(HTTPVerb.POST, "Patient", patient("Z"))));
    isStored(answer.getEntryFirstRep());
    assertThat(answer.getEntryFirstRep().hasResource()).isFalse();
  }

  @ParameterizedTest
  @EnumSource(names = {"TRANSACTION", "BATCH"})
  @DisplayName("W-1 a whole record of 180 resources is stored")
  void storesAWholeRecord(BundleType type) {
    String ward = "ward-of-" + type.toCode();
    server.load("Location/" + ward, "{\"resourceType\":\"Location\",\"id\":\"" + ward + "\"}");
    Bundle record = record(type == BundleType.TRANSACTION ? 0 : 1);
    record.setType(type);
    Bundle answer = written(doctor, record);
    assertThat(answer.getEntry()).hasSameSizeAs(record.getEntry());
    answer.getEntry().forEach(this::isStored);
    assertThat(answer.getEntry())
        .filteredOn(BundleEntryComponent::hasResource)
        .allSatisfy(
            entry ->
                assertThat(entry.getResource().fhirType()).isIn("Organization", "Practitioner"));
    assertThat(server.versions("Location/" + ward)).containsExactly(1L);
  }

  /** Whoever is held to what they may see makes none: missing is refused like hidden (W-2). */
  @ParameterizedTest
  @EnumSource(names = {"TRANSACTION", "BATCH"})
  @DisplayName("W-1 a placeholder for what a back-end service refers to is stored")
  void storesPlaceholders(BundleType type) {
    Encounter encounter = new Encounter().setStatus(Encounter.EncounterStatus.FINISHED);
    encounter.getClass_().setCode("AMB");
    encounter.getSubject().setReference("Patient/kept");
    String missing = "Location/missing-of-" + type.toCode();
    encounter.addLocation().getLocation().setReference(missing);
    isStored(
        written(loader, bundle(type, entry(HTTPVerb.POST, "Encounter", encounter)))
            .getEntryFirstRep());
    assertThat(server.versions(missing)).containsExactly(1L);
  }

  /** In a batch entries cannot name each other: there, one step of them names a known patient. */
  private static Bundle record(int batch) {
    Bundle record = new Bundle();
    String who = batch == 0 ? "urn:uuid:5a7c1f00-0000-4000-8000-000000000001" : "Patient/kept";
    String ward = "Location/ward-of-" + (batch == 0 ? "transaction" : "batch");
    record
        .addEntry(entry(HTTPVerb.POST, "Patient", patient("Whole")))
        .addEntry(entry(HTTPVerb.POST, "Organization", new Organization().setName("H")))
        .addEntry(entry(HTTPVerb.POST, "Practitioner", new Practitioner().setActive(true)));
    record.getEntryFirstRep().setFullUrl("urn:uuid:5a7c1f00-0000-4000-8000-000000000001");
    Encounter encounter = new Encounter().setStatus(Encounter.EncounterStatus.FINISHED);
    encounter.getClass_().setCode("AMB");
    encounter.getMeta().addSecurity().setSystem(system()).setCode("R");
    encounter.getSubject().setReference(who);
    encounter.addLocation().getLocation().setReference(ward);
    record.addEntry(entry(HTTPVerb.POST, "Encounter", encounter));
    List<Observation> observations = new ArrayList<>();
    IntStream.range(0, 176).forEach(i -> observations.add(observation(who)));
    observations.forEach(one -> one.getMeta().addSecurity().setSystem(system()).setCode("R"));
    observations.forEach(one -> record.addEntry(entry(HTTPVerb.POST, "Observation", one)));
    return record;
  }

  private static String system() {
    return "http://terminology.hl7.org/CodeSystem/v3-Confidentiality";
  }

  @ParameterizedTest
  @EnumSource(names = {"TRANSACTION", "BATCH"})
  @DisplayName("W-1 a new version is stored that its writer may not see any more")
  void storesWhatBecomesHidden(BundleType type) {
    String id = "becomes-hidden-" + type.toCode();
    server.observation(id, "kept");
    server.observation(id + "-2", "kept");
    assertThat(server.get(doctor, "Observation/" + id).statusCode()).isEqualTo(200);
    Observation hidden = observation("Patient/kept");
    hidden.setId(id);
    hidden.getMeta().addSecurity().setSystem(system()).setCode("R");
    Bundle answer =
        written(
            doctor,
            bundle(
                type,
                entry(HTTPVerb.PUT, "Observation/" + id, hidden),
                entry(HTTPVerb.PATCH, "Observation/" + id + "-2", relabelled())));
    assertThat(server.versions("Observation/" + id)).containsExactly(1L, 2L);
    assertThat(server.versions("Observation/" + id + "-2")).containsExactly(1L, 2L);
    assertThat(answer.getEntry()).noneMatch(BundleEntryComponent::hasResource);
    assertThat(server.get(doctor, "Observation/" + id).statusCode()).isEqualTo(403);
  }

  @Test
  @DisplayName("W-1 the same written one by one, and the answer holds no body")
  void storesWhatBecomesHiddenAlone() {
    server.observation("alone", "kept");
    HttpResponse<String> put =
        server.ask(
            doctor,
            "PUT",
            "Observation/alone",
            GatedServer.observationOf(
                "alone",
                "\"meta\":{\"security\":[%s]},\"subject\":{\"reference\":\"Patient/kept\"}"
                    .formatted(RESTRICTED)),
            "Prefer",
            WHOLE);
    assertThat(put.statusCode()).isEqualTo(200);
    assertThat(put.body()).doesNotContain("secret-alone");
    HttpResponse<String> created =
        server.ask(
            doctor,
            "POST",
            "Patient",
            FHIR.newJsonParser().encodeResourceToString(patient("Alone")),
            "Prefer",
            WHOLE);
    assertThat(created.statusCode()).isEqualTo(201);
    assertThat(created.body()).doesNotContain("Alone");
    assertThat(server.versions("Observation/alone")).containsExactly(1L, 2L);
  }

  @Test
  @DisplayName("W-1 an undelete by somebody who may not see what comes back")
  void storesAnUndelete() {
    server.load("Patient/back", "{\"resourceType\":\"Patient\",\"id\":\"back\"}");
    assertThat(server.ask(loader, "DELETE", "Patient/back", "").statusCode()).isEqualTo(200);
    String registrar = server.tokens().of(DemoRole.REGISTRAR);
    Patient back = patient("Back");
    back.setId("back");
    Bundle answer =
        written(
            registrar, bundle(BundleType.TRANSACTION, entry(HTTPVerb.PUT, "Patient/back", back)));
    isStored(answer.getEntryFirstRep());
    assertThat(answer.getEntryFirstRep().hasResource()).isFalse();
    assertThat(server.versions("Patient/back")).hasSize(3);
  }

  @Test
  @DisplayName(
      "W-1, W-5 conditional create, update and delete are stored; a patch of what may not be read"
          + " is not")
  void storesConditionalForms() {
    String token =
        server.tokens().of("Device/w1", "", "system/Patient.cruds system/Observation.cruds");
    String search = "Patient?identifier=urn:w1|c";
    Patient one = patient("One");
    one.addIdentifier().setSystem("urn:w1").setValue("c");
    BundleEntryComponent create = entry(HTTPVerb.POST, "Patient", one);
    create.getRequest().setIfNoneExist("identifier=urn:w1|c");
    Bundle created = written(token, bundle(BundleType.TRANSACTION, create));
    isStored(created.getEntryFirstRep());
    String id = id(created);
    assertThat(id(written(token, bundle(BundleType.TRANSACTION, create)))).isEqualTo(id);
    Patient two = patient("Two");
    two.addIdentifier().setSystem("urn:w1").setValue("c");
    written(token, bundle(BundleType.TRANSACTION, entry(HTTPVerb.PUT, search, two)));
    Binary gender = jsonPatch("[{\"op\":\"add\",\"path\":\"/gender\",\"value\":\"male\"}]");
    Bundle patch = bundle(BundleType.TRANSACTION, entry(HTTPVerb.PATCH, search, gender));
    assertThat(post(token, patch).statusCode()).isEqualTo(403);
    BundleEntryComponent delete = new BundleEntryComponent();
    delete.getRequest().setMethod(HTTPVerb.DELETE).setUrl(search);
    written(token, bundle(BundleType.TRANSACTION, delete));
    assertThat(server.versions(id)).containsExactly(1L, 2L, 3L);
  }

  private static String id(Bundle answer) {
    return new IdType(answer.getEntryFirstRep().getResponse().getLocation())
        .toVersionless()
        .getValue();
  }

  @Test
  @DisplayName("W-1 a token whose reading is limited to another patient writes all it writes")
  void storesBeyondTheLimitOfReading() {
    String token =
        server.tokens().of("Practitioner/keeper", "kept", "user/Patient.cu patient/Patient.r");
    String narrow = server.tokens().of("Patient/kept", "kept", "patient/*.cruds");
    Bundle answer =
        written(
            token, bundle(BundleType.TRANSACTION, entry(HTTPVerb.POST, "Patient", patient("X"))));
    isStored(answer.getEntryFirstRep());
    Observation own = observation("Patient/kept");
    own.getMeta().addSecurity().setSystem(system()).setCode("R");
    Bundle written =
        written(narrow, bundle(BundleType.TRANSACTION, entry(HTTPVerb.POST, "Observation", own)));
    isStored(written.getEntryFirstRep());
    assertThat(written.getEntryFirstRep().hasResource()).isTrue();
  }

  @Test
  @DisplayName("REC-5 a reference with a version belongs to the patient like one without")
  void decidesReferencesWithAVersion() {
    server.patient("not-kept");
    String mine = GatedServer.observationOf("versioned", subject("Patient/kept/_history/1"));
    server.load("Observation/versioned", mine);
    HttpResponse<String> read = server.get(doctor, "Observation/versioned");
    assertThat(read.body()).contains("Patient/kept/_history/1");
    assertThat(server.ask(doctor, "PUT", "Observation/versioned", mine).statusCode())
        .isEqualTo(200);
    String other = GatedServer.observationOf("versioned", subject("Patient/not-kept/_history/1"));
    assertThat(server.ask(doctor, "PUT", "Observation/versioned", other).statusCode())
        .isEqualTo(403);
    server.load("Observation/versioned", other);
    assertThat(server.get(doctor, "Observation/versioned").statusCode()).isEqualTo(403);
    assertThat(server.get(doctor, "Observation?subject=Patient/not-kept").body())
        .doesNotContain("secret-versioned");
    assertThat(server.get(doctor, "Observation?status=final").body())
        .doesNotContain("secret-versioned");
  }

  private static String subject(String reference) {
    return "\"subject\":{\"reference\":\"" + reference + "\"}";
  }

  @Test
  @DisplayName("W-1 what subscriptions write of their own accord is stored")
  void storesWhatSubscriptionsWrite() {
    Subscription subscription = new Subscription();
    subscription.setStatus(Subscription.SubscriptionStatus.REQUESTED).setReason("test");
    subscription.setCriteria("Observation?status=final");
    subscription
        .getChannel()
        .setType(Subscription.SubscriptionChannelType.RESTHOOK)
        .setEndpoint("http://localhost:1/nowhere");
    Bundle answer =
        written(
            loader,
            bundle(BundleType.TRANSACTION, entry(HTTPVerb.POST, "Subscription", subscription)));
    await().atMost(120, SECONDS).until(() -> server.versions(id(answer)).equals(List.of(1L, 2L)));
    assertThat(server.ask(loader, "DELETE", id(answer), "").statusCode()).isEqualTo(200);
  }
}
