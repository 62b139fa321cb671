package org.fhiranchor.merkle;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** What somebody without the key could do to an exported folder, at random. */
final class RandomAlterations {
  private final Random random;
  private String what = "";

  RandomAlterations(long seed) {
    random = new Random(seed);
  }

  /** What was done last. */
  String what() {
    return what;
  }

  /** Changes one file, adds one, or takes one away. */
  void alter(SampleExport.Files files) {
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
