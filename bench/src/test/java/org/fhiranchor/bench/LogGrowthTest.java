package org.fhiranchor.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.security.SecureRandom;
import org.fhiranchor.bench.store.H2Database;
import org.fhiranchor.merkle.LogSigningKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LogGrowthTest {
  @Test
  void growsARealLogInH2AndProvesLeavesOfIt(@TempDir Path folder) {
    LogSigningKey key = LogSigningKey.generate("log.example.org/fhir", new SecureRandom());
    try (H2Database database = H2Database.in(folder, "log", key)) {
      LogGrowth.Stage stage = new LogGrowth(database, key).growTo(300);
      assertThat(database.log().state().size().value()).isEqualTo(300);
      assertThat(stage.added()).isEqualTo(300);
      assertThat(stage.proofBytes()).isBetween(500, 4096);
    }
  }
}
