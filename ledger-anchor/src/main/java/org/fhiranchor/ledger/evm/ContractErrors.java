package org.fhiranchor.ledger.evm;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import org.fhiranchor.ledger.Bytes;
import org.jspecify.annotations.Nullable;

/** The errors a contract can raise, by selector, so that a revert can be told in words. */
final class ContractErrors {
  private static final int SELECTOR_DIGITS = 10;

  private final Map<String, JsonNode> bySelector;

  private ContractErrors(Map<String, JsonNode> bySelector) {
    this.bySelector = bySelector;
  }

  static ContractErrors of(JsonNode abi) {
    Map<String, JsonNode> found = new HashMap<>();
    for (JsonNode item : abi) {
      if (item.path("type").asText().equals("error")) {
        found.put(AbiCall.selector(signature(item)), item);
      }
    }
    return new ContractErrors(Map.copyOf(found));
  }

  private static String signature(JsonNode error) {
    StringJoiner types = new StringJoiner(",", error.path("name").asText() + "(", ")");
    error.path("inputs").forEach(input -> types.add(input.path("type").asText()));
    return types.toString();
  }

  /** The error's name and arguments; empty when the data is no error of this contract. */
  Optional<String> describe(@Nullable String data) {
    if (data == null) {
      return Optional.empty();
    }
    String hex = data.replace("\"", "");
    JsonNode error =
        hex.length() < SELECTOR_DIGITS ? null : bySelector.get(hex.substring(0, SELECTOR_DIGITS));
    if (error == null) {
      return Optional.empty();
    }
    return Optional.of(text(error, Words.of(Bytes.fromHex("0x" + hex.substring(10)))));
  }

  private static String text(JsonNode error, Words words) {
    StringJoiner arguments = new StringJoiner(", ", error.path("name").asText() + "(", ")");
    int index = 0;
    for (JsonNode input : error.path("inputs")) {
      String type = input.path("type").asText();
      String value = index < words.size() ? words.text(index, type) : "?";
      arguments.add(input.path("name").asText() + "=" + value);
      index++;
    }
    return arguments.toString();
  }
}
