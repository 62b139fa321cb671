package org.fhiranchor.interceptors.load;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.awaitility.core.ConditionTimeoutException;
import org.fhiranchor.interceptors.consent.operations.Wallet;
import org.fhiranchor.interceptors.identity.TestTokens;

/**
 * Patients who grant and revoke over HTTP, each step through the other node. Every second patient
 * holds their own key and has what it signs relayed; the others leave theirs with the server. A
 * client asks again, through the other node, until it is answered; what was answered with {@code
 * pending} is not asked for again: it is the server's from there on.
 */
final class ConsentTrial {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int OF_ONE_PATIENT = 20;
  private static final int CLIENTS = Integer.getInteger("test.trial.clients", 16);
  private static final Duration LIMIT = Duration.ofMinutes(5);

  private final String name;
  private final int consents;
  private final List<TrialNode> nodes;
  private final Map<Integer, String> revocations = new ConcurrentHashMap<>();
  private final Map<Integer, Wallet> wallets = new ConcurrentHashMap<>();
  private final Map<String, Integer> answers = new ConcurrentHashMap<>();
  private final AtomicInteger steps = new AtomicInteger();

  ConsentTrial(String name, int consents, List<TrialNode> nodes) {
    this.name = name;
    this.consents = consents;
    this.nodes = nodes;
  }

  int consents() {
    return consents;
  }

  /** How many grants and revocations are done. */
  int steps() {
    return steps.get();
  }

  /** How often each step was answered with what; 0 stands for no answer at all. */
  Map<String, Integer> answers() {
    return new TreeMap<>(answers);
  }

  private String patient(int consent) {
    return name + "-" + consent / OF_ONE_PATIENT;
  }

  private String path(int consent) {
    return "Consent/" + name + "-" + consent;
  }

  private boolean hasWallet(int consent) {
    return consent / OF_ONE_PATIENT % 2 == 1;
  }

  /** All that is to be granted. */
  void store() throws InterruptedException {
    asked("PUT", 0, TestTokens::loader, "Practitioner/doc", resource("Practitioner", "doc"));
    each(
        IntStream.rangeClosed(0, (consents - 1) / OF_ONE_PATIENT).map(i -> i * OF_ONE_PATIENT),
        this::enrol);
    each(
        IntStream.range(0, consents),
        i -> asked("PUT", i, TestTokens::loader, path(i), consentJson(i)));
  }

  private static String resource(String type, String id) {
    return "{\"resourceType\":\"%s\",\"id\":\"%s\"}".formatted(type, id);
  }

  private void enrol(int consent) {
    String patient = patient(consent);
    asked("PUT", consent, TestTokens::loader, "Patient/" + patient, resource("Patient", patient));
    String path = "Patient/" + patient + "/$enroll-key";
    if (!hasWallet(consent)) {
      posted(consent, path, text("custody", "server"));
      return;
    }
    Wallet wallet = new Wallet();
    wallets.put(consent / OF_ONE_PATIENT, wallet);
    String address = text("address", wallet.address().hex());
    JsonNode toSign = posted(consent, path, address);
    posted(
        consent,
        path,
        address
            + ","
            + text("signature", wallet.sign(value(toSign, "typedData")))
            + ","
            + parameter(toSign, "deadline"));
  }

  /** Grants the consents of these numbers; the ledger has them at the end. */
  void grant(IntStream numbers) throws InterruptedException {
    each(numbers, this::grant);
  }

  /** Revokes the consents of these numbers; the server has accepted that at the end. */
  void revoke(IntStream numbers) throws InterruptedException {
    each(numbers, this::revoke);
  }

  /** One patient's step after the other, as soon as the one before it is done. */
  void grantAndRevoke() throws InterruptedException {
    each(
        IntStream.range(0, consents),
        i -> {
          grant(i);
          revoke(i);
        });
  }

  private void grant(int i) {
    String body = "";
    if (hasWallet(i)) {
      JsonNode prepared = parsed(asked("GET", i, self(i), path(i) + "/$prepare", ""));
      body = signed(i, value(prepared, "typedData"));
      revocations.put(i, value(prepared, "revocation"));
    }
    JsonNode answer = posted(i, path(i) + "/$grant", body);
    if (!value(answer, "state").equals("granted")) {
      awaitState(i, "granted");
    }
    steps.incrementAndGet();
  }

  private void revoke(int i) {
    posted(
        i + 1,
        path(i) + "/$revoke",
        hasWallet(i) ? signed(i, requireNonNull(revocations.get(i))) : "");
    steps.incrementAndGet();
  }

  /** Until each node says so, of each consent. */
  void awaitRevoked() throws InterruptedException {
    for (int node = 0; node < nodes.size(); node++) {
      int through = node;
      each(IntStream.range(0, consents), i -> awaitState(i + through - i % 2, i, "revoked"));
    }
  }

