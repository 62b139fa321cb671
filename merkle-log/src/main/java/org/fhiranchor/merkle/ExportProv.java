package org.fhiranchor.merkle;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Optional;

/**
 * Records of an export as W3C PROV-JSON: one document, in which each record is a bundle of its own
 * and stands on a line of its own.
 */
final class ExportProv {
  private static final String NAMESPACE = "https://fhiranchor.org/prov#";
  private static final String UNRESERVED = "-._~/";

  private ExportProv() {}

  /** The first line: the prefixes. */
  static String first() {
    return "{\"prefix\":" + new JsonObject().with("fa", NAMESPACE).text() + ",\"bundle\":{";
  }

  /** A record, with the comma behind it. */
  static String line(ExportedLeaf leaf) {
    return "\"fa:leaf-" + leaf.index() + "\":" + bundle(leaf).text() + ",";
  }

  /** The last line: a bundle that says at which head the export was taken. */
  static String last(ExportOrigin origin) {
    JsonObject head =
        new JsonObject()
            .with("fa:log", origin.log())
            .with("fa:size", origin.size().toString())
            .with("fa:root", origin.checkpoint().checkpoint().root().hex());
    origin
        .anchor()
        .ifPresent(
            anchor ->
                head.with("fa:transaction", "0x" + anchor.transactionHash().hex())
                    .with("fa:block", Long.toString(anchor.blockNumber())));
    return "\"fa:checkpoint\":"
        + new JsonObject().with("entity", new JsonObject().with("fa:head", head)).text()
        + "}}";
  }

  private static JsonObject bundle(ExportedLeaf leaf) {
    String activity = "fa:activity-" + leaf.index();
    JsonObject agents = new JsonObject();
    JsonObject associations = new JsonObject();
    agent(
        leaf.person().or(leaf::subject).or(() -> author(leaf)),
        "prov:Person",
        activity,
        agents,
        associations);
    agent(leaf.application(), "prov:SoftwareAgent", activity, agents, associations);
    agent(leaf.organization(), "prov:Organization", activity, agents, associations);
    JsonObject bundle = new JsonObject();
    entities(leaf, activity, bundle);
    return bundle
        .with("activity", new JsonObject().with(activity, activity(leaf)))
        .with("agent", agents)
        .with("wasAssociatedWith", associations);
  }

  private static Optional<String> author(ExportedLeaf leaf) {
    return leaf.kind().filter(ExportKind.CONSENTS::equals).flatMap(kind -> leaf.patient());
  }

  private static JsonObject activity(ExportedLeaf leaf) {
    JsonObject activity =
        new JsonObject()
            .with("prov:endTime", InstantText.format(leaf.statement().recorded()))
            .with("fa:kind", leaf.kind().map(ExportKind::word))
            .with("fa:event", event(leaf))
            .with("fa:outcome", leaf.text("outcome"))
            .with("fa:why", leaf.text("reason").or(() -> leaf.text("rule")))
            .with("fa:patient", leaf.patient())
            .with("fa:breakGlassReason", leaf.text("breakGlassReason"))
            .with("fa:query", leaf.text("query"));
    return leaf.purposes().isEmpty()
        ? activity
        : activity.with("fa:purposes", String.join(" ", leaf.purposes()));
  }

  private static Optional<String> event(ExportedLeaf leaf) {
    if (leaf.statement() instanceof Statement.ResourceVersion version) {
      return Optional.of(version.operation().word());
    }
    if (leaf.statement() instanceof Statement.ConsentEvent event) {
      return Optional.of(event.event());
    }
    return leaf.statement() instanceof Statement.KeyBinding binding
        ? Optional.of(binding.event())
        : leaf.text("interaction");
  }

  private static void agent(
      Optional<String> who,
      String type,
      String activity,
      JsonObject agents,
      JsonObject associations) {
    who.ifPresent(
        name -> {
          String id = "fa:" + local(name);
          JsonObject typed = new JsonObject().with("$", type).with("type", "xsd:QName");
          agents.with(id, new JsonObject().with("prov:type", typed).with("prov:label", name));
          associations.with(
              "_:" + type.substring("prov:".length()),
              new JsonObject().with("prov:activity", activity).with("prov:agent", id));
        });
  }

  private static void entities(ExportedLeaf leaf, String activity, JsonObject bundle) {
    JsonObject entities = new JsonObject();
    if (leaf.statement() instanceof Statement.ResourceVersion version) {
      String id = "fa:" + local(leaf.target().orElseThrow());
      JsonObject entity = new JsonObject().with("fa:sha256", version.content().map(Digest::hex));
      boolean gone =
          version.operation() == Operation.DELETE || version.operation() == Operation.ERASE;
      bundle
          .with("entity", entities.with(id, entity))
          .with(
              gone ? "wasInvalidatedBy" : "wasGeneratedBy",
              new JsonObject().with("_:version", relation(id, activity)));
      return;
    }
    JsonObject used = new JsonObject();
    int number = 0;
    for (String name : leaf.resourcesWithVersions()) {
      String id = "fa:" + local(name);
      entities.with(id, new JsonObject().with("prov:label", name));
      used.with("_:used" + number, relation(id, activity));
      number++;
    }
    bundle.with("entity", entities).with("used", used);
  }

  private static JsonObject relation(String entity, String activity) {
    return new JsonObject().with("prov:entity", entity).with("prov:activity", activity);
  }

  /** The local part of a qualified name: everything unusual is written as percent and hex. */
  private static String local(String name) {
    StringBuilder local = new StringBuilder();
    for (byte one : name.getBytes(UTF_8)) {
      char c = (char) (one & 0xff);
      boolean plain =
          (c >= '0' && c <= '9')
              || (c >= 'A' && c <= 'Z')
              || (c >= 'a' && c <= 'z')
              || UNRESERVED.indexOf(c) >= 0;
      local.append(plain ? String.valueOf(c) : "%%%02X".formatted((int) c));
    }
    return local.toString();
  }
}
