package org.fhiranchor.consent.cases;

import ca.uhn.fhir.context.FhirContext;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.fhiranchor.consent.compile.Compilation;
import org.fhiranchor.consent.compile.ConsentCompiler;
import org.fhiranchor.consent.compile.NamedResources;
import org.fhiranchor.consent.decide.AccessRequest;
import org.fhiranchor.consent.decide.Action;
import org.fhiranchor.consent.decide.ConsentDecider;
import org.fhiranchor.consent.decide.ConsentPolicy;
import org.fhiranchor.consent.decide.ConsentPolicy.BreakGlass;
import org.fhiranchor.consent.decide.LedgerStanding;
import org.fhiranchor.consent.decide.LedgerView;
import org.fhiranchor.consent.decide.OtherNames;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.consent.decide.Purpose;
import org.fhiranchor.consent.decide.PurposeModes;
import org.fhiranchor.consent.decide.PurposeModes.Mode;
import org.fhiranchor.consent.decide.RequesterFacts;
import org.fhiranchor.consent.decide.ResourceFacts;
import org.fhiranchor.consent.decide.TimeSpan;
import org.fhiranchor.consent.decide.index.ConsentIndex;
import org.fhiranchor.consent.facts.FactsReader;
import org.fhiranchor.consent.facts.LocalReferences;
import org.fhiranchor.consent.facts.RelatedResources;
import org.fhiranchor.merkle.Digest;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.Resource;

/**
 * One case of a file, made into real values; README.md beside the files says what an absent entry
 * stands for.
 */
final class ConsentCase {
  private static final FhirContext FHIR = FhirContext.forR4Cached();
  private static final LocalReferences REFERENCES =
      new LocalReferences(List.of("https://fhir.example.org/r4"));
  private static final Digest SIGNED = Digest.sha256(new byte[] {1});
  private static final Digest EDITED = Digest.sha256(new byte[] {2});
  private static final String NOON = "2024-06-01T12:00:00Z";

  private final JsonNode node;
  private final UnaryOperator<JsonNode> changed;

  ConsentCase(JsonNode node) {
    this(node, UnaryOperator.identity());
  }

  /** The case with each of its resources changed before it is read. */
  ConsentCase(JsonNode node, UnaryOperator<JsonNode> changed) {
    this.node = node;
    this.changed = changed;
  }

  ConsentDecider decider() {
    ConsentIndex index = new ConsentIndex();
    index.complete();
    String asOf = node.path("request").path("at").asText(NOON);
    index.followed(new LedgerView(7, Instant.parse(node.path("ledgerAsOf").asText(asOf))));
    int number = 1;
    for (JsonNode consent : consents()) {
      if (compiled(consent, "c" + number++) instanceof Compilation.Ready ready) {
        index.put(ready.consent());
      }
    }
    return new ConsentDecider(index, policy());
  }

  private Iterable<JsonNode> consents() {
    if (node.has("consents")) {
      return node.get("consents");
    }
    return node.has("provision") || node.has("consent") ? List.of(node) : List.of();
  }

  private Compilation compiled(JsonNode from, String id) {
    Consent consent = (Consent) parse(consentJson(from, id));
    JsonNode ledger = from.path("ledger");
    Digest stored = ledger.path("terms").asText().equals("changed") ? EDITED : SIGNED;
    return new ConsentCompiler(REFERENCES, ZoneOffset.UTC, named())
        .compile(
            consent,
            Optional.of(stored),
            standing(ledger),
            patient -> !from.path("writer").asText().equals("stranger"));
  }

  private static ObjectNode consentJson(JsonNode from, String id) {
    ObjectNode consent = JsonNodeFactory.instance.objectNode();
    consent.put("resourceType", "Consent").put("id", from.path("id").asText(id));
    consent.put("status", from.path("status").asText("active"));
    consent.set("scope", Shorthand.concept("scope|patient-privacy"));
    consent.set("patient", reference("Patient/" + from.path("patient").asText("p1")));
    if (from.has("provision")) {
      consent.set("provision", Shorthand.provision(from.get("provision")));
    }
    if (from.has("policyRule")) {
      consent.set("policyRule", Shorthand.concept(from.get("policyRule").asText()));
    }
    from.path("consent").properties().forEach(each -> consent.set(each.getKey(), each.getValue()));
    from.path("without").forEach(name -> consent.remove(name.asText()));
    return consent;
  }

  private static LedgerStanding standing(JsonNode ledger) {
    String state = ledger.isTextual() ? ledger.asText() : ledger.path("state").asText("granted");
    return switch (state) {
      case "none" -> LedgerStanding.NOT_THERE;
      case "revoked" -> LedgerStanding.REVOKED;
      case "granted" -> granted(ledger);
      default -> throw new IllegalArgumentException("ledger: unknown state " + state);
    };
  }

  private static LedgerStanding granted(JsonNode ledger) {
    TimeSpan validity =
        new TimeSpan(
            Instant.parse(ledger.path("notBefore").asText("2024-01-01T00:00:00Z")).toEpochMilli(),
            Instant.parse(ledger.path("notAfter").asText("2025-01-01T00:00:00Z")).toEpochMilli());
    return new LedgerStanding.Granted(
        SIGNED,
        validity,
        ledger.path("final").asBoolean(true),
        ledger.path("keyBound").asBoolean(true));
  }

  AccessRequest request() {
    JsonNode request = node.path("request");
    Instant at = Instant.parse(request.path("at").asText(NOON));
    return new AccessRequest(
        requester(request), purposes(request), action(request), at, reason(request));
  }

