package org.fhiranchor.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** SECURITY.md says of whoever could lie who notices, and which test shows it. */
final class SecurityClaimsTest {
  private static final Path ROOT = Path.of(System.getProperty("anchor.root", ".."));
  private static final Pattern TEST =
      Pattern.compile("`([A-Za-z]+(?:Test|\\.t\\.sol)|[a-z-]+\\.test\\.mjs)(?:#([A-Za-z]+))?`");

  private static List<String[]> rows(String section) throws IOException {
    String table =
        Files.readString(ROOT.resolve("SECURITY.md"))
            .split("## " + section, 2)[1]
            .split("\n## ", 2)[0];
    return table
        .lines()
        .filter(line -> line.startsWith("| "))
        .skip(2)
        .map(line -> line.split(" \\| "))
        .toList();
  }

  /** Sources by the names that documents call them by. */
  private static Map<String, Path> tests() throws IOException {
    try (Stream<Path> all = Files.walk(ROOT)) {
      return all.filter(
              path ->
                  Stream.of("/src/test/", "/contracts/test/", "/console/test/")
                      .anyMatch(path.toString()::contains))
          .filter(Files::isRegularFile)
          .collect(
              Collectors.toMap(
                  path -> path.getFileName().toString().replaceAll("\\.java$", ""),
                  path -> path,
                  (one, other) -> one));
    }
  }

  private static void namesTests(String[] row, Map<String, Path> tests) throws IOException {
    assertThat(row).as(row[0]).hasSize(3);
    List<MatchResult> named = TEST.matcher(row[2]).results().toList();
    assertThat(named).as(row[0]).isNotEmpty();
    for (MatchResult one : named) {
      assertThat(tests).as(row[0]).containsKey(one.group(1));
      if (one.group(2) != null) {
        assertThat(Files.readString(tests.get(one.group(1))))
            .contains("void " + one.group(2) + "(");
      }
    }
  }

  @Test
  @DisplayName("each row of SECURITY.md's table names a test that is there")
  void namesATestForEachClaim() throws IOException {
    Map<String, Path> tests = tests();
    List<String[]> rows = rows("Who could lie");
    assertThat(rows).hasSizeGreaterThan(15);
    for (String[] row : rows) {
      namesTests(row, tests);
    }
  }

  @Test
  @DisplayName("each attack on the sign-in and the console names a test that is there")
  void namesATestForEachAttack() throws IOException {
    Map<String, Path> tests = tests();
    List<String[]> rows = rows("Attacks on the sign-in and the console");
    for (String[] row : rows) {
      namesTests(row, tests);
    }
    assertThat(rows.stream().map(row -> row[0]).collect(Collectors.joining()))
        .contains(
            "Redirect URI tricks",
            "Code replay",
            "PKCE downgrade",
            "Mix-up of issuers",
            "Referer",
            "history",
            "Script by content",
            "Clickjacking",
            "CSRF",
            "Session fixation",
            "Open registration");
  }
}
