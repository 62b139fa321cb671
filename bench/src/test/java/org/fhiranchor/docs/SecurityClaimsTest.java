package org.fhiranchor.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** SECURITY.md says of whoever could lie who notices, and which test shows it. */
final class SecurityClaimsTest {
  private static final Path ROOT = Path.of(System.getProperty("anchor.root", ".."));
  private static final Pattern TEST = Pattern.compile("`([A-Za-z]+(?:Test|\\.t\\.sol))`");

  private static List<String[]> rows() throws IOException {
    String section =
        Files.readString(ROOT.resolve("SECURITY.md"))
            .split("## Who could lie", 2)[1]
            .split("\n## ", 2)[0];
    return section
        .lines()
        .filter(line -> line.startsWith("| ") && !line.startsWith("| Someone"))
        .filter(line -> !line.startsWith("| ---"))
        .map(line -> line.split(" \\| "))
        .toList();
  }

  private static Set<String> tests() throws IOException {
    try (Stream<Path> all = Files.walk(ROOT)) {
      return all.map(path -> ROOT.relativize(path).toString())
          .filter(path -> path.contains("/src/test/") || path.contains("/contracts/test/"))
          .map(path -> path.replaceAll(".*/", "").replaceAll("\\.java$", ""))
          .collect(Collectors.toSet());
    }
  }

  @Test
  @DisplayName("each row of SECURITY.md's table names a test that is there")
  void namesATestForEachClaim() throws IOException {
    Set<String> tests = tests();
    List<String> bare = new ArrayList<>();
    for (String[] row : rows()) {
      List<String> named =
          TEST.matcher(row[row.length - 1]).results().map(MatchResult::group).toList();
      if (row.length != 3 || named.isEmpty()) {
        bare.add(row[0]);
      }
      assertThat(tests)
          .as(row[0])
          .containsAll(named.stream().map(name -> name.replace("`", "")).toList());
    }
    assertThat(rows()).hasSizeGreaterThan(15);
    assertThat(bare).isEmpty();
  }
}
