package org.fhiranchor.interceptors.leak;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** Leaves out one part of a request after the other for as long as the rest still differs. */
final class FuzzShrinker {
  private final Predicate<FuzzRequest> differs;
  private int left;

  /** Asks as many questions at most. */
  FuzzShrinker(Predicate<FuzzRequest> differs, int questions) {
    this.differs = differs;
    this.left = questions;
  }

  /** The smallest request found that still differs; the one given when none smaller does. */
  FuzzRequest smallest(FuzzRequest request) {
    FuzzRequest result = request;
    Optional<FuzzRequest> smaller = Optional.of(request);
    while (smaller.isPresent()) {
      result = smaller.get();
      smaller = firstThatDiffers(smaller(result));
    }
    return result;
  }

  private Optional<FuzzRequest> firstThatDiffers(List<FuzzRequest> candidates) {
    for (FuzzRequest each : candidates) {
      if (left-- <= 0) {
        return Optional.empty();
      }
      if (differs.test(each)) {
        return Optional.of(each);
      }
    }
    return Optional.empty();
  }

  /** Each with one part less, the largest parts first. */
  static List<FuzzRequest> smaller(FuzzRequest request) {
    List<FuzzRequest> result = new ArrayList<>();
    if (request.follow()) {
      result.add(request.withFollow(false));
    }
    request
        .headers()
        .keySet()
        .forEach(name -> result.add(request.withHeaders(without(request.headers(), name))));
    for (int at = 0; at < request.query().size(); at++) {
      List<String> fewer = new ArrayList<>(request.query());
      fewer.remove(at);
      result.add(request.withQuery(fewer));
    }
    bodies(request.body()).forEach(body -> result.add(request.withBody(body)));
    FuzzPersona plainest = FuzzPersona.all().get(0);
    if (!request.persona().equals(plainest)) {
      result.add(request.by(plainest));
    }
    return result;
  }

  private static Map<String, String> without(Map<String, String> headers, String name) {
    Map<String, String> fewer = new LinkedHashMap<>(headers);
    fewer.remove(name);
    return fewer;
  }

  private static List<String> bodies(String body) {
    List<String> result = new ArrayList<>();
    if (body.startsWith("{") || body.startsWith("[")) {
      try {
        JsonNode whole = BodyGrammar.JSON.readTree(body);
        cut(whole, whole, result);
      } catch (JsonProcessingException e) {
        throw new IllegalStateException("a drawn body is no JSON: " + body, e);
      }
    }
    return result;
  }

  /** All ways to leave out one member or element below a node; outer ones before inner ones. */
  private static void cut(JsonNode whole, JsonNode node, List<String> into) {
    if (node instanceof ArrayNode array) {
      for (int at = array.size() - 1; at >= 0; at--) {
        JsonNode kept = array.remove(at);
        into.add(whole.toString());
        array.insert(at, kept);
      }
    } else if (node instanceof ObjectNode object) {
      List<String> names = new ArrayList<>();
      object.fieldNames().forEachRemaining(names::add);
      ObjectNode kept = object.objectNode().setAll(object);
      for (String name : names) {
        object.remove(name);
        into.add(whole.toString());
        object.removeAll();
        object.setAll(kept);
      }
    }
    node.forEach(inner -> cut(whole, inner, into));
  }
}
