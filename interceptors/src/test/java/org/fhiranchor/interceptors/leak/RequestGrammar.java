package org.fhiranchor.interceptors.leak;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.parser.DataFormatException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Draws one request on any surface; docs/verify/leak-fuzz.md describes the grammar. */
final class RequestGrammar {
  private static final List<FuzzPersona> PERSONAS = FuzzPersona.all();

  /** Not the cached one, which the servers of this JVM share. */
  private static final FhirContext FHIR = FhirContext.forR4();

  private static final Pattern CONSENT =
      Pattern.compile("Consent/(visible|labelled|launched|hidden)");

  /** Visible records that refer to hidden ones, where a write names them. */
  private static final Pattern POINTING =
      Pattern.compile(
          "(^|\"url\":\"/?)(Observation/visible-Observation-[56]|DocumentReference/visible-DocumentReference-2"
              + "|(DiagnosticReport|List|Composition)/visible-)");

  /** A search for what refers to a record to which a visible one refers. */
  private static final Pattern BY_POINTED =
      Pattern.compile(
          "[?&](?!_id=)[a-z-]+(:[A-Za-z-]+)?=[^&\"]*pointed-"
              + "|custodian(:[A-Za-z]+)?=[^&\"]*hidden-Organization"
              + "|derived-from(:[A-Za-z]+)?=[^&\"]*hidden-QuestionnaireResponse");

  private static final Pattern WRITING_ENTRY =
      Pattern.compile("\"method\":\"(POST|PUT|PATCH|DELETE)\"");
  private static final Pattern ASKING_ENTRY = Pattern.compile("\"url\":\"[^\"]*Provenance");

  /** What holds a patient's own accounting, when the patient asks. */
  static final Pattern OF_JOURNAL = Pattern.compile("AuditEvent|\\$disclosures");

  private static final Pattern FILLED_IN = Pattern.compile("\\{(base|made-)");

  private static final String XML = "application/fhir+xml";

  private final Dice dice;
  private final FuzzWords words;
  private final SearchGrammar search;
  private final BodyGrammar bodies;
  private final OperationGrammar operations;
  private final FuzzPersona persona;
  private final NearGrammar near;

  private RequestGrammar(Dice dice) {
    this.dice = dice;
    words = new FuzzWords(dice);
    search = new SearchGrammar(dice, words);
    bodies = new BodyGrammar(dice, words);
    operations = new OperationGrammar(dice, words, search);
    // the one to whom most is permitted, so that many answers hold something
    persona = dice.chance(50) ? FuzzPersona.READER : dice.pick(PERSONAS);
    near = new NearGrammar(dice, words, persona);
  }

  /** The request with this number among those of this seed; the same for ever. */
  static FuzzRequest draw(long seed, long number) {
    RequestGrammar grammar = new RequestGrammar(new Dice(seed, number));
    FuzzRequest request = grammar.dice.chance(13) ? grammar.bundle() : grammar.single();
    if (!keepsTheConsents(request)
        || isOfOwner(request)
        || changesPointing(request)
        || searchesByPointed(request)
        || asksForItsOwnProvenances(request)) {
      return grammar.dressed(grammar.read());
    }
    return grammar.dice.chance(35) ? grammar.dressed(request) : request;
  }

  /** Without the visible patients' consents there would be little left to see. */
  private static boolean keepsTheConsents(FuzzRequest request) {
    return request.method().equals("GET")
        || !CONSENT.matcher(request.path() + request.body()).find();
  }

  /** Where the hidden records are not, such a write is refused: it refers to nothing. */
  private static boolean changesPointing(FuzzRequest request) {
    return !request.method().equals("GET")
        && POINTING.matcher(request.path() + " " + request.body()).find();
  }

  /** Where the hidden records are not, HAPI keeps no link for such a reference to be found by. */
  private static boolean searchesByPointed(FuzzRequest request) {
    return BY_POINTED.matcher(request.pathAndQuery() + "?" + request.body()).find();
  }

  /** A version has a Provenance once it has its place in the log, some time after it is stored. */
  private static boolean asksForItsOwnProvenances(FuzzRequest request) {
    return request.path().isEmpty()
        && WRITING_ENTRY.matcher(request.body()).find()
        && ASKING_ENTRY.matcher(request.body()).find();
  }

  /**
   * Patients are told why others may see what is theirs, be it another's as well (FOL-5), and who
   * asked for it.
   */
  private static boolean isOfOwner(FuzzRequest request) {
    String all = request.pathAndQuery() + request.body();
    return request.persona().subject().startsWith("visible-")
        && (OF_JOURNAL.matcher(all).find()
            || (all.contains("$explain-access") && all.contains("hidden-Shared")));
  }

