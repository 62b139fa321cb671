package org.fhiranchor.interceptors.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fhiranchor.interceptors.identity.TokensAloneServer.body;
import static org.fhiranchor.interceptors.identity.TokensAloneServer.bundle;
import static org.fhiranchor.interceptors.identity.TokensAloneServer.put;
import static org.fhiranchor.interceptors.identity.TokensAloneServer.read;
import static org.fhiranchor.interceptors.identity.TokensAloneServer.subject;

import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.jpa.api.dao.IFhirResourceDao;
import ca.uhn.fhir.rest.api.server.SystemRequestDetails;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.fhiranchor.interceptors.identity.AccessLog.RefusedRequest;
import org.fhiranchor.interceptors.identity.demo.DemoRole;
import org.fhiranchor.interceptors.identity.demo.DemoToken;
import org.fhiranchor.interceptors.identity.demo.EmbeddedIssuer;
import org.fhiranchor.interceptors.identity.token.Refusal;
import org.fhiranchor.interceptors.identity.token.Requester;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Patient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(Lifecycle.PER_CLASS)
@DisplayName("CONSENT 4: nobody passes without a token, and no token passes its scopes")
@SuppressWarnings("NullAway.Init")
final class IdentityHttpTest {
  @TempDir private static Path data;

  private TokensAloneServer server;

  @BeforeAll
  void boot() throws IOException, InterruptedException {
    server = new TokensAloneServer(data);
  }

  @AfterAll
  void stop() {
    server.close();
  }

  @BeforeEach
  void forget() {
    server.refusals.clear();
  }

  private String practitioner() {
    return server.practitioner();
  }

  private String patient(String id) {
    return server.issuer.mint(DemoToken.patient(id));
  }

  private HttpResponse<String> send(String verb, String path, String token, String body)
      throws IOException, InterruptedException {
    return server.send(verb, path, token, body);
  }

  private HttpResponse<String> get(String path, String token)
      throws IOException, InterruptedException {
    return send("GET", path, token, "");
  }

  private void refused(HttpResponse<String> response, Refusal why) {
    assertThat(response.statusCode()).isEqualTo(why.status());
    assertThat(response.headers().firstValue("WWW-Authenticate")).contains(why.challenge());
    assertThat(response.body()).contains("OperationOutcome").contains(why.description());
    assertThat(server.refusals).extracting(RefusedRequest::why).containsExactly(why);
  }

  @ParameterizedTest
  @ValueSource(strings = {"metadata", "metadata?_format=json", ".well-known/smart-configuration"})
  void whatIsPublicNeedsNoToken(String path) throws IOException, InterruptedException {
    assertThat(get(path, "").statusCode()).isEqualTo(200);
  }

