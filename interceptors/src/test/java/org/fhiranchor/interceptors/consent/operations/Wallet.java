package org.fhiranchor.interceptors.consent.operations;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.math.BigInteger;
import java.security.SecureRandom;
import org.fhiranchor.ledger.Address;
import org.fhiranchor.ledger.Bytes;
import org.fhiranchor.ledger.ChainId;
import org.fhiranchor.ledger.ConsentDomain;
import org.fhiranchor.ledger.ConsentGrant;
import org.fhiranchor.ledger.ConsentId;
import org.fhiranchor.ledger.ConsentPeriod;
import org.fhiranchor.ledger.ConsentRevocation;
import org.fhiranchor.ledger.KeyBinding;
import org.fhiranchor.ledger.evm.ConsentTypedData;
import org.fhiranchor.ledger.evm.PatientKey;

/** A patient's wallet: knows nothing but its key and the typed data that it is shown. */
public final class Wallet {
  private final PatientKey key = PatientKey.generate(new SecureRandom());

  /** Its address. */
  public Address address() {
    return key.address();
  }

  /** Signs what it is shown; 0x and hex digits. */
  public String sign(String typedData) {
    JsonNode json = read(typedData);
    return sign(json, domain(json));
  }

  String signForAnotherChain(String typedData) {
    JsonNode json = read(typedData);
    return sign(json, new ConsentDomain(new ChainId(1), domain(json).contract()));
  }

  String signForAnotherContract(String typedData) {
    JsonNode json = read(typedData);
    return sign(json, new ConsentDomain(domain(json).chainId(), key.address()));
  }

  private String sign(JsonNode json, ConsentDomain domain) {
    JsonNode message = json.path("message");
    ConsentTypedData data =
        switch (json.path("primaryType").asText()) {
          case "ConsentGrant" -> ConsentTypedData.of(domain, grant(message));
          case "ConsentRevocation" -> ConsentTypedData.of(domain, revocation(message));
          default -> ConsentTypedData.of(domain, binding(message));
        };
    return key.sign(data.digest()).hex();
  }

  /** What the typed data of a grant says. */
  public static ConsentGrant grant(String typedData) {
    return grant(read(typedData).path("message"));
  }

  /** Signs a revocation that goes straight to the contract. */
  public Bytes sign(ConsentDomain domain, ConsentRevocation revocation) {
    return key.sign(ConsentTypedData.of(domain, revocation).digest());
  }

  private static ConsentGrant grant(JsonNode message) {
    return new ConsentGrant(
        ConsentId.parse(message.path("consentId").asText()),
        Bytes.fromHex(message.path("termsHash").asText()).digest(),
        Address.parse(message.path("grantor").asText()),
        new ConsentPeriod(number(message, "notBefore"), number(message, "notAfter")),
        number(message, "deadline"));
  }

  private static ConsentRevocation revocation(JsonNode message) {
    return new ConsentRevocation(
        ConsentId.parse(message.path("consentId").asText()),
        Address.parse(message.path("grantor").asText()),
        number(message, "deadline"));
  }

  private static KeyBinding binding(JsonNode message) {
    return new KeyBinding(
        Bytes.fromHex(message.path("subject").asText()).digest(),
        Address.parse(message.path("key").asText()),
        number(message, "deadline"));
  }

  private static BigInteger number(JsonNode message, String name) {
    return new BigInteger(message.path(name).asText());
  }

  private static ConsentDomain domain(JsonNode json) {
    JsonNode domain = json.path("domain");
    return new ConsentDomain(
        new ChainId(domain.path("chainId").asLong()),
        Address.parse(domain.path("verifyingContract").asText()));
  }

  private static JsonNode read(String json) {
    try {
      return new ObjectMapper().readTree(json);
    } catch (JsonProcessingException e) {
      throw new AssertionError("typed data is JSON", e);
    }
  }
}