  private FuzzRequest single() {
    Optional<String> apart = persona.typeApart();
    if (apart.isPresent() && dice.chance(35)) {
      return near.conditional(apart.get());
    }
    return dice.chance(65) ? near.draw() : wild();
  }

  private FuzzRequest wild() {
    int throwOf = dice.below(100);
    if (throwOf < 13) {
      return read();
    }
    if (throwOf < 19) {
      return history();
    }
    if (throwOf < 46) {
      return searching();
    }
    if (throwOf < 59) {
      return operations.draw(persona);
    }
    if (throwOf < 69) {
      String type = bodies.type();
      return ask("POST", type, List.of(), bodies.resource(type, "").toString());
    }
    if (throwOf < 79) {
      String type = bodies.type();
      String id = words.id(type);
      return ask("PUT", type + "/" + id, List.of(), bodies.resource(type, id).toString());
    }
    if (throwOf < 88) {
      return patch();
    }
    return throwOf < 92
        ? ask(
            "DELETE", words.record(), dice.chance(20) ? List.of("_cascade=delete") : List.of(), "")
        : conditional();
  }

  private FuzzRequest ask(String method, String path, List<String> query, String body) {
    return new FuzzRequest(persona, method, path, query, body);
  }

  private FuzzRequest read() {
    String version = dice.chance(25) ? "/_history/" + (1 + dice.below(3)) : "";
    String type = words.type();
    List<String> query = dice.chance(40) ? List.of(search.result(type)) : List.of();
    return ask(dice.chance(85) ? "GET" : "HEAD", words.record(type) + version, query, "");
  }

  private FuzzRequest history() {
    String type = words.type();
    String path = dice.pick(words.record(type) + "/_history", type + "/_history", "_history");
    String since =
        dice.pick(
            "_since=2000-01-01T00:00:00Z",
            "_at=gt2000-01-01T00:00:00Z",
            "_since=2200-01-01T00:00:00Z",
            "_count=2");
    return ask("GET", path, List.of(since, search.result(type)), "").withFollow(dice.chance(30));
  }

  private FuzzRequest searching() {
    String type = words.type();
    List<String> parameters = search.parameters(type);
    FuzzRequest request =
        switch (dice.below(10)) {
          case 0 -> posted(type, parameters);
          case 1 ->
              ask("GET", words.record("Patient") + "/" + dice.pick(type, "*"), parameters, "");
          case 2 -> ask("GET", words.record("Encounter") + "/" + type, parameters, "");
          case 3 -> ask("GET", "", parameters, "");
          default -> ask("GET", type, parameters, "");
        };
    return request.withFollow(dice.chance(30));
  }

  private FuzzRequest posted(String type, List<String> parameters) {
    return ask("POST", type + "/_search", List.of(), String.join("&", parameters))
        .withHeaders(Map.of("Content-Type", "application/x-www-form-urlencoded"));
  }

  private FuzzRequest patch() {
    String type = words.type();
    FuzzRequest request = ask("PATCH", words.record(type), List.of(), "");
    return switch (dice.below(4)) {
      case 0 ->
          request
              .withBody(bodies.fhirPathPatch(type))
              .withHeaders(Map.of("Content-Type", "application/fhir+json"));
      case 1 ->
          request
              .withBody(bodies.xmlPatch(type))
              .withHeaders(Map.of("Content-Type", "application/xml-patch+xml"));
      default -> request.withBody(bodies.jsonPatch());
    };
  }

  private FuzzRequest conditional() {
    String type = bodies.type();
    List<String> condition = List.of(words.condition(type).split("&"));
    String body = bodies.resource(type, "").toString();
    return switch (dice.below(4)) {
      case 0 -> ask("PUT", type, condition, body);
      case 1 -> ask("DELETE", type, condition, "");
      case 2 -> ask("PATCH", type, condition, bodies.jsonPatch());
      default ->
          ask("POST", type, List.of(), body)
              .withHeaders(Map.of("If-None-Exist", String.join("&", condition)));
    };
  }

  private FuzzRequest bundle() {
    ObjectNode bundle = BodyGrammar.JSON.createObjectNode().put("resourceType", "Bundle");
    bundle.put("type", dice.pick("batch", "transaction", "transaction"));
    ArrayNode entries = bundle.putArray("entry");
    boolean writes = dice.chance(40);
    int size = 1 + dice.below(writes ? 3 : 4);
    for (int each = 0; each < size; each++) {
      entry(entries.addObject(), writes ? near.change() : single(), each);
    }
    return ask("POST", "", List.of(), bundle.toString());
  }