  @Test
  @DisplayName("SIGN-3 an app of any origin may read where to sign in")
  void discoveryIsForBrowsersOfAnyOrigin() throws IOException, InterruptedException {
    HttpResponse<String> answer = get(".well-known/smart-configuration", "");
    assertThat(answer.headers().firstValue("Access-Control-Allow-Origin")).hasValue("*");
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource({
    "GET,     Patient/p1",
    "HEAD,    Patient/p1",
    "GET,     Patient/no-such-patient",
    "GET,     Patient",
    "GET,     Patient/metadata",
    "GET,     Nonsense",
    "GET,     _history",
    "GET,     Patient/p1/$everything",
    "GET,     $no-such-operation",
    "GET,     ?_getpages=abc",
    "GET,     .well-known/other",
    "GET,     .well-known/smart-configuration/x",
    "GET,     metadata/x",
    "POST,    Patient",
    "POST,    Patient/_search",
    "POST,    ''",
    "PUT,     Patient/p1",
    "PATCH,   Patient/p1",
    "DELETE,  Patient/p1",
    "OPTIONS, Patient",
    "GET,     $export",
    "POST,    $graphql",
  })
  void everythingElseDoes(String verb, String path) throws IOException, InterruptedException {
    HttpResponse<String> response = send(verb, path, "", "");
    assertThat(response.statusCode()).isEqualTo(401);
    assertThat(response.headers().firstValue("WWW-Authenticate"))
        .contains(Refusal.NO_TOKEN.challenge());
    assertThat(server.refusals).extracting(RefusedRequest::why).containsExactly(Refusal.NO_TOKEN);
  }

  @Test
  void aTokenInTheUrlIsNotRead() throws IOException, InterruptedException {
    refused(get("Patient/p1?access_token=" + practitioner(), ""), Refusal.NO_TOKEN);
  }

  @Test
  void anExpiredTokenIsRefusedAndRecorded() throws IOException, InterruptedException {
    Clock yesterday = Clock.offset(Clock.systemUTC(), Duration.ofDays(-1));
    String expired =
        EmbeddedIssuer.start(data, yesterday).mint(DemoToken.of(DemoRole.PRACTITIONER));
    refused(get("Patient/p1", expired), Refusal.TOKEN_EXPIRED);
  }

  @Test
  void aTokenOfAnUnknownKeyIsRefusedAndRecorded(@TempDir Path elsewhere)
      throws IOException, InterruptedException {
    String foreign =
        EmbeddedIssuer.start(elsewhere, Clock.systemUTC())
            .mint(DemoToken.of(DemoRole.PRACTITIONER));
    refused(get("Patient/p1", foreign), Refusal.TOKEN_NOT_TRUSTED);
  }

  @Test
  void aMissingScopeIsRefusedAndRecordedWithTheRequester()
      throws IOException, InterruptedException {
    String compliance = server.issuer.mint(DemoToken.of(DemoRole.COMPLIANCE));
    refused(get("Patient/p1", compliance), Refusal.SCOPE);
    assertThat(server.refusals.get(0).requester().map(Requester::subject))
        .contains("demo-compliance");
    assertThat(server.refusals.get(0).surface()).isEqualTo("read Patient");
  }

  @Test
  void anOperationThatNobodyDecidedAboutIsRefused() throws IOException, InterruptedException {
    refused(
        send("POST", "Patient/p1/$expunge", practitioner(), "{\"resourceType\": \"Parameters\"}"),
        Refusal.UNDECIDED_OPERATION);
  }

  @Test
  void aGoodTokenReads() throws IOException, InterruptedException {
    assertThat(get("Patient/p1", practitioner()).statusCode()).isEqualTo(200);
    assertThat(get("Observation?subject:Patient._id=p1", practitioner()).statusCode())
        .isEqualTo(200);
    assertThat(server.refusals).isEmpty();
  }

  @Test
  void aPatientReadsThemselfAndNobodyElse() throws IOException, InterruptedException {
    assertThat(get("Patient/p1", patient("p1")).statusCode()).isEqualTo(200);
    refused(get("Patient/p2", patient("p1")), Refusal.OTHER_PATIENT);
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource({
    "PUT,    Observation/o1, p2",
    "PUT,    Observation/o2, p1",
    "PUT,    Observation/new-one, p2",
    "DELETE, Observation/o2, ''",
    "PUT,    Organization/org-1, ''",
  })
  void aPatientWritesNothingOfAnybodyElse(String verb, String path, String owner)
      throws IOException, InterruptedException {
    String[] parts = path.split("/", -1);
    String body =
        verb.equals("PUT") ? body(parts[0], parts[1], owner.isEmpty() ? "" : subject(owner)) : "";
    refused(send(verb, path, patient("p1"), body), Refusal.OTHER_PATIENT);
  }

  @Test
  void aPatchIsJudgedByItsEffect() throws IOException, InterruptedException {
    String steal =
        "[{\"op\": \"replace\", \"path\": \"/subject/reference\", \"value\": \"Patient/p1\"}]";
    refused(send("PATCH", "Observation/o2", patient("p1"), steal), Refusal.OTHER_PATIENT);
  }

  @Test
  void metaIsWrittenInPlaceByNobody() throws IOException, InterruptedException {
    String meta =
        "{\"resourceType\": \"Parameters\", \"parameter\": [{\"name\": \"meta\", \"valueMeta\":"
            + " {\"tag\": [{\"system\": \"urn:x\", \"code\": \"y\"}]}}]}";
    assertThat(send("POST", "Observation/o2/$meta-add", patient("p1"), meta).statusCode())
        .isEqualTo(405);
  }

  @Test
  void aPatientWritesTheirOwn() throws IOException, InterruptedException {
    assertThat(
            send("PUT", "Observation/o1", patient("p1"), body("Observation", "o1", subject("p1")))
                .statusCode())
        .isEqualTo(200);
  }

  @Test
  void aBatchRefusesTheEntriesThatTheScopesDoNotPermit() throws IOException, InterruptedException {
    String registrar = server.issuer.mint(DemoToken.of(DemoRole.REGISTRAR));
    HttpResponse<String> response =
        send(
            "POST",
            "",
            registrar,
            bundle(
                "batch",
                read("Patient/p1"),
                read("Observation/o1"),
                read("Observation?_id=o1"),
                put("Observation", "o1")));
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).contains("200 OK").contains("403 Forbidden");
    assertThat(response.body()).doesNotContain("\"subject\"");
    assertThat(server.refusals)
        .extracting(RefusedRequest::surface)
        .containsExactlyInAnyOrder(
            "read Observation", "search-type Observation", "update Observation");
  }

  @Test
  void aTransactionIsRefusedWhole() throws IOException, InterruptedException {
    String registrar = server.issuer.mint(DemoToken.of(DemoRole.REGISTRAR));
    refused(
        send(
            "POST", "", registrar, bundle("transaction", put("Patient", "p9"), put("Device", "d"))),
        Refusal.SCOPE);
    assertThat(get("Patient/p9", registrar).statusCode()).isEqualTo(404);
  }

  @Test
  void aBatchTriedAsATransactionFirstIsDecidedWhole() throws IOException, InterruptedException {
    String registrar = server.issuer.mint(DemoToken.of(DemoRole.REGISTRAR));
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(server.base))
            .header("Content-Type", "application/fhir+json")
            .header("Authorization", "Bearer " + registrar)
            .header("X-Transaction-Semantics", "retryCount=1; tryBatchAsTransactionFirst=true")
            .POST(BodyPublishers.ofString(bundle("batch", read("Observation/o1"))))
            .build();
    refused(server.send(request), Refusal.SCOPE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"request\": {\"method\": \"GET\"}}",
        "{\"request\": {\"url\": \"Patient/p1\"}}",
        "{\"resource\": {\"resourceType\": \"Patient\"}}"
      })
  void anEntryThatDoesNotSayWhatItWantsIsRefused(String entry)
      throws IOException, InterruptedException {
    HttpResponse<String> response = send("POST", "", practitioner(), bundle("transaction", entry));
    assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
    assertThat(response.body()).contains("entry[0].request").doesNotContain("p1");
  }

