package org.fhiranchor.bench;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.fhiranchor.interceptors.log.PendingLeaf;
import org.fhiranchor.interceptors.log.SaltedRecord;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.Operation;
import org.fhiranchor.merkle.ResourceKey;
import org.fhiranchor.merkle.Salt;
import org.fhiranchor.merkle.Statement;

/**
 * Leaves like those of a busy server: seven in ten are first versions, the others a second version
 * of a resource that may be anywhere in the log. The same number always gives the same leaf.
 */
final class Leaves {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private Leaves() {}

  static PendingLeaf at(long number) {
    Random random = new Random(number);
    boolean later = number % 10 >= 7;
    Salt salt = salt(random);
    SaltedRecord record =
        SaltedRecord.of(
            Map.of("v", "1", "writer", "client", "requestId", "req" + number, "userAgent", "bench"),
            salt(random));
    Statement statement =
        new Statement.ResourceVersion(
            START.plusMillis(number),
            resource(number),
            later ? Long.toString(number) : "1",
            later ? Operation.UPDATE : Operation.CREATE,
            Optional.of(Digest.sha256(Long.toString(number).getBytes(StandardCharsets.US_ASCII))),
            record.digest(),
            Optional.empty());
    return new PendingLeaf(statement, salt, record.json());
  }

  /** The resource that leaf {@code number} is a version of. */
  static ResourceKey resource(long number) {
    long id = number % 10 >= 7 ? new Random(~number).nextLong(number) / 10 * 10 : number;
    return new ResourceKey("Observation", "bench-" + id);
  }

  /** The version that leaf {@code number} records. */
  static String version(long number) {
    return number % 10 >= 7 ? Long.toString(number) : "1";
  }

  private static Salt salt(Random random) {
    byte[] bytes = new byte[32];
    random.nextBytes(bytes);
    return Salt.of(bytes);
  }
}
