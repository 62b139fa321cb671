package org.fhiranchor.server.signin;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.fhiranchor.interceptors.identity.demo.IssuerKeyFile;
import org.fhiranchor.ledger.secret.SecretFile;
import org.fhiranchor.merkle.Digest;

/**
 * The assertions that were taken and have not expired, in {@code <data>/issuer/assertions.json}:
 * each is good once, before and after a restart. One is in the file before anybody gets a token for
 * it.
 */
final class UsedAssertions {
  /** The most that are remembered at a time. */
  static final int MOST = 10_000;

  private static final ObjectMapper JSON = new ObjectMapper();

  private final SecretFile file;
  private final int most;

  /** From the digest of client and {@code jti} to the second at which it has expired. */
  private final Map<String, Long> used;

  private UsedAssertions(SecretFile file, int most, Map<String, Long> used) {
    this.most = most;
    this.file = file;
    this.used = used;
  }

  /**
   * Those of this data folder.
   *
   * @throws IllegalStateException when the file does not describe them
   */
  static UsedAssertions of(Path data) {
    return of(data, MOST);
  }

  static UsedAssertions of(Path data, int most) {
    SecretFile file = IssuerKeyFile.of(data, "assertions.json");
    try {
      Map<String, Long> used =
          file.exists()
              ? JSON.readValue(file.read(), new TypeReference<HashMap<String, Long>>() {})
              : new HashMap<>();
      return new UsedAssertions(file, most, used);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(
          "%s: want digests and seconds; remove the file five minutes after the last sign-in"
              .formatted(file.path()),
          e);
    }
  }

  /**
   * Whether this is its first use, which is kept until it has expired. When too many are remembered
   * none more is taken: nobody's assertion is forgotten early.
   */
  synchronized boolean isFirst(String client, String jti, Instant expires, Instant now) {
    used.values().removeIf(until -> until <= now.getEpochSecond());
    String name = digest(client, jti);
    if (used.size() >= most || used.containsKey(name)) {
      return false;
    }
    used.put(name, expires.getEpochSecond() + 1);
    write();
    return true;
  }

  private static String digest(String client, String jti) {
    try {
      return Digest.sha256(JSON.writeValueAsString(List.of(client, jti)).getBytes(UTF_8)).hex();
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void write() {
    try {
      file.replace(JSON.writeValueAsString(used));
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
