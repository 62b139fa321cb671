package org.fhiranchor.merkle;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Exports that somebody altered, at random: every one is found, and says where. */
final class AlteredExportTest {
  private static final int ALTERATIONS = Integer.getInteger("test.alterations", 1000);
  private static final long SEED = Long.getLong("test.seed", 20261129);

  private final SampleExport sample = new SampleExport(12);
  private final Random random = new Random(SEED);
  private String what = "";

  @Test
  @DisplayName("EXP-2 of 1,000 random alterations of exported folders 1,000 are found and named")
  void everyAlterationIsFound() {
    List<SampleExport.Files> honest = new ArrayList<>();
    for (ExportFormat format : ExportFormat.values()) {
      honest.add(sample.all(format));
    }
    for (int i = 0; i < ALTERATIONS; i++) {
      SampleExport.Files from = honest.get(i % honest.size());
      SampleExport.Files altered = new SampleExport.Files();
      altered.content.putAll(from.content);
      alter(altered);
      Verdict verdict =
          altered.verify(sample.onLedger(sample.log.size().value()), Optional.empty());
      assertThat(verdict)
          .as("alteration %d of seed %d: %s", i, SEED, what)
          .isInstanceOf(Verdict.NotVerified.class);
      Verdict.NotVerified no = (Verdict.NotVerified) verdict;
      assertThat(no.reason() + no.want() + no.got())
          .as("alteration %d of seed %d: %s", i, SEED, what)
          .containsPattern("leaf [0-9]+|, line [0-9]+|manifest|ndjson|csv|prov.json|counts");
    }
  }

  private void alter(SampleExport.Files files) {
    List<String> names = List.copyOf(files.content.keySet());
    String name = names.get(random.nextInt(names.size()));
    byte[] before = files.bytes(name);
    byte[] after = altered(before);
    while (Arrays.equals(before, after)) {
      after = altered(before);
    }
    what = name + ": " + what;
    int kind = random.nextInt(20);
    if (kind == 0) {
      what = "without " + name;
      files.content.remove(name);
    } else if (kind == 1) {
      what = "a file more";
      files.content.put("more.ndjson", before);
    } else if (kind == 2 && !name.startsWith("manifest")) {
      // The manifest is edited as well, by somebody without the key.
      String manifest = new String(files.bytes(ExportManifest.NAME), UTF_8);
      files.content.put(name, after);
      files.content.put(
          ExportManifest.NAME,
          manifest
              .replace(Digest.sha256(before).hex(), Digest.sha256(after).hex())
              .getBytes(UTF_8));
    } else {
      files.content.put(name, after);
    }
  }

  private byte[] altered(byte[] before) {
    String text = new String(before, UTF_8);
    List<String> lines = new ArrayList<>(Arrays.asList(text.split("(?<=\n)", -1)));
    int at = random.nextInt(lines.size());
    switch (random.nextInt(7)) {
      case 0 -> {
        what = "line " + at + " dropped";
        lines.remove(at);
      }
      case 1 -> {
        what = "line " + at + " twice";
        lines.add(at, lines.get(at));
      }
      case 2 -> {
        int other = random.nextInt(lines.size());
        what = "lines " + at + " and " + other + " swapped";
        String one = lines.get(at);
        lines.set(at, lines.get(other));
        lines.set(other, one);
      }
      case 3 -> {
        what = "cut";
        return Arrays.copyOf(before, random.nextInt(before.length));
      }
      case 4 -> {
        what = "a byte more";
        byte[] more = Arrays.copyOf(before, before.length + 1);
        more[before.length] = (byte) (random.nextBoolean() ? '\n' : 'x');
        return more;
      }
      default -> {
        byte[] changed = before.clone();
        int place = random.nextInt(before.length);
        what = "byte " + place + " changed";
        changed[place] = (byte) (changed[place] ^ (1 << random.nextInt(7)));
        return changed;
      }
    }
    return String.join("", lines).getBytes(UTF_8);
  }
}
