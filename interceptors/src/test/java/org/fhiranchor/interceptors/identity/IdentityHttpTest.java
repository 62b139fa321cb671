package org.fhiranchor.interceptors.identity;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.interceptor.api.IInterceptorService;
import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.rest.api.server.SystemRequestDetails;
import ca.uhn.fhir.rest.server.RestfulServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
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
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.fhiranchor.interceptors.identity.AccessLog.RefusedRequest;
import org.fhiranchor.interceptors.identity.demo.DemoRole;
import org.fhiranchor.interceptors.identity.demo.DemoToken;
import org.fhiranchor.interceptors.identity.demo.EmbeddedIssuer;
import org.fhiranchor.interceptors.identity.scope.ScopeQuery;
import org.fhiranchor.interceptors.identity.scope.SmartScope;
import org.fhiranchor.interceptors.identity.token.Refusal;
import org.fhiranchor.interceptors.identity.token.Requester;
import org.fhiranchor.interceptors.plain.PlainServer;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Observation;
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
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

@TestInstance(Lifecycle.PER_CLASS)
@DisplayName("CONSENT 4: nobody passes without a token, and no token passes its scopes")
final class IdentityHttpTest {
  @TempDir private static Path data;

  private final List<RefusedRequest> refusals = new CopyOnWriteArrayList<>();
  private final HttpClient client = HttpClient.newHttpClient();
  private ConfigurableApplicationContext context;
  private EmbeddedIssuer issuer;
  private String base;

  @BeforeAll
  void boot() throws IOException, InterruptedException {
    context =
        SpringApplication.run(
            PlainServer.class,
            "--server.port=0",
            "--server.address=127.0.0.1",
            "--anchor.consent.enforce=off",
            "--spring.datasource.url=jdbc:h2:mem:identity;DB_CLOSE_DELAY=-1",
            "--spring.main.allow-bean-definition-overriding=true",
            "--spring.main.allow-circular-references=true",
            "--spring.jpa.open-in-view=false");
    base =
        "http://127.0.0.1:"
            + context.getEnvironment().getRequiredProperty("local.server.port")
            + "/fhir";
    issuer = EmbeddedIssuer.start(data, Clock.systemUTC());
    protect();
    create("Patient", "p1", "");
    create("Patient", "p2", "");
    create("Observation", "o1", subject("p1"));
    create("Observation", "o2", subject("p2"));
  }

  private void protect() {
    SimpleMeterRegistry meters = new SimpleMeterRegistry();
    LoggedAccess logged = new LoggedAccess(meters);
    AccessLog log =
        refused -> {
          refusals.add(refused);
          logged.refused(refused);
        };
    RestfulServer server = context.getBean(RestfulServer.class);
    ScopeReach reach = new ScopeReach(new OwnersOnly(), new NoMatcher());
    server.registerInterceptor(new TokenAuthentication(issuer.decoder(Set.of(base)), reach, log));
    PatientReadLimit readLimit = new PatientReadLimit(reach);
    server.registerInterceptor(new ScopeBackstop(reach, log));
    server.registerInterceptor(new SmartConfigurationHook(SmartDiscovery.demo()));
    server.registerInterceptor(new CapabilitySecurity(SmartDiscovery.demo(), false));
    PatientWriteLimit limit = new PatientWriteLimit(reach, log);
    server.registerInterceptor(limit);
    server.registerInterceptor(readLimit);
    IInterceptorService storage = context.getBean(IInterceptorService.class);
    storage.registerInterceptor(limit);
    storage.registerInterceptor(readLimit);
  }

  /** Reads whose it is off the resource. */
  private static final class OwnersOnly implements ScopeReach.Resources {
    @Override
    public Set<String> owners(IBaseResource resource) {
      if (resource instanceof Patient patient) {
        return Optional.ofNullable(patient.getIdElement().getIdPart())
            .map(Set::of)
            .orElse(Set.of());
      }
      return resource instanceof Observation observation
          ? Set.of(observation.getSubject().getReferenceElement().getIdPart())
          : Set.of();
    }

    @Override
    public Optional<IBaseResource> telling(IBaseResource resource) {
      return Optional.of(resource);
    }

    @Override
    public Optional<IBaseResource> current(String type, String id) {
      return Optional.empty();
    }
  }

  /** Of a server without search parameters: no narrowed scope grants anything. */
  private static final class NoMatcher implements ScopeMatcher {
    @Override
    public boolean isExact(SmartScope scope) {
      return scope.isWhole();
    }

    @Override
    public boolean matches(ScopeQuery query, IBaseResource resource) {
      return false;
    }
  }

  private void create(String type, String id, String rest)
      throws IOException, InterruptedException {
    String token = practitioner();
    assertThat(send("PUT", type + "/" + id, token, body(type, id, rest)).statusCode())
        .isEqualTo(201);
  }

  @AfterAll
  void stop() {
    context.close();
  }

  @BeforeEach
  void forget() {
    refusals.clear();
  }

  private static String subject(String patient) {
    return ", \"status\": \"final\", \"code\": {\"text\": \"x\"}, \"subject\": {\"reference\":"
        + " \"Patient/"
        + patient
        + "\"}";
  }

  private static String body(String type, String id, String rest) {
    return "{\"resourceType\": \"" + type + "\", \"id\": \"" + id + "\"" + rest + "}";
  }

  private String practitioner() {
    return issuer.mint(DemoToken.of(DemoRole.PRACTITIONER));
  }

  private String patient(String id) {
    return issuer.mint(DemoToken.patient(id));
  }

