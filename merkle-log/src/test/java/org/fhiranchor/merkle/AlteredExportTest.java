package org.fhiranchor.merkle;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Exports that somebody altered, at random: every one is found, and says where. */
final class AlteredExportTest {
  private static final int ALTERATIONS = Integer.getInteger("test.alterations", 1000);
  private static final long SEED = Long.getLong("test.seed", 20261129);

  /** The file and line, or the leaf; of a line of an accounting, which disclosure it is about. */
  private static final String NAMED =
      "leaf [0-9]+|, line [0-9]+|manifest|ndjson|csv|prov.json|counts"
          + "|disclosure [0-9]+|heads|the first line|accounting";

  private final SampleExport sample = new SampleExport(12);
  private final RandomAlterations random = new RandomAlterations(SEED);

  @Test
  @DisplayName("EXP-2 of 1,000 random alterations of exported folders 1,000 are found and named")
  void everyAlterationIsFound() {
    SampleExportOfPatient ofPatient = new SampleExportOfPatient();
    HeadEvidence whole = sample.onLedger(sample.log.size().value()).apply(Optional.empty());
    HeadEvidence patients = ofPatient.world.onLedger(ofPatient.anchored);
    List<Honest> honest = new ArrayList<>();
    for (ExportFormat format : ExportFormat.values()) {
      honest.add(new Honest(sample.all(format), whole));
      honest.add(new Honest(ofPatient.export(format), patients));
    }
    for (int i = 0; i < ALTERATIONS; i++) {
      Honest from = honest.get(i % honest.size());
      SampleExport.Files altered = new SampleExport.Files();
      altered.content.putAll(from.files().content);
      random.alter(altered);
      Verdict verdict = altered.verify(anchor -> from.head(), Optional.empty());
      assertThat(verdict)
          .as("alteration %d of seed %d: %s", i, SEED, random.what())
          .isInstanceOf(Verdict.NotVerified.class);
      Verdict.NotVerified no = (Verdict.NotVerified) verdict;
      assertThat(no.reason() + no.want() + no.got())
          .as("alteration %d of seed %d: %s", i, SEED, random.what())
          .containsPattern(NAMED);
    }
  }

  /** A folder before it is altered, and the head that is known. */
  private record Honest(SampleExport.Files files, HeadEvidence head) {}
}
