package org.fhiranchor.ledger.evm;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.fhiranchor.ledger.Address;

/** ConsentRegistry as it was before its events had numbers. */
final class OldConsentContract {
  private OldConsentContract() {}

  /** Puts it at an address, whatever is there. */
  static Address on(TestChain chain, Address place) {
    String code = chain.anvil("eth_call", Map.of("data", creationCode()), "latest").asText();
    chain.anvil("anvil_setCode", place.hex(), code);
    return place;
  }

  private static String creationCode() {
    String resource = "/consent-registry-without-numbers.hex";
    try (InputStream in = OldConsentContract.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("test resource " + resource + " is missing");
      }
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII).strip();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
