package org.fhiranchor.merkle;

import java.util.ArrayList;
import java.util.List;

/**
 * A record of an export as a FHIR resource, one line of JSON: a Provenance for what was written, an
 * AuditEvent for what was shown or refused.
 */
final class ExportFhir {
  private static final String EXTENSIONS = "https://fhiranchor.org/fhir/StructureDefinition/";
  private static final String COMMITMENT = "https://fhiranchor.org/commitment";
  private static final String TERMS = "http://terminology.hl7.org/CodeSystem/";
  private static final String SERVER = "this server";
  private static final int LONGEST_ID = 64;

  private final ExportOrigin origin;
  private final ExportedLeaf leaf;

  private ExportFhir(ExportOrigin origin, ExportedLeaf leaf) {
    this.origin = origin;
    this.leaf = leaf;
  }

  static String line(ExportOrigin origin, ExportedLeaf leaf) {
    return leaf.statement() instanceof Statement.Disclosure disclosure
        ? ExportAuditEvent.line(leaf, disclosure)
        : new ExportFhir(origin, leaf).provenance().text();
  }

  /** {@code system|code}. */
  static JsonObject coding(String systemAndCode) {
    int bar = systemAndCode.indexOf('|');
    return bar < 0
        ? new JsonObject().with("code", systemAndCode)
        : new JsonObject()
            .with("system", systemAndCode.substring(0, bar))
            .with("code", systemAndCode.substring(bar + 1));
  }

  static JsonObject reference(String name) {
    return new JsonObject().with("reference", name);
  }

  private JsonObject provenance() {
    String recorded = InstantText.format(leaf.statement().recorded());
    return new JsonObject()
        .with("resourceType", "Provenance")
        .with("id", id())
        .with("meta", new JsonObject().with("lastUpdated", recorded))
        .with(
            "extension",
            List.of(
                new JsonObject()
                    .with("url", EXTENSIONS + "leaf-index")
                    .with("valueDecimal", leaf.index().value())))
        .with("target", List.of(reference(leaf.target().orElseThrow())))
        .with("recorded", recorded)
        .with(
            "reason",
            leaf.purposes().stream()
                .map(one -> new JsonObject().with("coding", List.of(coding(one))))
                .toList())
        .with("activity", activity())
        .with("agent", agents())
        .with("entity", entities());
  }

  /** The id by which the server reads the same Provenance of a version. */
  private String id() {
    if (leaf.statement() instanceof Statement.ResourceVersion version) {
      String name =
          "log.%s.%s.%s"
              .formatted(version.resource().type(), version.resource().id(), version.version());
      if (name.length() <= LONGEST_ID && version.version().matches("[1-9][0-9]{0,17}")) {
        return name;
      }
    }
    return "log.leaf." + leaf.index();
  }

  private JsonObject activity() {
    if (leaf.statement() instanceof Statement.ResourceVersion version) {
      JsonObject coding =
          switch (version.operation()) {
            case CREATE -> operation("CREATE", "create");
            case UPDATE -> operation("UPDATE", "revise");
            case DELETE, ERASE -> operation("DELETE", "delete");
          };
      return new JsonObject().with("coding", List.of(coding));
    }
    String event =
        leaf.statement() instanceof Statement.ConsentEvent consent
            ? "consent " + consent.event()
            : "key " + ((Statement.KeyBinding) leaf.statement()).event();
    return new JsonObject().with("text", event);
  }

  private static JsonObject operation(String code, String display) {
    return new JsonObject()
        .with("system", TERMS + "v3-DataOperation")
        .with("code", code)
        .with("display", display);
  }

  private List<JsonObject> agents() {
    List<JsonObject> agents = new ArrayList<>();
    JsonObject author = agent("author", "Author").with("who", author());
    leaf.organization().ifPresent(one -> author.with("onBehalfOf", reference(one)));
    agents.add(author);
    leaf.application()
        .ifPresent(id -> agents.add(agent("assembler", "Assembler").with("who", named(id, id))));
    agents.add(agent("custodian", "Custodian").with("who", named(origin.log(), origin.log())));
    return agents;
  }

  private JsonObject author() {
    if (!(leaf.statement() instanceof Statement.ResourceVersion)) {
      return reference(leaf.patient().orElseThrow());
    }
    if (leaf.text("writer").filter("system"::equals).isPresent()) {
      return named(origin.log(), SERVER);
    }
    if (leaf.person().isPresent()) {
      return reference(leaf.person().get()).with("display", leaf.subject());
    }
    return leaf.subject()
        .map(subject -> named(subject, subject))
        .orElseGet(() -> new JsonObject().with("display", "not known: no token was asked for"));
  }

  private static JsonObject named(String value, String display) {
    return new JsonObject()
        .with("identifier", new JsonObject().with("value", value))
        .with("display", display);
  }

  private static JsonObject agent(String code, String display) {
    return new JsonObject()
        .with(
            "type",
            new JsonObject()
                .with(
                    "coding",
                    List.of(
                        new JsonObject()
                            .with("system", TERMS + "provenance-participant-type")
                            .with("code", code)
                            .with("display", display))));
  }

  /** The leaf before is named by its commitment, which is what the statement itself names. */
  private List<JsonObject> entities() {
    List<JsonObject> entities = new ArrayList<>();
    leaf.statement()
        .previous()
        .ifPresent(
            before ->
                entities.add(
                    new JsonObject()
                        .with("role", "revision")
                        .with(
                            "what",
                            new JsonObject()
                                .with(
                                    "identifier",
                                    new JsonObject()
                                        .with("system", COMMITMENT)
                                        .with("value", before.hex())))));
    origin.anchor().ifPresent(anchor -> entities.add(anchored(anchor)));
    return entities;
  }

  private static JsonObject anchored(Anchor anchor) {
    String transaction = "0x" + anchor.transactionHash().hex();
    return new JsonObject()
        .with(
            "extension",
            List.of(
                new JsonObject()
                    .with(
                        "extension",
                        List.of(
                            string("contract", anchor.contract()),
                            string("transaction", transaction),
                            decimal("block", anchor.blockNumber()),
                            decimal("size", anchor.size().value()),
                            string("root", anchor.root().hex()),
                            string("finality", anchor.finality())))
                    .with("url", EXTENSIONS + "anchor")))
        .with("role", "source")
        .with(
            "what",
            new JsonObject()
                .with(
                    "identifier",
                    new JsonObject()
                        .with("system", "urn:ietf:rfc:3986")
                        .with("value", "urn:eip155:" + anchor.chainId() + ":tx:" + transaction))
                .with(
                    "display",
                    "anchored in block %d: tree size %d, root %s"
                        .formatted(
                            anchor.blockNumber(), anchor.size().value(), anchor.root().hex())));
  }

  private static JsonObject string(String url, String value) {
    return new JsonObject().with("url", url).with("valueString", value);
  }

  private static JsonObject decimal(String url, long value) {
    return new JsonObject().with("url", url).with("valueDecimal", value);
  }
}
