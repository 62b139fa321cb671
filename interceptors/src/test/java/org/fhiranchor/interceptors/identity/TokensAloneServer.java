package org.fhiranchor.interceptors.identity;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.interceptor.api.IInterceptorService;
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
import org.fhiranchor.interceptors.plain.PlainServer;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Patient;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** A HAPI server behind our tokens alone, without a gate, and two patients with a record each. */
final class TokensAloneServer implements AutoCloseable {
  final List<RefusedRequest> refusals = new CopyOnWriteArrayList<>();
  final EmbeddedIssuer issuer;
  final ConfigurableApplicationContext context;
  final String base;
  private final HttpClient client = HttpClient.newHttpClient();

  /** With an issuer whose keys are in that folder. */
  TokensAloneServer(Path data) throws IOException, InterruptedException {
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

  void create(String type, String id, String rest) throws IOException, InterruptedException {
    String token = practitioner();
    assertThat(send("PUT", type + "/" + id, token, body(type, id, rest)).statusCode())
        .isEqualTo(201);
  }

  static String subject(String patient) {
    return ", \"status\": \"final\", \"code\": {\"text\": \"x\"}, \"subject\": {\"reference\":"
        + " \"Patient/"
        + patient
        + "\"}";
  }

  static String body(String type, String id, String rest) {
    return "{\"resourceType\": \"" + type + "\", \"id\": \"" + id + "\"" + rest + "}";
  }

  String practitioner() {
    return issuer.mint(DemoToken.of(DemoRole.PRACTITIONER));
  }

  HttpResponse<String> send(String verb, String path, String token, String body)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(base + (path.isEmpty() ? "" : "/" + path)))
            .header("Content-Type", contentType(verb))
            .method(verb, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    if (!token.isEmpty()) {
      request.header("Authorization", "Bearer " + token);
    }
    return send(request.build());
  }

  HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
    return client.send(request, BodyHandlers.ofString());
  }

  private static String contentType(String verb) {
    return verb.equals("PATCH") ? "application/json-patch+json" : "application/fhir+json";
  }

  static String bundle(String type, String... entries) {
    return "{\"resourceType\": \"Bundle\", \"type\": \""
        + type
        + "\", \"entry\": ["
        + String.join(", ", entries)
        + "]}";
  }

  static String read(String url) {
    return "{\"request\": {\"method\": \"GET\", \"url\": \"" + url + "\"}}";
  }

  static String put(String type, String id) {
    return "{\"resource\": "
        + body(type, id, "")
        + ", \"request\": {\"method\": \"PUT\", \"url\": \""
        + type
        + "/"
        + id
        + "\"}}";
  }

  @Override
  public void close() {
    context.close();
  }
}
