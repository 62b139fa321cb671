package org.fhiranchor.interceptors.consent.operations;

import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.fhiranchor.ledger.Address;
import org.fhiranchor.ledger.Bytes;
import org.fhiranchor.ledger.evm.PasskeySignature;
import org.fhiranchor.ledger.evm.PasskeySigner;
import org.fhiranchor.merkle.Digest;
import org.hl7.fhir.r4.model.StringType;
import org.jspecify.annotations.Nullable;

/**
 * Passkeys of patients (KEY-3): reads what browsers hand over, and takes signatures from this
 * server's own pages alone. The contract cannot know which pages those are.
 */
public final class Passkeys {
  private static final int LONGEST = 8_192;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Address registry;
  private final Supplier<Optional<Site>> site;

  /**
   * Where passkeys are used.
   *
   * @param relyingParty the relying party id (WebAuthn §5.1.2)
   * @param origins of the pages that may ask for a signature
   */
  public record Site(String relyingParty, Set<String> origins) {
    public Site {
      origins = Set.copyOf(origins);
    }
  }

  /**
   * Passkeys of a site.
   *
   * @param registry the consent registry that they sign for
   * @param site empty where this server has no name that browsers take
   */
  public Passkeys(Address registry, Supplier<Optional<Site>> site) {
    this.registry = registry;
    this.site = site;
  }

  /**
   * A signature as an operation is given it: of a wallet, hex digits alone; of a passkey, all four
   * in base64url, as the browser's {@code toJSON()} writes them.
   */
  record Given(
      @Nullable StringType signature,
      @Nullable StringType publicKey,
      @Nullable StringType authenticatorData,
      @Nullable StringType clientData) {
    private boolean isOfPasskey() {
      return publicKey != null || authenticatorData != null || clientData != null;
    }
  }

  /** The signature as the contract takes it; empty when none is given. */
  Optional<Bytes> signature(Given given) {
    if (!given.isOfPasskey()) {
      return ConsentOperations.hex(given.signature());
    }
    try {
      return Optional.of(
          PasskeySignature.of(
                  signer(given.publicKey()),
                  base64("authenticatorData", given.authenticatorData()),
                  base64("clientDataJSON", given.clientData()),
                  base64("signature", given.signature()))
              .bytes());
    } catch (IllegalArgumentException wrong) {
      throw new InvalidRequestException(wrong.getMessage());
    }
  }

  /** The passkey with this public key, for this server's site. */
  PasskeySigner signer(@Nullable StringType publicKey) {
    try {
      return PasskeySigner.of(
          registry, PasskeySigner.publicKey(base64("publicKey", publicKey)), here().relyingParty());
    } catch (IllegalArgumentException wrong) {
      throw new InvalidRequestException(wrong.getMessage());
    }
  }

  /** The relying party id for which this server's pages make passkeys. */
  String relyingParty() {
    return here().relyingParty();
  }

  private Site here() {
    return site.get()
        .orElseThrow(
            () ->
                new UnprocessableEntityException(
                    "passkeys: this server has no name for them; set anchor.base-urls, or"
                        + " anchor.passkey.relying-party and anchor.passkey.origins"));
  }

  private static Bytes base64(String name, @Nullable StringType given) {
    String text = given == null || given.getValue() == null ? "" : given.getValue();
    if (text.isEmpty() || text.length() > LONGEST) {
      throw new InvalidRequestException(
          name + ": want 1 to " + LONGEST + " characters of base64url, got " + text.length());
    }
    try {
      return Bytes.of(Base64.getUrlDecoder().decode(text));
    } catch (IllegalArgumentException wrong) {
      throw new InvalidRequestException(name + ": want base64url");
    }
  }

  /** Refuses a passkey's signature that another page asked for, or for another site. */
  void requireOurs(Address signer, Bytes signature) {
    PasskeySignature.read(signature)
        .filter(read -> read.signer().address().equals(signer))
        .ifPresent(this::requireOurs);
  }

  private void requireOurs(PasskeySignature signature) {
    Site here = here();
    Digest ours = Digest.sha256(here.relyingParty().getBytes(StandardCharsets.UTF_8));
    if (!signature.signer().site().equals(ours)) {
      throw new UnprocessableEntityException(
          "passkey: want one of the site " + here.relyingParty());
    }
    if (!signature.isUserVerified()) {
      throw new UnprocessableEntityException(
          "passkey: want a signature for which the device made sure who its user is");
    }
    JsonNode client = clientData(signature.clientData());
    String origin = client.path("origin").asText();
    if (!here.origins().contains(origin) || client.path("crossOrigin").asBoolean()) {
      throw new UnprocessableEntityException(
          "passkey: want a signature that a page of "
              + String.join(" or ", here.origins().stream().sorted().toList())
              + " asked for, outside of any other site's frame");
    }
  }

  private static JsonNode clientData(Bytes clientData) {
    try {
      return JSON.readTree(clientData.toArray());
    } catch (IOException notJson) {
      throw new UnprocessableEntityException("clientDataJSON: want JSON");
    }
  }
}
