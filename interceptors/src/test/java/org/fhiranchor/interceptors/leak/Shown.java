package org.fhiranchor.interceptors.leak;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.fhiranchor.interceptors.gate.notice.PartTwoNotice;

/**
 * One version of one resource, as somebody is told it: by a subscription, or by the answer to a
 * read.
 *
 * @param who the subject of their token
 * @param name type and id
 * @param text the notices that travel with it, and its content with the members in their order
 */
record Shown(String who, String name, String text) {
  private static final JsonMapper SORTED =
      JsonMapper.builder().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS).build();

  /**
   * What these headers and this body tell.
   *
   * @param headers by name, however that is written
   */
  static Shown of(String who, Map<String, List<String>> headers, String body) {
    Map<String, List<String>> known = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    known.putAll(headers);
    try {
      JsonNode resource = SORTED.readTree(body);
      return new Shown(
          who,
          resource.path("resourceType").asText() + "/" + resource.path("id").asText(),
          known.getOrDefault(PartTwoNotice.NOTICE_HEADER, List.of())
              + " "
              + known.getOrDefault(PartTwoNotice.GROUND_HEADER, List.of()).stream()
                  .sorted()
                  .toList()
              + " "
              + SORTED.writeValueAsString(SORTED.treeToValue(resource, Map.class)));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(who + " is told what is no JSON: " + body, e);
    }
  }
}
