package org.fhiranchor.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.security.SecureRandom;
import org.fhiranchor.bench.store.H2Database;
import org.fhiranchor.merkle.LogSigningKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HeadsGrowthTest {
  @Test
  void changesARealMapInH2(@TempDir Path folder) {
    LogSigningKey key = LogSigningKey.generate("log.example.org/fhir", new SecureRandom());
    try (H2Database database = H2Database.in(folder, "heads", key)) {
      HeadsGrowth growth = new HeadsGrowth(database, 300);
      for (int i = 0; i < 3; i++) {
        HeadsGrowth.Round round = growth.change(20);
        assertThat(round.mapSeconds()).isLessThanOrEqualTo(round.seconds());
      }
      assertThat(growth.patients()).isEqualTo(300);
    }
  }
}
