package org.fhiranchor.ledger.embedded;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * One JSON-RPC question as it was understood. What is handed on is made from this, and never what
 * came: another reader could take that for another question.
 *
 * @param id JSON
 * @param parameters JSON
 */
record LedgerQuestion(String id, String method, String parameters) {
  private static final int MOST_AT_ONCE = 100;

  private static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  /**
   * What reads, and what takes a transaction that somebody signed. Anvil's own commands, the
   * accounts of a node, filters and traces are not among them.
   */
  private static final Set<String> OFFERED =
      Set.of(
          "eth_accounts",
          "eth_blobBaseFee",
          "eth_blockNumber",
          "eth_call",
          "eth_chainId",
          "eth_estimateGas",
          "eth_feeHistory",
          "eth_gasPrice",
          "eth_getBalance",
          "eth_getBlockByHash",
          "eth_getBlockByNumber",
          "eth_getBlockReceipts",
          "eth_getBlockTransactionCountByHash",
          "eth_getBlockTransactionCountByNumber",
          "eth_getCode",
          "eth_getLogs",
          "eth_getProof",
          "eth_getStorageAt",
          "eth_getTransactionByBlockHashAndIndex",
          "eth_getTransactionByBlockNumberAndIndex",
          "eth_getTransactionByHash",
          "eth_getTransactionCount",
          "eth_getTransactionReceipt",
          "eth_maxPriorityFeePerGas",
          "eth_sendRawTransaction",
          "eth_syncing",
          "net_listening",
          "net_version",
          "web3_clientVersion",
          "web3_sha3");

  /**
   * What came in one request.
   *
   * @param isBatch whether they came as a list, and are answered by one
   */
  record Batch(boolean isBatch, List<LedgerQuestion> questions) {}

  boolean isOffered() {
    return OFFERED.contains(method);
  }

  String json() {
    return "{\"jsonrpc\":\"2.0\",\"id\":%s,\"method\":\"%s\",\"params\":%s}"
        .formatted(id, method, parameters);
  }

  /** What a refusal or a fault is answered with. */
  static String error(String id, int code, String message) {
    return "{\"jsonrpc\":\"2.0\",\"id\":%s,\"error\":{\"code\":%d,\"message\":\"%s\"}}"
        .formatted(id, code, message);
  }

  /**
   * Reads a request.
   *
   * @throws IOException when it is none
   */
  static Batch read(String body) throws IOException {
    try (JsonParser parser = JSON.createParser(body)) {
      boolean isBatch = parser.nextToken() == JsonToken.START_ARRAY;
      List<LedgerQuestion> questions = isBatch ? several(parser) : List.of(one(parser));
      if (questions.isEmpty() || parser.nextToken() != null) {
        throw new JsonParseException(parser, "want one question, or a list of them");
      }
      return new Batch(isBatch, questions);
    }
  }

  private static List<LedgerQuestion> several(JsonParser parser) throws IOException {
    List<LedgerQuestion> questions = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      if (questions.size() == MOST_AT_ONCE) {
        throw new JsonParseException(parser, "want at most " + MOST_AT_ONCE + " questions");
      }
      questions.add(one(parser));
    }
    return questions;
  }

  private static LedgerQuestion one(JsonParser parser) throws IOException {
    require(parser, parser.currentToken() == JsonToken.START_OBJECT, "an object");
    String id = "";
    String method = "";
    String parameters = "[]";
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      JsonToken value = parser.nextToken();
      switch (name) {
        case "id" -> {
          require(parser, value.isScalarValue(), "an id that is a string or a number");
          id = copied(parser);
        }
        case "method" -> {
          require(parser, value == JsonToken.VALUE_STRING, "a method's name");
          method = parser.getText();
        }
        case "params" -> {
          require(parser, value == JsonToken.START_ARRAY, "a list of parameters");
          parameters = copied(parser);
        }
        default -> parser.skipChildren();
      }
    }
    require(parser, !id.isEmpty(), "an id");
    return new LedgerQuestion(id, method, parameters);
  }

  private static void require(JsonParser parser, boolean holds, String what) throws IOException {
    if (!holds) {
      throw new JsonParseException(parser, "want " + what);
    }
  }

  private static String copied(JsonParser parser) throws IOException {
    StringWriter copy = new StringWriter();
    try (JsonGenerator generator = JSON.createGenerator(copy)) {
      generator.copyCurrentStructure(parser);
    }
    return copy.toString();
  }
}