  private void entry(ObjectNode entry, FuzzRequest inner, int number) {
    if (dice.chance(60)) {
      entry.put("fullUrl", "urn:uuid:00000000-0000-4000-8000-00000000000" + number);
    }
    ObjectNode request = entry.putObject("request");
    request.put("method", inner.method()).put("url", inner.pathAndQuery());
    String condition = inner.headers().get("If-None-Exist");
    if (condition != null) {
      request.put("ifNoneExist", condition);
    }
    if (dice.chance(10)) {
      request.put(dice.pick("ifMatch", "ifNoneMatch"), "W/\"" + (1 + dice.below(2)) + "\"");
    }
    if (inner.body().startsWith("[") || inner.body().startsWith("<")) {
      String data =
          Base64.getEncoder().encodeToString(inner.body().getBytes(StandardCharsets.UTF_8));
      String type =
          inner.body().startsWith("[")
              ? "application/json-patch+json"
              : "application/xml-patch+xml";
      entry
          .putObject("resource")
          .put("resourceType", "Binary")
          .put("contentType", type)
          .put("data", data);
    } else if (inner.body().startsWith("{")) {
      try {
        entry.set("resource", BodyGrammar.JSON.readTree(inner.body()));
      } catch (JsonProcessingException e) {
        throw new IllegalStateException("a drawn body is no JSON", e);
      }
    }
  }

  /** Headers that any request may have, and now and then the body in XML. */
  private FuzzRequest dressed(FuzzRequest request) {
    Map<String, String> headers = new LinkedHashMap<>(request.headers());
    for (int left = Math.max(0, dice.below(4) - 1); left > 0; left--) {
      header(request, headers);
    }
    FuzzRequest result = request.withHeaders(headers);
    boolean resource = request.body().startsWith("{") && !headers.containsKey("Content-Type");
    return resource && dice.chance(6) ? inXml(result) : result;
  }

  private void header(FuzzRequest request, Map<String, String> headers) {
    switch (dice.below(12)) {
      case 10, 11 -> charset(request, headers);
      case 0 -> headers.put("If-None-Match", dice.pick("W/\"1\"", "W/\"2\"", "*", "nonsense"));
      case 1 -> headers.put("If-Match", dice.pick("W/\"1\"", "W/\"2\"", "W/\"9\"", "nonsense"));
      case 2 ->
          headers.put(
              "If-Modified-Since",
              dice.pick("Sat, 01 Jan 2000 00:00:00 GMT", "Fri, 01 Jan 2100 00:00:00 GMT"));
      case 3, 4 ->
          headers.put(
              "Prefer",
              dice.pick(
                  "return=minimal",
                  "return=representation",
                  "return=OperationOutcome",
                  "handling=strict",
                  "handling=lenient"));
      case 5 ->
          headers.put("Accept", dice.pick(XML, "application/json", "*/*", "text/html", "x/y"));
      case 6 -> headers.put("Cache-Control", dice.pick("no-cache", "no-store, max-results=1"));
      case 7 -> headers.put("If-None-Exist", words.condition(words.type()));
      case 8 -> headers.put("X-Upsert-Extistence-Check", "disabled");
      default -> headers.put("X-HTTP-Method-Override", dice.pick("GET", "DELETE"));
    }
  }

  /**
   * The body is sent as UTF-8 whatever this says. What is read as something else, and quoted, has
   * no address in it that differs from server to server.
   */
  private void charset(FuzzRequest request, Map<String, String> headers) {
    if (!request.body().isEmpty() && !FILLED_IN.matcher(request.body()).find()) {
      String type =
          request.method().equals("PATCH")
              ? "application/json-patch+json"
              : "application/fhir+json";
      String charset =
          dice.pick("utf-8", "\"UTF-8\"", "UTF-16", "UTF-16BE", "iso-8859-1", "IBM037", "nonsense");
      headers.merge(
          "Content-Type",
          type + "; charset=" + charset,
          (known, none) -> known + "; charset=" + charset);
    }
  }

  private static FuzzRequest inXml(FuzzRequest request) {
    FhirContext fhir = FHIR;
    try {
      String xml =
          fhir.newXmlParser()
              .encodeResourceToString(fhir.newJsonParser().parseResource(request.body()));
      Map<String, String> headers = new LinkedHashMap<>(request.headers());
      headers.put("Content-Type", XML);
      return request.withBody(xml).withHeaders(headers);
    } catch (DataFormatException mutated) {
      return request; // a mutation that has no XML is sent as JSON
    }
  }
}
