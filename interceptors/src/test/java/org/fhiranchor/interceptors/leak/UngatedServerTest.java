package org.fhiranchor.interceptors.leak;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.jpa.api.config.JpaStorageSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.fhiranchor.interceptors.leak.Finding.Outcome;
import org.fhiranchor.interceptors.leak.Worlds.Booted;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The battery can fail: a server without a gate is caught, on nearly every reading surface. */
@Tag("long")
final class UngatedServerTest {
  private static final List<String> READING =
      List.of("G1", "G2", "G3", "G4", "G5", "G6", "G7", "G13", "G16");

  /**
   * One probe in so many of each surface: {@code make test} asks every fourth one, {@code make
   * test-long} all.
   */
  private static final int EACH = Integer.getInteger("test.ungated", 4);

  private final ProbeFile file = ProbeFile.read();
  private final Records records = Records.read();
  private final Battery battery = new Battery(file, records);
  private final Persona asking = file.personas().get(0);

  @Test
  @DisplayName("GATE-4 catches a server that enforces nothing, and sees no leak where none can be")
  void catchesAServerWithoutAGate(@TempDir Path data) {
    try (Booted plain = Worlds.boot(data, records, "--anchor.consent.enforce=off")) {
      plain.server().bean(JpaStorageSettings.class).setReuseCachedSearchResultsForMillis(null);
      plain.seeding().everywhere();
      Map<Probe, String> without = new LinkedHashMap<>();
      ask(
          plain.world(),
          (probe, answers) -> without.put(probe, battery.text(answers, plain.world())));
      assertThat(leaks(findings(plain.world(), without))).isEmpty();
      plain.seeding().hidden();
      List<Finding> findings = findings(plain.world(), without);
      new LeakReport(file, findings).write(Path.of("target", "leak-report-without-gate.html"));
      assertThat(leaks(findings)).hasSizeGreaterThan(250 / EACH);
      assertThat(leaks(findings).stream().map(leak -> leak.probe().surface()).distinct())
          .containsAll(READING);
    }
  }

  private List<Finding> findings(World world, Map<Probe, String> without) {
    List<Finding> findings = new ArrayList<>();
    ask(
        world,
        (probe, answers) -> {
          String earlier = without.getOrDefault(probe, "");
          String now = battery.text(answers, world);
          findings.add(battery.compared(probe, asking, answers, now, earlier));
        });
    return findings;
  }

  private static List<Finding> leaks(List<Finding> findings) {
    return findings.stream().filter(finding -> finding.outcome() == Outcome.LEAKED).toList();
  }

  /** What changes nothing and starts no job, so that it can be asked again. */
  private void ask(World world, BiConsumer<Probe, List<Answer>> each) {
    Map<String, Integer> met = new HashMap<>();
    for (Probe probe : file.probes()) {
      if (probe.request().method().equals("GET")
          && !probe.surface().equals("G11")
          && (met.merge(probe.surface(), 1, Integer::sum) - 1) % EACH == 0) {
        each.accept(probe, Conversation.hold(world, probe, asking, file.permitted()));
      }
    }
  }
}
