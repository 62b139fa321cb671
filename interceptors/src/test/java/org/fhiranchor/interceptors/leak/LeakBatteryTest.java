package org.fhiranchor.interceptors.leak;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.jpa.api.config.JpaStorageSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.fhiranchor.interceptors.gate.GateCheck;
import org.fhiranchor.interceptors.leak.Finding.Outcome;
import org.fhiranchor.interceptors.leak.Worlds.Booted;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two pairs of servers: with and without the hidden records; and for somebody who may see them,
 * with the gate and without. The report is {@code target/leak-report.html}.
 */
@Tag("long")
@TestInstance(Lifecycle.PER_CLASS)
@DisplayName("GATE-4 the leak battery")
final class LeakBatteryTest {
  private static final String ENFORCED = "--anchor.consent.enforce=on";

  /** How many ask each probe: in {@code make test} one, in turn, in {@code make test-long} all. */
  private static final int ASKING = Integer.getInteger("test.battery", 1);

  private final ProbeFile file = ProbeFile.read();
  private final Records records = Records.read();
  private final Battery battery = new Battery(file, records);
  private final List<Finding> findings = new ArrayList<>();

  @AfterAll
  void report() {
    new LeakReport(file, findings).write(Path.of("target", "leak-report.html"));
  }

  @Test
  @DisplayName("GATE-4 has at least 250 probes, and some for each of G1 to G16")
  void coversEverySurface() {
    assertThat(file.probes()).hasSizeGreaterThanOrEqualTo(250);
    assertThat(file.probes().stream().map(Probe::surface).distinct())
        .containsExactlyInAnyOrderElementsOf(file.surfaces().keySet());
    assertThat(file.personas()).hasSize(4);
  }

  @Test
  @DisplayName("GATE-4 without a consent nobody can tell the two worlds apart")
  void leaksNothing(@TempDir Path withHidden, @TempDir Path without) {
    try (Booted hidden = Worlds.boot(withHidden, records, ENFORCED);
        Booted absent = Worlds.boot(without, records, ENFORCED)) {
      seed(hidden, true);
      seed(absent, false);
      battery.negative(hidden.world(), absent.world(), ASKING, findings::add);
    }
    assertThat(findings).filteredOn(each -> each.outcome() == Outcome.LEAKED).isEmpty();
  }

  @Test
  @DisplayName(
      "GATE-4 with a matching consent every answer is what its probe states, and no looser")
  void permitsWhatIsPermitted(@TempDir Path gated, @TempDir Path plain) {
    try (Booted gate = Worlds.boot(gated, records, ENFORCED);
        Booted off = Worlds.boot(plain, records, "--anchor.consent.enforce=off")) {
      // HAPI leaves open in which order hits without _sort come; these settings decide it
      JpaStorageSettings settings = off.server().bean(JpaStorageSettings.class);
      GateCheck.prepare(settings);
      settings.setSearchPreFetchThresholds(List.of(-1));
      seed(gate, true);
      seed(off, true);
      battery.positive(gate.world(), off.world(), findings::add);
    }
    assertThat(findings).filteredOn(each -> each.outcome() == Outcome.MISSTATED).isEmpty();
  }

  private void seed(Booted server, boolean hidden) {
    server.seed(hidden, file.permitted());
  }
}