  @Test
  void aBatchEntryMayNotReadAnotherPatient() throws IOException, InterruptedException {
    HttpResponse<String> response =
        send("POST", "", patient("p1"), bundle("batch", read("Patient/p2"), read("Patient/p1")));
    assertThat(response.body()).contains("403 Forbidden").contains("200 OK");
    assertThat(server.refusals)
        .extracting(RefusedRequest::why)
        .containsExactly(Refusal.OTHER_PATIENT);
  }

  @Test
  void aPatientFindsTheirOwnRecordAlone() throws IOException, InterruptedException {
    for (String search : List.of("Observation", "Observation?_id=o1,o2", "Observation/_history")) {
      String found = get(search, patient("p1")).body();
      assertThat(found).as(search).contains("Patient/p1").doesNotContain("Patient/p2");
    }
    assertThat(get("Observation/o2", patient("p1")).statusCode()).isEqualTo(404);
    assertThat(get("Patient", patient("p1")).body()).contains("p1").doesNotContain("\"p2\"");
    assertThat(get("Observation", practitioner()).body()).contains("Patient/p1", "Patient/p2");
  }

  private String scoped(String scope) {
    return EmbeddedIssuerTokens.scoped(data, scope);
  }

  @Test
  void aResourceThatComesAlongNeedsAScopeOfItsOwn() throws IOException, InterruptedException {
    String search = "Observation?_id=o1&_include=Observation:subject";
    String both = scoped("user/Observation.rs user/Patient.r");
    assertThat(get(search, both).body()).contains("\"resourceType\":\"Patient\"");
    HttpResponse<String> alone = get(search, scoped("user/Observation.rs"));
    assertThat(alone.statusCode()).isEqualTo(200);
    assertThat(alone.body()).contains("\"o1\"").doesNotContain("\"resourceType\":\"Patient\"");
    assertThat(server.refusals).isEmpty();
  }

