package org.fhiranchor.ledger.evm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.fhiranchor.ledger.Bytes;

/** A compiled contract from our resources. */
final class ContractArtifact {
  static final ContractArtifact ANCHOR_REGISTRY = new ContractArtifact("AnchorRegistry");
  static final ContractArtifact CONSENT_REGISTRY = new ContractArtifact("ConsentRegistry");

  private final String contract;
  private final Bytes bytecode;
  private final ContractErrors errors;

  private ContractArtifact(String contract) {
    this.contract = contract;
    JsonNode json = read("/org/fhiranchor/ledger/contracts/" + contract + ".json");
    this.bytecode = Bytes.fromHex(json.path("bytecode").asText());
    this.errors = ContractErrors.of(json.path("abi"));
  }

  private static JsonNode read(String resource) {
    try (InputStream in = ContractArtifact.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("resource " + resource + " is missing from the jar");
      }
      return new ObjectMapper().readTree(in);
    } catch (IOException failed) {
      throw new UncheckedIOException("resource " + resource + " does not parse", failed);
    }
  }

  String contract() {
    return contract;
  }

  Bytes bytecode() {
    return bytecode;
  }

  ContractErrors errors() {
    return errors;
  }
}
