package org.fhiranchor.verifier;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Resources that Synthea wrote as bulk data, each with a version, as a server stores them. */
final class SyntheaVersions {
  private static final Pattern META = Pattern.compile("(\"id\":\"[^\"]*\"),\"meta\":\\{");
  private static final Pattern ID = Pattern.compile("(\"id\":\"[^\"]*\")");

  private SyntheaVersions() {}

  /** So many, taken evenly from the lines of all files, each type among them. */
  static List<byte[]> of(Path folder, int wanted) throws IOException {
    List<String> lines = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(one -> one.toString().endsWith(".ndjson")).sorted().toList()) {
        lines.addAll(Files.readAllLines(file, UTF_8));
      }
    }
    assertThat(lines).hasSizeGreaterThanOrEqualTo(wanted);
    List<byte[]> versions = new ArrayList<>(wanted);
    for (int i = 0; i < wanted; i++) {
      versions.add(version(lines.get((int) ((long) i * lines.size() / wanted))).getBytes(UTF_8));
    }
    return versions;
  }

  private static String version(String line) {
    String with = META.matcher(line).replaceFirst("$1,\"meta\":{\"versionId\":\"1\",");
    return with.equals(line)
        ? ID.matcher(line).replaceFirst("$1,\"meta\":{\"versionId\":\"1\"}")
        : with;
  }
}