  private HttpResponse<String> send(String verb, String path, String token, String body)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(base + (path.isEmpty() ? "" : "/" + path)))
            .header("Content-Type", contentType(verb))
            .method(verb, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    if (!token.isEmpty()) {
      request.header("Authorization", "Bearer " + token);
    }
    return client.send(request.build(), BodyHandlers.ofString());
  }

  private static String contentType(String verb) {
    return verb.equals("PATCH") ? "application/json-patch+json" : "application/fhir+json";
  }

  private HttpResponse<String> get(String path, String token)
      throws IOException, InterruptedException {
    return send("GET", path, token, "");
  }

  private void refused(HttpResponse<String> response, Refusal why) {
    assertThat(response.statusCode()).isEqualTo(why.status());
    assertThat(response.headers().firstValue("WWW-Authenticate")).contains(why.challenge());
    assertThat(response.body()).contains("OperationOutcome").contains(why.description());
    assertThat(refusals).extracting(RefusedRequest::why).containsExactly(why);
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
    assertThat(refusals).extracting(RefusedRequest::why).containsExactly(Refusal.NO_TOKEN);
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
    String compliance = issuer.mint(DemoToken.of(DemoRole.COMPLIANCE));
    refused(get("Patient/p1", compliance), Refusal.SCOPE);
    assertThat(refusals.get(0).requester().map(Requester::subject)).contains("demo-compliance");
    assertThat(refusals.get(0).surface()).isEqualTo("read Patient");
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
    assertThat(refusals).isEmpty();
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

  private static String bundle(String type, String... entries) {
    return "{\"resourceType\": \"Bundle\", \"type\": \""
        + type
        + "\", \"entry\": ["
        + String.join(", ", entries)
        + "]}";
  }

  private static String read(String url) {
    return "{\"request\": {\"method\": \"GET\", \"url\": \"" + url + "\"}}";
  }

  private static String put(String type, String id) {
    return "{\"resource\": "
        + body(type, id, "")
        + ", \"request\": {\"method\": \"PUT\", \"url\": \""
        + type
        + "/"
        + id
        + "\"}}";
  }

  @Test
  void aBatchRefusesTheEntriesThatTheScopesDoNotPermit() throws IOException, InterruptedException {
    String registrar = issuer.mint(DemoToken.of(DemoRole.REGISTRAR));
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
    assertThat(refusals)
        .extracting(RefusedRequest::surface)
        .containsExactlyInAnyOrder(
            "read Observation", "search-type Observation", "update Observation");
  }

  @Test
  void aTransactionIsRefusedWhole() throws IOException, InterruptedException {
    String registrar = issuer.mint(DemoToken.of(DemoRole.REGISTRAR));
    refused(
        send(
            "POST", "", registrar, bundle("transaction", put("Patient", "p9"), put("Device", "d"))),
        Refusal.SCOPE);
    assertThat(get("Patient/p9", registrar).statusCode()).isEqualTo(404);
  }

  @Test
  void aBatchTriedAsATransactionFirstIsDecidedWhole() throws IOException, InterruptedException {
    String registrar = issuer.mint(DemoToken.of(DemoRole.REGISTRAR));
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(base))
            .header("Content-Type", "application/fhir+json")
            .header("Authorization", "Bearer " + registrar)
            .header("X-Transaction-Semantics", "retryCount=1; tryBatchAsTransactionFirst=true")
            .POST(BodyPublishers.ofString(bundle("batch", read("Observation/o1"))))
            .build();
    refused(client.send(request, BodyHandlers.ofString()), Refusal.SCOPE);
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
    assertThat(refusals).extracting(RefusedRequest::why).containsExactly(Refusal.OTHER_PATIENT);
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
    assertThat(refusals).isEmpty();
  }

  @Test
  @DisplayName(
      "SIGN-5 G5 what comes along through what is left out goes with it, without a gate too")
  void comesAlongThrough() throws IOException, InterruptedException {
    create("Location", "l1", ",\"name\":\"ward\"");
    create(
        "Encounter",
        "e1",
        ",\"status\":\"finished\",\"class\":{\"code\":\"IMP\"},\"location\":[{\"location\":{\"reference\":\"Location/l1\"}}]");
    create("Observation", "o3", subject("p1") + ",\"encounter\":{\"reference\":\"Encounter/e1\"}");
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
    assertThat(refusals).isEmpty();
  }

  @Test
  void aHeaderMeantForCreatesDoesNotHideTheParametersOfASearch()
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(base + "/Observation?subject:Patient._id=p1"))
            .header("Authorization", "Bearer " + scoped("user/Observation.rs"))
            .header("If-None-Exist", "code=1")
            .build();
    refused(client.send(request, BodyHandlers.ofString()), Refusal.SCOPE);
  }

  @Test
  void aConditionalCreateNeedsTheRightToSearch() throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(base + "/Observation"))
            .header("Authorization", "Bearer " + scoped("user/Observation.c"))
            .header("Content-Type", "application/fhir+json")
            .header("If-None-Exist", "code=1")
            .POST(BodyPublishers.ofString(body("Observation", "x1", subject("p1"))))
            .build();
    refused(client.send(request, BodyHandlers.ofString()), Refusal.SCOPE);
  }

  @Test
  void theCapabilityStatementSaysHowItIsProtected() throws IOException, InterruptedException {
    assertThat(get("metadata", "").body()).contains("SMART-on-FHIR").contains("\"security\"");
  }

  @Test
  void theServersOwnWorkNeedsNoToken() {
    assertThat(
            context
                .getBean(DaoRegistry.class)
                .getResourceDao("Patient")
                .read(new org.hl7.fhir.r4.model.IdType("Patient/p1"), new SystemRequestDetails())
                .getIdElement()
                .getIdPart())
        .isEqualTo("p1");
    Patient made = new Patient();
    context
        .getBean(DaoRegistry.class)
        .getResourceDao(Patient.class)
        .create(made, new SystemRequestDetails());
    assertThat(refusals).isEmpty();
  }
}
