package org.fhiranchor.interceptors.testing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import org.fhiranchor.ledger.embedded.AnvilSocket;

/** What an embedded chain does only for who can open a file in its folder. */
public final class ChainOrders {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final AnvilSocket anvil;

  /** To the chain in this folder, also after its server was killed. */
  public ChainOrders(Path folder) {
    anvil = AnvilSocket.in(folder);
  }

  /** Has it do something that it must be able to do. */
  public JsonNode give(String method, Object... parameters) {
    ObjectNode question = JSON.createObjectNode().put("jsonrpc", "2.0").put("id", 1);
    question.put("method", method).set("params", JSON.valueToTree(parameters));
    try {
      JsonNode answer = JSON.readTree(anvil.ask(question.toString()));
      if (!answer.has("result")) {
        throw new AssertionError(method + ": " + answer);
      }
      return answer.path("result");
    } catch (JsonProcessingException unreadable) {
      throw new AssertionError(method, unreadable);
    }
  }
}
