package org.fhiranchor.merkle;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An honest export is verified; one that leaves something out is not. */
final class ExportVerificationTest {
  private final SampleExport sample = new SampleExport(12);
  private final int size = (int) sample.log.size().value();

  private Verdict verify(SampleExport.Files files) {
    return files.verify(sample.onLedger(size), Optional.empty());
  }

  @ParameterizedTest
  @EnumSource(ExportFormat.class)
  @DisplayName(
      "EXP-2 an export is verified in each format, with erased leaves and removed contents")
  void honest(ExportFormat format) {
    Verdict verdict = verify(sample.all(format));
    assertThat(verdict).isInstanceOf(Verdict.Verified.class);
    assertThat(verdict.passed().toString())
        .contains("leaves 0 to %d of %d, every one opened but 3".formatted(size - 1, size))
        .contains("11 refusals (proven)", "without content, which a leaf says was removed");
  }

  @Test
  @DisplayName("EXP-2 what a filter chooses is chosen again: a line that it means is not left out")
  void filtered() {
    ExportFilter filter =
        new ExportFilter(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            List.of("Practitioner/1"),
            List.of("Observation"),
            Set.of(ExportKind.VERSIONS, ExportKind.REFUSALS));
    SampleExport.Files files = sample.export(ExportFormat.CSV, filter, 0, size, size);
    assertThat(verify(files)).isInstanceOf(Verdict.Verified.class);
    assertThat(new String(files.bytes("records.csv"), UTF_8))
        .contains("Practitioner/1")
        .doesNotContain("Practitioner/2")
        .contains("'=cmd|");
  }

  @Test
  @DisplayName("EXP-2 a range of a time reaches well beyond that time, or it is not verified")
  void times() {
    SampleExport hours = new SampleExport(200);
    int all = (int) hours.log.size().value();
    Instant since = SampleLog.NOW.plusSeconds(60 * 90);
    ExportFilter filter =
        new ExportFilter(
            Optional.of(since),
            Optional.of(since.plusSeconds(600)),
            Optional.empty(),
            List.of(),
            List.of(),
            Set.of(ExportKind.values()));
    int from = first(hours, since.minusSeconds(3600)) - 1;
    int to = first(hours, since.plusSeconds(600 + 3601)) + 1;
    assertThat(to).isLessThan(all);
    SampleExport.Files right = hours.export(ExportFormat.NDJSON, filter, from, to, all);
    assertThat(right.verify(hours.onLedger(all), Optional.empty()))
        .isInstanceOf(Verdict.Verified.class);
    for (SampleExport.Files narrow :
        List.of(
            hours.export(ExportFormat.NDJSON, filter, from + 10, to, all),
            hours.export(ExportFormat.NDJSON, filter, from, to - 10, all))) {
      assertThat(narrow.verify(hours.onLedger(all), Optional.empty()))
          .extracting("step")
          .isEqualTo(Step.EXPORT_LEAVES);
    }
  }

  @Test
  @DisplayName("EXP-2 an export of a time that is over is verified when the ledger has gone on")
  void ofThePast() {
    SampleExport hours = new SampleExport(200);
    int all = (int) hours.log.size().value();
    for (long minutes : List.of(100L, 180L)) {
      ExportFilter filter = until(SampleLog.NOW.plusSeconds(60 * minutes));
      SampleExport.Files then = hours.export(ExportFormat.NDJSON, filter, 0, all - 5, all - 5L);
      assertThat(then.verify(hours.onLedger(all), Optional.empty()))
          .as("a time that ended after %s of 200 minutes", minutes)
          .isInstanceOf(minutes == 100 ? Verdict.Verified.class : Verdict.Undecided.class);
      assertThat(then.verify(hours.onLedger(all), Optional.of(SampleLog.NOW.plusSeconds(86_400))))
          .isInstanceOf(Verdict.Undecided.class);
      for (long said : List.of(138L, 140L)) {
        Instant end = SampleLog.NOW.plusSeconds(60 * said);
        assertThat(then.verify(hours.onLedger(all), Optional.of(end)))
            .as("complete up to %s of 199 minutes, for a leaf may come an hour late", said)
            .isInstanceOf(said == 138 ? Verdict.Verified.class : Verdict.Undecided.class);
      }
    }
  }

  private static ExportFilter until(Instant end) {
    return new ExportFilter(
        Optional.empty(),
        Optional.of(end),
        Optional.empty(),
        List.of(),
        List.of(),
        Set.of(ExportKind.values()));
  }

  private static int first(SampleExport sample, Instant at) {
    int index = 0;
    while (sample.log.statement(index).recorded().isBefore(at)) {
      index++;
    }
    return index;
  }

  @Test
  @DisplayName("EXP-2 an end that was withheld is found: by the ledger's head, and by a known one")
  void withheldTail() {
    SampleExport.Files old =
        sample.export(ExportFormat.NDJSON, ExportFilter.ALL, 0, size - 5, size - 5);
    assertThat(old.verify(sample.onLedger(size), Optional.empty()))
        .isInstanceOf(Verdict.Undecided.class);
    HeadEvidence known =
        new HeadEvidence.Pinned(sample.log.size(), sample.log.root(sample.log.size()));
    assertThat(old.verify(anchor -> known, Optional.empty()))
        .extracting("step")
        .isEqualTo(Step.LEDGER_HEAD);
    Instant proven = SampleLog.NOW.minus(ExportVerification.OUT_OF_ORDER);
    assertThat(old.verify(sample.onLedger(size), Optional.of(proven)))
        .isInstanceOf(Verdict.Verified.class);
    assertThat(old.verify(sample.onLedger(size), Optional.of(SampleLog.NOW.plusSeconds(86_400))))
        .isInstanceOf(Verdict.Undecided.class);
    SampleExport.Files cut =
        sample.export(ExportFormat.NDJSON, ExportFilter.ALL, 0, size - 5, size);
    assertThat(verify(cut)).extracting("step").isEqualTo(Step.EXPORT_LEAVES);
  }

  @Test
  @DisplayName("EXP-2 whoever holds the log's key cannot let a line say what its leaf does not say")
  void forgedByTheOwner() {
    SampleExport.Files files = sample.all(ExportFormat.NDJSON);
    byte[] content = files.bytes("AuditEvent.ndjson");
    byte[] forged =
        new String(content, UTF_8).replaceFirst("Practitioner/1", "Practitioner/9").getBytes(UTF_8);
    files.content.put("AuditEvent.ndjson", forged);
    String manifest = new String(files.bytes(ExportManifest.NAME), UTF_8);
    SampleExport.sign(
        files, manifest.replace(Digest.sha256(content).hex(), Digest.sha256(forged).hex()));
    Verdict verdict = verify(files);
    assertThat(verdict).extracting("step").isEqualTo(Step.EXPORT_RECORDS);
    assertThat(verdict).extracting("reason").asString().contains("AuditEvent.ndjson, line");
  }

  @Test
  @DisplayName("EXP-2 a leaf that is not opened and that no leaf says was erased is named")
  void unopened() {
    SampleExport.Files files = sample.all(ExportFormat.NDJSON);
    String[] lines = new String(files.bytes(ExportLeaves.NAME), UTF_8).split("\n", -1);
    lines[7] = lines[7].replaceFirst(",\"statement\".*", "}");
    files.content.put(ExportLeaves.NAME, String.join("\n", lines).getBytes(UTF_8));
    Verdict verdict = verify(files);
    assertThat(verdict).isInstanceOf(Verdict.NotVerified.class);
  }
}
