package org.fhiranchor.ledger.evm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.fhiranchor.ledger.Address;
import org.fhiranchor.ledger.Bytes;
import org.fhiranchor.ledger.LedgerUnavailableException;
import org.web3j.crypto.Keys;

/**
 * Signs in another process that keeps the key: Consensys Web3Signer in its eth1 mode, {@code POST
 * /api/v1/eth1/sign/{public key}}, which signs Keccak-256 of what it is sent.
 */
public final class Web3Signer implements TransactionSigner {
  private static final int OK = 200;
  private static final int KEY_DIGITS = 128;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final URI url;
  private final Address address;
  private final Duration limit;
  private final HttpClient http;

  private volatile Optional<String> identifier = Optional.empty();

  /**
   * Asks nothing yet.
   *
   * @param url without path
   * @param address whose key to use; the signer may have many
   * @param limit on a whole request
   */
  public Web3Signer(URI url, Address address, Duration limit) {
    this.url = url;
    this.address = address;
    this.limit = limit;
    this.http = HttpClient.newBuilder().connectTimeout(limit).build();
  }

  @Override
  public Address address() {
    return address;
  }

  @Override
  public Bytes sign(Bytes payload) {
    String body = JSON.createObjectNode().put("data", payload.hex()).toString();
    String answer =
        ask(
            request("/api/v1/eth1/sign/" + identifier())
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    try {
      return Bytes.fromHex(answer.strip().replace("\"", ""));
    } catch (IllegalArgumentException wrong) {
      throw new LedgerUnavailableException("signer at " + url + ": no signature", wrong);
    }
  }

  private String identifier() {
    return identifier.orElseGet(
        () -> {
          String found = find();
          identifier = Optional.of(found);
          return found;
        });
  }

  private String find() {
    String answer = ask(request("/api/v1/eth1/publicKeys").GET());
    try {
      for (JsonNode key : JSON.readTree(answer)) {
        if (isOurs(key.asText())) {
          return key.asText();
        }
      }
    } catch (IOException wrong) {
      throw new LedgerUnavailableException("signer at " + url + ": no list of keys", wrong);
    }
    throw new IllegalStateException(
        "signer at " + url + ": has no key for " + address + "; load it there");
  }

  private boolean isOurs(String publicKey) {
    String hex = publicKey.toLowerCase(Locale.ROOT).replace("0x", "");
    String point = hex.substring(Math.max(0, hex.length() - KEY_DIGITS));
    return point.length() == KEY_DIGITS
        && Address.parse("0x" + Keys.getAddress(point)).equals(address);
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(url.resolve(path)).timeout(limit);
  }

  private String ask(HttpRequest.Builder request) {
    try {
      HttpResponse<String> answer =
          http.send(request.build(), HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() != OK) {
        throw new LedgerUnavailableException(
            "signer at " + url + ": want status 200, got " + answer.statusCode());
      }
      return answer.body();
    } catch (IOException failed) {
      throw new LedgerUnavailableException("signer at " + url + ": no answer", failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new LedgerUnavailableException("signer at " + url + ": interrupted", interrupted);
    }
  }
}