  @Test
  @DisplayName(
      "SIGN-5 G5 what comes along through what is left out goes with it, without a gate too")
  void comesAlongThrough() throws IOException, InterruptedException {
    server.create("Location", "l1", ",\"name\":\"ward\"");
    server.create(
        "Encounter",
        "e1",
        ",\"status\":\"finished\",\"class\":{\"code\":\"IMP\"},\"location\":[{\"location\":{\"reference\":\"Location/l1\"}}]");
    server.create(
        "Observation", "o3", subject("p1") + ",\"encounter\":{\"reference\":\"Encounter/e1\"}");
    String search =
        "Observation?_id=o3&_include=Observation:encounter&_include:iterate=Encounter:location";
    assertThat(get(search, scoped("user/Observation.rs user/Encounter.rs user/Location.r")).body())
        .contains("\"e1\"", "\"l1\"");
    assertThat(get(search, scoped("user/Observation.rs user/Location.rs")).body())
        .contains("\"o3\"")
        .doesNotContain("\"resourceType\":\"Encounter\"", "\"l1\"");
  }

  @Test
  void anAnswerToAWriteShowsNothingThatCouldNotBeRead() throws IOException, InterruptedException {
    HttpResponse<String> written =
        send(
            "PUT",
            "Observation/o1",
            scoped("user/Observation.u"),
            body("Observation", "o1", subject("p1")));
    assertThat(written.statusCode()).isEqualTo(200);
    assertThat(written.body()).isEmpty();
    assertThat(server.refusals).isEmpty();
  }

  @Test
  void aHeaderMeantForCreatesDoesNotHideTheParametersOfASearch()
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(server.base + "/Observation?subject:Patient._id=p1"))
            .header("Authorization", "Bearer " + scoped("user/Observation.rs"))
            .header("If-None-Exist", "code=1")
            .build();
    refused(server.send(request), Refusal.SCOPE);
  }

  @Test
  void aConditionalCreateNeedsTheRightToSearch() throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(server.base + "/Observation"))
            .header("Authorization", "Bearer " + scoped("user/Observation.c"))
            .header("Content-Type", "application/fhir+json")
            .header("If-None-Exist", "code=1")
            .POST(BodyPublishers.ofString(body("Observation", "x1", subject("p1"))))
            .build();
    refused(server.send(request), Refusal.SCOPE);
  }

  @Test
  void theCapabilityStatementSaysHowItIsProtected() throws IOException, InterruptedException {
    assertThat(get("metadata", "").body()).contains("SMART-on-FHIR").contains("\"security\"");
  }

  @Test
  void theServersOwnWorkNeedsNoToken() {
    IFhirResourceDao<Patient> patients =
        server.context.getBean(DaoRegistry.class).getResourceDao(Patient.class);
    Patient read = patients.read(new IdType("Patient/p1"), new SystemRequestDetails());
    assertThat(read.getIdElement().getIdPart()).isEqualTo("p1");
    patients.create(new Patient(), new SystemRequestDetails());
    assertThat(server.refusals).isEmpty();
  }
}