  private void awaitState(int i, String wanted) {
    awaitState(i, i, wanted);
  }

  private void awaitState(int node, int i, String wanted) {
    await(path(i) + " is " + wanted)
        .atMost(LIMIT)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(250))
        .until(
            () ->
                value(parsed(asked("GET", node, self(i), path(i) + "/$ledger-status", "")), "state")
                    .equals(wanted));
  }

  private String signed(int i, String typedData) {
    return text("signature", requireNonNull(wallets.get(i / OF_ONE_PATIENT)).sign(typedData));
  }

  private Function<TestTokens, String> self(int i) {
    return tokens -> tokens.patient(patient(i));
  }

  private JsonNode posted(int i, String path, String parameters) {
    int consent = Math.min(i, consents - 1);
    Function<TestTokens, String> self =
        path.startsWith("Consent/") ? self(numberOf(path)) : self(consent);
    String body =
        parameters.isEmpty()
            ? "{\"resourceType\":\"Parameters\"}"
            : "{\"resourceType\":\"Parameters\",\"parameter\":[" + parameters + "]}";
    return parsed(asked("POST", i, self, path, body));
  }

  private static int numberOf(String path) {
    return Integer.parseInt(path.replaceAll("^.*-(\\d+)/.*$", "$1"));
  }

  /** The body of the answer, asked for until there is one. */
  private String asked(
      String method, int first, Function<TestTokens, String> token, String path, String body) {
    AtomicInteger turn = new AtomicInteger(first);
    AtomicReference<Optional<HttpResponse<String>>> last = new AtomicReference<>(Optional.empty());
    try {
      await()
          .atMost(LIMIT)
          .pollDelay(Duration.ZERO)
          .pollInterval(Duration.ofMillis(100))
          .until(
              () -> {
                TrialNode node = nodes.get(turn.getAndIncrement() % nodes.size());
                last.set(node.ask(token.apply(node.tokens()), method, path, body));
                return isDone(
                    path.replaceAll("^.*/", "").replaceAll("^[^$].*$", method),
                    requireNonNull(last.get()));
              });
    } catch (ConditionTimeoutException never) {
      String said = requireNonNull(last.get()).map(HttpResponse::body).orElse("nothing");
      throw new AssertionError(method + " " + path + ", at last: " + said, never);
    }
    return requireNonNull(last.get()).orElseThrow().body();
  }

  private boolean isDone(String step, Optional<HttpResponse<String>> answer) {
    int status = answer.map(HttpResponse::statusCode).orElse(0);
    answers.merge(step + " " + status, 1, Integer::sum);
    assertThat(status)
        .as(answer.map(HttpResponse::body).orElse(""))
        .isNotIn(400, 401, 403, 404, 500);
    return status / 100 == 2;
  }

  private static void each(IntStream numbers, IntConsumer work) throws InterruptedException {
    ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
    try {
      List<java.util.concurrent.Callable<Boolean>> all =
          numbers
              .<java.util.concurrent.Callable<Boolean>>mapToObj(
                  i ->
                      () -> {
                        work.accept(i);
                        return true;
                      })
              .toList();
      for (java.util.concurrent.Future<Boolean> one : clients.invokeAll(all)) {
        assertThat(one).succeedsWithin(Duration.ZERO);
      }
    } finally {
      clients.shutdownNow();
      clients.awaitTermination(1, TimeUnit.MINUTES);
    }
  }

  private static String text(String name, String value) {
    return "{\"name\":\"%s\",\"valueString\":\"%s\"}".formatted(name, value);
  }

  private static JsonNode parameter(JsonNode parameters, String name) {
    for (JsonNode parameter : parameters.path("parameter")) {
      if (parameter.path("name").asText().equals(name)) {
        return parameter;
      }
    }
    throw new AssertionError("no " + name + " in " + parameters);
  }

  private static String value(JsonNode parameters, String name) {
    JsonNode parameter = parameter(parameters, name);
    return parameter.path("valueString").asText(parameter.path("valueCode").asText());
  }

  private static JsonNode parsed(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new AssertionError("JSON", e);
    }
  }

  private String consentJson(int i) {
    return """
    {"resourceType":"Consent","id":"%s","status":"active",
     "scope":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/consentscope",
       "code":"patient-privacy"}]},
     "category":[{"coding":[{"system":"http://loinc.org","code":"59284-0"}]}],
     "patient":{"reference":"Patient/%s"},"policy":[{"uri":"urn:terms"}],
     "provision":{"type":"permit",
       "actor":[{"role":{"coding":[{"code":"IRCP",
           "system":"http://terminology.hl7.org/CodeSystem/v3-ParticipationType"}]},
         "reference":{"reference":"Practitioner/doc"}}],
       "purpose":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActReason",
         "code":"TREAT"}]}}
    """
        .formatted(path(i).substring("Consent/".length()), patient(i));
  }
}
