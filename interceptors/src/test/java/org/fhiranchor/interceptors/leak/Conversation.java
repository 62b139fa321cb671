package org.fhiranchor.interceptors.leak;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.fhiranchor.interceptors.leak.Probe.Follow;
import org.fhiranchor.interceptors.leak.Probe.Next;

/** One probe, asked by one persona of one server. */
final class Conversation {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final Answer NOT_DONE = new Answer(0, Map.of(), "the job was not done in time");

  private final World world;
  private final Probe probe;
  private final Persona persona;
  private final Persona permitted;
  private final List<Answer> heard = new ArrayList<>();
  private final List<Answer> seen = new ArrayList<>();

  private Conversation(World world, Probe probe, Persona persona, Persona permitted) {
    this.world = world;
    this.probe = probe;
    this.persona = persona;
    this.permitted = permitted;
  }

  /** All answers; those to somebody else are {@link Answer#UNSEEN}. */
  static List<Answer> hold(World world, Probe probe, Persona persona, Persona permitted) {
    Conversation conversation = new Conversation(world, probe, persona, permitted);
    conversation.hear(
        probe.first(), world.send(probe.request(), conversation.badge(probe.first())));
    probe.then().forEach(conversation::follow);
    return conversation.seen;
  }

  private void hear(Optional<String> by, Answer answer) {
    heard.add(answer);
    seen.add(by.isEmpty() ? answer : Answer.UNSEEN);
  }

  private String badge(Optional<String> by) {
    String subject = by.isEmpty() ? persona.subject() : permitted.subject();
    return probe.systemScopes()
        ? world.badges().system(subject)
        : world.badges().practitioner(subject);
  }

  private void follow(Next next) {
    String badge = badge(next.by());
    switch (next.follow()) {
      case NEXT, SELF -> hear(next.by(), page(next.follow(), badge));
      case REPEAT -> hear(next.by(), world.send(probe.request(), badge));
      case POLL ->
          hear(next.by(), job().map(url -> world.get(url, badge)).orElse(Answer.NOTHING_TO_ASK));
      case AWAIT ->
          hear(next.by(), job().map(url -> done(url, badge)).orElse(Answer.NOTHING_TO_ASK));
      case DOWNLOAD -> download(next.by(), badge);
    }
  }

  private Answer page(Follow follow, String badge) {
    String relation = follow.name().toLowerCase(Locale.ROOT);
    return last()
        .path("link")
        .valueStream()
        .filter(link -> link.path("relation").asText().equals(relation))
        .findFirst()
        .map(link -> world.get(link.path("url").asText(), badge))
        .orElse(Answer.NOTHING_TO_ASK);
  }

  private Optional<String> job() {
    return heard.stream()
        .map(answer -> answer.header("content-location"))
        .filter(url -> url.startsWith("http"))
        .findFirst();
  }

  private Answer done(String url, String badge) {
    try {
      return Awaitility.await()
          .atMost(Duration.ofMinutes(2))
          .pollInterval(Duration.ofMillis(100))
          .until(() -> poll(url, badge), answer -> answer.status() != 202);
    } catch (ConditionTimeoutException e) {
      return NOT_DONE;
    }
  }

  private Answer poll(String url, String badge) {
    world.nudge().run();
    return world.get(url, badge);
  }

  private void download(Optional<String> by, String badge) {
    List<String> files =
        last().path("output").valueStream().map(file -> file.path("url").asText()).toList();
    files.forEach(url -> hear(by, world.file(url, badge)));
  }

  private JsonNode last() {
    String body = heard.get(heard.size() - 1).body();
    try {
      return body.startsWith("{") ? JSON.readTree(body) : MissingNode.getInstance();
    } catch (JsonProcessingException e) {
      return MissingNode.getInstance();
    }
  }
}
