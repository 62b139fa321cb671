package org.fhiranchor.interceptors.plain;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.fhiranchor.interceptors.log.LogStore;
import org.fhiranchor.interceptors.store.scan.SnapshotScan;
import org.fhiranchor.interceptors.store.scan.StoreScan;
import org.fhiranchor.interceptors.testing.KeptFindings;

/** How fast a store is scanned (EXP-6): a program that is started by hand. */
final class StoreScanSpeed {
  private static final int BUNDLES = Integer.getInteger("test.scan.bundles", 20);
  private static final int ENTRIES = 500;
  private static final int ROUNDS = 4;

  private StoreScanSpeed() {}

  /**
   * Prints the versions a second of the fastest of some rounds, on H2.
   *
   * @param args the folder of the database, which is new
   */
  public static void main(String[] args) {
    try (RunningServer server = RunningServer.start(Path.of(args[0]))) {
      server.fhir("PUT", "Patient/scanned", "{\"resourceType\":\"Patient\",\"id\":\"scanned\"}");
      for (int i = 0; i < BUNDLES; i++) {
        assertThat(server.fhir("POST", "", bundle(i)).statusCode()).isEqualTo(200);
      }
      LogStore log = server.bean(LogStore.class);
      await().atMost(120, SECONDS).until(() -> log.pendingCount() == 0);
      SnapshotScan scan =
          new SnapshotScan(server.bean(DataSource.class), server.bean(StoreScan.class));
      long best =
          IntStream.range(0, ROUNDS).mapToLong(round -> nanos(scan)).min().orElse(Long.MAX_VALUE);
      long versions = (long) BUNDLES * ENTRIES + 1;
      System.out.printf(
          "scanned %d versions, %d a second%n",
          versions, versions * Duration.ofSeconds(1).toNanos() / best);
    }
  }

  private static long nanos(SnapshotScan scan) {
    KeptFindings found = new KeptFindings();
    long began = System.nanoTime();
    scan.scan(found);
    long took = System.nanoTime() - began;
    assertThat(found.all()).isEmpty();
    return took;
  }

  private static String bundle(int number) {
    return IntStream.range(0, ENTRIES)
        .mapToObj(
            i ->
                """
                {"resource":{"resourceType":"Observation","status":"final",
                 "category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"vital-signs"}]}],
                 "code":{"coding":[{"system":"http://loinc.org","code":"29463-7","display":"Body Weight"}]},
                 "subject":{"reference":"Patient/scanned"},"effectiveDateTime":"2026-01-02T03:04:05+01:00",
                 "valueQuantity":{"value":%d.%d,"unit":"kg","system":"http://unitsofmeasure.org","code":"kg"}},
                 "request":{"method":"POST","url":"Observation"}}
                """
                    .formatted(number, i))
        .collect(
            Collectors.joining(
                ",", "{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":[", "]}"));
  }
}
