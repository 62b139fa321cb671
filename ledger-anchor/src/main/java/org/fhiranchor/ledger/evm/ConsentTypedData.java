package org.fhiranchor.ledger.evm;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.fhiranchor.ledger.ConsentDomain;
import org.fhiranchor.ledger.ConsentGrant;
import org.fhiranchor.ledger.ConsentRevocation;
import org.fhiranchor.ledger.KeyBinding;
import org.fhiranchor.merkle.Digest;
import org.web3j.crypto.Hash;

/**
 * What patients sign (EIP-712), hashed from its ABI encoding: web3j's own typed-data encoder has
 * too long a history of wrong hashes.
 *
 * @param digest what the signature is over
 * @param json the same for a wallet's {@code eth_signTypedData_v4}
 */
public record ConsentTypedData(Digest digest, String json) {
  private static final String NAME = "FHIR Anchor Consent";
  private static final String VERSION = "1";
  private static final String DOMAIN =
      "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)";
  private static final String GRANT =
      "ConsentGrant(bytes32 consentId,bytes32 termsHash,address grantor,uint64 notBefore,"
          + "uint64 notAfter,uint256 deadline)";
  private static final String REVOCATION =
      "ConsentRevocation(bytes32 consentId,address grantor,uint256 deadline)";
  private static final String BINDING = "KeyBinding(bytes32 subject,address key,uint256 deadline)";

  /** To grant. */
  public static ConsentTypedData of(ConsentDomain domain, ConsentGrant grant) {
    AbiCall struct =
        struct(GRANT)
            .bytes32(grant.id().value())
            .bytes32(grant.termsHash())
            .address(grant.grantor())
            .uint(grant.period().notBeforeSeconds())
            .uint(grant.period().notAfterSeconds())
            .uint(grant.deadline());
    Map<String, String> message = new LinkedHashMap<>();
    message.put("consentId", grant.id().toString());
    message.put("termsHash", "0x" + grant.termsHash().hex());
    message.put("grantor", grant.grantor().hex());
    message.put("notBefore", grant.period().notBeforeSeconds().toString());
    message.put("notAfter", grant.period().notAfterSeconds().toString());
    message.put("deadline", grant.deadline().toString());
    return of(domain, GRANT, struct, message);
  }

  /** To revoke. */
  public static ConsentTypedData of(ConsentDomain domain, ConsentRevocation revocation) {
    AbiCall struct =
        struct(REVOCATION)
            .bytes32(revocation.id().value())
            .address(revocation.grantor())
            .uint(revocation.deadline());
    Map<String, String> message = new LinkedHashMap<>();
    message.put("consentId", revocation.id().toString());
    message.put("grantor", revocation.grantor().hex());
    message.put("deadline", revocation.deadline().toString());
    return of(domain, REVOCATION, struct, message);
  }

  /** To bind a key. */
  public static ConsentTypedData of(ConsentDomain domain, KeyBinding binding) {
    AbiCall struct =
        struct(BINDING).bytes32(binding.subject()).address(binding.key()).uint(binding.deadline());
    Map<String, String> message = new LinkedHashMap<>();
    message.put("subject", "0x" + binding.subject().hex());
    message.put("key", binding.key().hex());
    message.put("deadline", binding.deadline().toString());
    return of(domain, BINDING, struct, message);
  }

  private static ConsentTypedData of(
      ConsentDomain domain, String type, AbiCall struct, Map<String, String> message) {
    byte[] joined = new byte[2 + 2 * Digest.LENGTH];
    joined[0] = 0x19;
    joined[1] = 0x01;
    System.arraycopy(separator(domain).bytes(), 0, joined, 2, Digest.LENGTH);
    System.arraycopy(structHash(struct).bytes(), 0, joined, 2 + Digest.LENGTH, Digest.LENGTH);
    return new ConsentTypedData(keccak(joined), json(domain, type, message));
  }

  private static Digest separator(ConsentDomain domain) {
    return structHash(
        struct(DOMAIN)
            .bytes32(keccak(NAME))
            .bytes32(keccak(VERSION))
            .uint(domain.chainId().value())
            .address(domain.contract()));
  }

  private static AbiCall struct(String type) {
    return AbiCall.of("()").bytes32(keccak(type));
  }

  /** Keccak-256 of the encoded members, without the selector that a call would have. */
  private static Digest structHash(AbiCall struct) {
    byte[] data = struct.data().toArray();
    return keccak(Arrays.copyOfRange(data, 4, data.length));
  }

  private static Digest keccak(String text) {
    return keccak(text.getBytes(StandardCharsets.UTF_8));
  }

  private static Digest keccak(byte[] bytes) {
    return Digest.of(Hash.sha3(bytes));
  }

  private static String json(ConsentDomain domain, String type, Map<String, String> message) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    ObjectNode types = root.putObject("types");
    describe(types, DOMAIN);
    describe(types, type);
    root.put("primaryType", type.substring(0, type.indexOf('(')));
    root.putObject("domain")
        .put("name", NAME)
        .put("version", VERSION)
        .put("chainId", BigInteger.valueOf(domain.chainId().value()))
        .put("verifyingContract", domain.contract().hex());
    ObjectNode members = root.putObject("message");
    message.forEach(members::put);
    return root.toString();
  }

  private static void describe(ObjectNode types, String type) {
    ArrayNode members = types.putArray(type.substring(0, type.indexOf('(')));
    String inside = type.substring(type.indexOf('(') + 1, type.length() - 1);
    for (String member : inside.split(",", -1)) {
      int space = member.indexOf(' ');
      members
          .addObject()
          .put("name", member.substring(space + 1))
          .put("type", member.substring(0, space));
    }
  }
}
