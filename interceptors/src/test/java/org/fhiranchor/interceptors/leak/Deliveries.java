package org.fhiranchor.interceptors.leak;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.fhiranchor.interceptors.leak.Probe.Request;
import org.fhiranchor.interceptors.plain.RunningServer;
import org.fhiranchor.interceptors.testing.DeliveryListener;

/** What the subscriptions of one world send (G12), to a listener on this machine. */
final class Deliveries implements AutoCloseable {
  private static final String HEARD_AT = "/heard/";

  private static final List<String> TYPES =
      List.of(
          "Observation", "Condition", "Encounter", "Organization", "Task", "Procedure", "Patient");

  /** Deleted, or other in each world: written again they would not be what they are there for. */
  private static final Set<String> LEFT_OUT =
      Set.of("hidden-Deleted", "moved-Observation", "bridge-Observation");

  private final World world;
  private final DemoBadges badges;
  private final Seeding seeding;
  private final Map<String, JsonNode> rewritten;
  private final Set<String> hidden;
  private final DeliveryPass pass;
  private final DeliveryListener listener;
  private final Queue<Shown> heard = new ConcurrentLinkedQueue<>();
  private int round;

  /** Listens from now on, in a world that has the hidden records or not. */
  Deliveries(RunningServer server, Seeding seeding, DemoBadges badges, boolean withHidden) {
    this.world = seeding.world();
    this.badges = badges;
    this.seeding = seeding;
    Map<String, JsonNode> ofHidden = sent(seeding.records().hidden());
    hidden = ofHidden.keySet();
    rewritten = sent(seeding.records().everywhere());
    if (withHidden) {
      rewritten.putAll(ofHidden);
    }
    pass = new DeliveryPass(server, HEARD_AT);
    try {
      listener =
          new DeliveryListener(
              (exchange, body) ->
                  heard.add(
                      Shown.of(
                          Path.of(exchange.getRequestURI().getPath()).getName(1).toString(),
                          exchange.getRequestHeaders(),
                          body)));
    } catch (IOException e) {
      throw new UncheckedIOException("no listener for subscriptions", e);
    }
  }

  /** By their names, the last version of each. */
  private static Map<String, JsonNode> sent(List<JsonNode> records) {
    Map<String, JsonNode> sent = new LinkedHashMap<>();
    for (JsonNode record : records) {
      String type = record.path("resourceType").asText();
      String id = record.path("id").asText();
      if (TYPES.contains(type) && !LEFT_OUT.contains(id)) {
        sent.put(type + "/" + id, record);
      }
    }
    return sent;
  }

  /** One subscription of each who hears, for each type. */
  void subscribe() {
    for (FuzzPersona who : FuzzPersona.subscribers()) {
      for (String type : TYPES) {
        Request made = new Request("POST", "Subscription", Map.of(), subscription(who, type));
        Answer answer = world.send(made, who.badge(badges));
        if (answer.status() != 201) {
          throw new IllegalStateException(who.name() + ": " + answer.body());
        }
      }
    }
    pass.activateAll();
    heard.clear();
  }

  private String subscription(FuzzPersona who, String type) {
    ObjectNode made =
        BodyGrammar.JSON
            .createObjectNode()
            .put("resourceType", "Subscription")
            .put("status", "requested")
            .put("reason", "fuzz")
            .put("criteria", type + "?");
    made.putObject("channel")
        .put("type", "rest-hook")
        .put("payload", "application/fhir+json")
        .put("endpoint", "http://localhost:" + listener.port() + HEARD_AT + who.subject());
    return made.toString();
  }

  /** Makes active what was subscribed to by a request. */
  void activate() {
    pass.activate();
  }

  /** All that was sent since this was asked last. */
  List<Shown> sent() {
    pass.run();
    List<Shown> sent = new ArrayList<>();
    for (Shown one = heard.poll(); one != null; one = heard.poll()) {
      sent.add(one);
    }
    return sent;
  }

  /** Writes the hidden records once more, where they are, and those that both worlds hold. */
  void provoke() {
    round++;
    rewritten.values().forEach(record -> seeding.write(changed(record)));
  }

  private JsonNode changed(JsonNode record) {
    ObjectNode copy = record.deepCopy();
    copy.withArray("extension")
        .addObject()
        .put("url", "urn:example:round")
        .put("valueInteger", round);
    return copy;
  }

  /** What reads answer now of the records that were written once more, to all who hear. */
  List<Shown> read() {
    List<Shown> read = new ArrayList<>();
    for (FuzzPersona who : FuzzPersona.subscribers()) {
      for (String name : rewritten.keySet()) {
        Answer answer = world.send(new Request("GET", name, Map.of(), ""), who.badge(badges));
        if (answer.status() == 200) {
          byte[] body = answer.body().getBytes(StandardCharsets.ISO_8859_1);
          read.add(
              Shown.of(who.subject(), answer.headers(), new String(body, StandardCharsets.UTF_8)));
        }
      }
    }
    return read;
  }

  boolean isHidden(Shown one) {
    return hidden.contains(one.name());
  }

  @Override
  public void close() {
    listener.close();
  }
}