  private static RequesterFacts requester(JsonNode request) {
    Optional<PatientId> self =
        Optional.of(request.path("self").asText()).filter(id -> !id.isEmpty()).map(PatientId::new);
    Set<String> actors = new HashSet<>(strings(request.path("by"), "Practitioner/dr-a"));
    Set<String> others = new HashSet<>();
    request.path("also").forEach(name -> others.add(name.asText()));
    return new RequesterFacts(actors, self, request.path("systemScope").asBoolean(false))
        .alsoKnownAs(new OtherNames(others, !request.path("alsoUnknown").asBoolean(false)));
  }

  private static List<Purpose> purposes(JsonNode request) {
    return strings(request.path("purpose"), "pou|TREAT").stream()
        .map(Shorthand::code)
        .map(code -> Purpose.of(code.system(), code.code()))
        .toList();
  }

  private static Action action(JsonNode request) {
    return Action.valueOf(request.path("action").asText("access").toUpperCase(Locale.ROOT));
  }

  private static Optional<String> reason(JsonNode request) {
    return request.has("reason") ? Optional.of(request.get("reason").asText()) : Optional.empty();
  }

  ResourceFacts facts() {
    return facts(parse(node.has("resource") ? node.get("resource") : heartRate()));
  }

  private ResourceFacts facts(Resource resource) {
    return new FactsReader(REFERENCES, ZoneOffset.UTC, related()).read(resource);
  }

  private RelatedResources related() {
    Map<String, Resource> known = new HashMap<>();
    node.path("stored")
        .forEach(
            each -> {
              Resource resource = parse(each);
              known.put(resource.fhirType() + "/" + resource.getIdPart(), resource);
            });
    List<String> referrers = List.copyOf(known.keySet());
    return new RelatedResources() {
      @Override
      public Optional<Resource> find(String reference) {
        return Optional.ofNullable(known.get(reference));
      }

      @Override
      public List<String> referrersOf(String binary) {
        return referrers;
      }
    };
  }

  /**
   * The resource that is asked for unless a case says otherwise: a heart rate of patient p1 on 5
   * May 2024.
   */
  private static ObjectNode heartRate() {
    ObjectNode resource = JsonNodeFactory.instance.objectNode();
    resource.put("resourceType", "Observation").put("id", "o1").put("status", "final");
    resource.set("code", Shorthand.concept("loinc|8867-4"));
    resource.set("subject", reference("Patient/p1"));
    return resource.put("effectiveDateTime", "2024-05-05");
  }

  private static ObjectNode reference(String to) {
    return JsonNodeFactory.instance.objectNode().put("reference", to);
  }

  private ConsentPolicy policy() {
    BreakGlass breakGlass = BreakGlass.valueOf(node.path("breakGlass").asText("OFF"));
    return new ConsentPolicy(modes(), breakGlass, Duration.ofMinutes(5));
  }

  private PurposeModes modes() {
    Map<Purpose, Mode> named = new HashMap<>();
    node.path("modes")
        .properties()
        .forEach(each -> named.put(Purpose.of(each.getKey()), mode(each.getValue().asText())));
    named.remove(Purpose.of("default"));
    return new PurposeModes(mode(node.path("modes").path("default").asText("opt-in")), named);
  }

  private static Mode mode(String text) {
    return Mode.valueOf(text.toUpperCase(Locale.ROOT).replace('-', '_'));
  }

  private NamedResources named() {
    Map<String, Set<String>> teams = references("careTeams");
    Map<String, Set<String>> doubtful = references("doubtfulMembers");
    Map<String, Set<String>> links = references("refersTo");
    Set<String> unknown = new HashSet<>();
    node.path("unknownMembers").forEach(name -> unknown.add(name.asText()));
    return new NamedResources() {
      @Override
      public Members membersOf(String collective, Consumer<String> looksAt) {
        looksAt.accept(collective);
        return new Members(
            teams.containsKey(collective),
            teams.getOrDefault(collective, Set.of()),
            during(collective),
            doubtful.getOrDefault(collective, Set.of()),
            unknown.contains(collective));
      }

      @Override
      public boolean isSomebodys(String role) {
        return unknown.contains(role);
      }

      @Override
      public Optional<Set<String>> referencesOf(String resource) {
        return Optional.ofNullable(links.get(resource));
      }
    };
  }

  private Map<String, Set<TimeSpan>> during(String collective) {
    Map<String, Set<TimeSpan>> all = new HashMap<>();
    node.path("membersDuring")
        .path(collective)
        .properties()
        .forEach(each -> all.put(each.getKey(), spans(each.getValue())));
    return all;
  }

  private static Set<TimeSpan> spans(JsonNode periods) {
    Set<TimeSpan> spans = new HashSet<>();
    for (String period : strings(periods, "")) {
      String[] sides = period.split("\\.\\.", -1);
      spans.add(
          new TimeSpan(
              sides[0].isEmpty() ? Long.MIN_VALUE : day(sides[0]),
              sides[1].isEmpty() ? Long.MAX_VALUE : day(sides[1])));
    }
    return spans;
  }

  private static long day(String day) {
    return Instant.parse(day + "T00:00:00Z").toEpochMilli();
  }

  private Map<String, Set<String>> references(String entry) {
    Map<String, Set<String>> all = new HashMap<>();
    node.path(entry)
        .properties()
        .forEach(each -> all.put(each.getKey(), new HashSet<>(strings(each.getValue(), ""))));
    return all;
  }

  static List<String> strings(JsonNode node, String absent) {
    if (node.isMissingNode()) {
      return List.of(absent);
    }
    return node.isArray()
        ? node.valueStream().map(JsonNode::asText).toList()
        : List.of(node.asText());
  }

  private Resource parse(JsonNode json) {
    return (Resource) FHIR.newJsonParser().parseResource(changed.apply(json).toString());
  }
}
