package org.fhiranchor.consent.cases;

import ca.uhn.fhir.context.FhirContext;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Measures how far the decision agrees with Consents that others wrote (DENY-6). Their texts are
 * read from their published sources; what their authors expect stands in {@code
 * consents-of-others.yaml}, in our words.
 *
 * <p>Run with the path of that file and {@code name=folder} for each source: {@code pcf} (IHE
 * ITI.PCF, folder input/fsh), {@code leap} (asushares/leap-cds, test/fixtures/consents), {@code
 * hl7} (npm hl7.fhir.r4.examples), {@code mii} (kerndatensatzmodul-consent, examples).
 */
public final class ConsentsOfOthers {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final FhirContext FHIR = FhirContext.forR4Cached();

  private final JsonNode expected;

  /**
   * One answer that is not the author's.
   *
   * @param settled whether authors agree about what such a Consent means
   */
  record Difference(String consent, String row, String got, boolean settled) {}

  /**
   * How one source came out.
   *
   * @param settled how many of the rows are of Consents about whose meaning authors agree
   */
  record Result(int consents, int rows, int settled, List<Difference> differences) {
    /** How many of these came out as their authors mean. */
    long settledAgree() {
      return settled - differences.stream().filter(Difference::settled).count();
    }

    /** Answers that permit where the author refuses. */
    long failOpen() {
      return differences.stream().filter(one -> one.got().startsWith("permit")).count();
    }
  }

  ConsentsOfOthers(JsonNode expected) {
    this.expected = expected;
  }

  /** Prints the table. */
  public static void main(String[] arguments) throws IOException {
    ConsentsOfOthers others = new ConsentsOfOthers(CaseFiles.read(Path.of(arguments[0])));
    PrintStream out = System.out;
    for (int i = 1; i < arguments.length; i++) {
      String[] source = arguments[i].split("=", 2);
      Result result = others.measure(source[0], Path.of(source[1]));
      out.printf(
          "%s consents=%d rows=%d agree=%d settled=%d agree=%d fail-open=%d%n",
          source[0],
          result.consents(),
          result.rows(),
          result.rows() - result.differences().size(),
          result.settled(),
          result.settledAgree(),
          result.failOpen());
      result
          .differences()
          .forEach(
              one -> out.println("  " + one.consent() + ": " + one.row() + " -> " + one.got()));
    }
  }

  Result measure(String source, Path folder) throws IOException {
    Function<String, Optional<ObjectNode>> texts = texts(source, folder);
    List<Difference> differences = new ArrayList<>();
    int rows = 0;
    int consents = 0;
    int settled = 0;
    for (Map.Entry<String, JsonNode> one : expected.path("sources").path(source).properties()) {
      ObjectNode consent =
          texts
              .apply(one.getKey())
              .orElseThrow(() -> new IllegalArgumentException("no " + one.getKey()));
      consents++;
      for (JsonNode row : one.getValue()) {
        rows++;
        settled += isSettled(consent) ? 1 : 0;
        String got = answer(consent, row.asText().split(" ", -1));
        if (!got.startsWith(row.asText().split(" ", -1)[3])) {
          differences.add(new Difference(one.getKey(), row.asText(), got, isSettled(consent)));
        }
      }
    }
    return new Result(consents, rows, settled, differences);
  }

  /**
   * Whether authors agree about what such a Consent means. They do not of a root without a type
   * that says whom or what it is about: under the same policy rule some permit that and some keep
   * it shut (docs/verify/consents-of-others.md). Told by its form alone.
   */
  private static boolean isSettled(ObjectNode consent) {
    JsonNode root = consent.path("provision");
    return root.has("type")
        || root.properties().stream().allMatch(one -> one.getKey().equals("provision"));
  }

  private static Function<String, Optional<ObjectNode>> texts(String source, Path folder)
      throws IOException {
    if (source.equals("pcf")) {
      Map<String, ObjectNode> all =
          FshInstances.consents(Files.readString(folder.resolve("consent.fsh")));
      return name -> Optional.ofNullable(all.get(name));
    }
    String prefix = source.equals("hl7") ? "Consent-" : "";
    String ending = source.equals("mii") ? ".xml" : ".json";
    return name -> read(folder.resolve(prefix + name + ending));
  }

  private static Optional<ObjectNode> read(Path file) {
    try {
      String text = Files.readString(file);
      String json =
          file.toString().endsWith(".xml")
              ? FHIR.newJsonParser().encodeResourceToString(FHIR.newXmlParser().parseResource(text))
              : text;
      return Optional.of((ObjectNode) JSON.readTree(json));
    } catch (IOException e) {
      throw new UncheckedIOException("reading " + file, e);
    }
  }

  /** What this server answers if the Consent stands on the ledger, for all time. */
  private String answer(ObjectNode consent, String[] row) {
    ObjectNode one = JSON.createObjectNode();
    one.set("consent", consent);
    if (!consent.has("scope")) {
      one.putArray("without").add("scope");
    }
    one.putObject("ledger")
        .put("notBefore", "1960-01-01T00:00:00Z")
        .put("notAfter", "2100-01-01T00:00:00Z");
    ObjectNode request = one.putObject("request");
    request.put("purpose", expected.path("purposes").path(row[0]).asText("pou|" + row[0]));
    request.put("by", expected.required("readers").required(row[1]).asText());
    if (row.length > 4) {
      request.put("at", row[4].contains("T") ? row[4] : row[4] + "T00:00:00Z");
    }
    String patient = consent.path("patient").path("reference").asText();
    one.set("resource", resource(expected.required("resources").required(row[2]), patient));
    one.set("careTeams", expected.path("members"));
    one.set("refersTo", expected.path("refersTo"));
    ConsentCase made = new ConsentCase(one);
    return ConsentCasesTest.words(made.decider().decide(made.request(), made.facts()));
  }

  private ObjectNode resource(JsonNode from, String patient) {
    String name = from.required("is").asText();
    String[] parts = (name.equals("patient") ? patient : name).split("/", 2);
    ObjectNode resource = JSON.createObjectNode();
    resource.put("resourceType", parts[0]).put("id", parts[1]);
    for (JsonNode label : from.path("labels")) {
      String[] words = label.asText().split(" ", 2);
      resource
          .withObject("/meta")
          .withArray("security")
          .addObject()
          .put("system", expected.required("labels").required(words[0]).asText())
          .put("code", words[1]);
    }
    if (parts[0].equals("Patient")) {
      return resource;
    }
    resource.putObject(parts[0].equals("Task") ? "for" : "subject").put("reference", patient);
    if (from.has("encounter")) {
      resource.putObject("encounter").put("reference", from.get("encounter").asText());
    }
    if (from.has("performer")) {
      resource.putArray("performer").addObject().put("reference", from.get("performer").asText());
    }
    if (from.has("effective")) {
      resource.put("effectiveDateTime", from.get("effective").asText());
    }
    if (from.has("code")) {
      ObjectNode coding = resource.putObject("code").putArray("coding").addObject();
      coding.put("system", from.get("code").get(0).asText());
      coding.put("code", from.get("code").get(1).asText());
    }
    return resource;
  }
}
