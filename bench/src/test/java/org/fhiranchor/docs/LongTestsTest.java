package org.fhiranchor.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * What {@code make test} leaves out, {@code make test-long} runs: no rule is left out of both, and
 * few are left to the latter.
 */
final class LongTestsTest {
  private static final Path ROOT = Path.of(System.getProperty("anchor.root", ".."));
  private static final Pattern LONG =
      Pattern.compile("(?m)^@Tag\\(\"long\"\\)\n(?:@.*\n)*(?:final )?class ");

  /** A class that does nothing without a property that {@code make test} does not set. */
  private static final Pattern SWITCHED =
      Pattern.compile("(?m)^@EnabledIf\\w+\\([^{]*?\\)\n(?:@.*\n)*(?:final )?class ");

  private static final Pattern SCRIPT = Pattern.compile("\\$root/(scripts/[a-z-]+\\.sh)");
  private static final Pattern NAME = Pattern.compile("@DisplayName\\(([^)]*)\\)");
  private static final Pattern RULE = Pattern.compile("\\b(?:[A-Z]{1,5}-|G)\\d+\\b");

  /** What only a browser shows. README.md and CONTRIBUTING.md name them too. */
  private static final Set<String> IN_TEST_LONG_ALONE = Set.of("CON-3", "CON-5", "KEY-5");

  /** The source of each test class, by its simple name. */
  private static Map<String, String> sources() throws IOException {
    Map<String, String> sources = new TreeMap<>();
    for (Path source : DocumentsTest.files("Test.java")) {
      String file = source.getFileName().toString();
      sources.put(file.substring(0, file.length() - ".java".length()), Files.readString(source));
    }
    return sources;
  }

  private static boolean isLong(String source) {
    return LONG.matcher(source).find();
  }

  private static boolean isSwitched(String source) {
    return SWITCHED.matcher(source).find();
  }

  @Test
  @DisplayName("make test-long names every class that make test leaves out")
  void named() throws IOException {
    String script = Files.readString(ROOT.resolve("scripts/test-long.sh"));
    Set<String> named =
        Pattern.compile("[A-Za-z0-9]+Test\\b")
            .matcher(script.substring(script.indexOf("classes=("), script.indexOf("numbers=(")))
            .results()
            .map(MatchResult::group)
            .collect(Collectors.toSet());
    Map<String, String> sources = sources();
    Set<String> leftOut =
        sources.entrySet().stream()
            .filter(source -> isLong(source.getValue()))
            .map(Map.Entry::getKey)
            .collect(Collectors.toSet());
    assertThat(leftOut).hasSizeGreaterThan(20);
    assertThat(named).containsAll(leftOut);
    assertThat(sources).containsKeys(named.toArray(String[]::new));
  }

  @Test
  @DisplayName("each rule of a class that make test leaves out has a test in make test")
  void rules() throws IOException {
    Set<String> tested = new TreeSet<>();
    Set<String> leftOut = new TreeSet<>();
    sources()
        .values()
        .forEach(
            source ->
                (isLong(source) || isSwitched(source) ? leftOut : tested).addAll(rules(source)));
    leftOut.removeAll(tested);
    assertThat(tested).hasSizeGreaterThan(100);
    assertThat(leftOut).isEqualTo(new TreeSet<>(IN_TEST_LONG_ALONE));
    for (String document : List.of("README.md", "CONTRIBUTING.md")) {
      assertThat(Files.readString(ROOT.resolve(document))).as(document).contains(leftOut);
    }
  }

  @Test
  @DisplayName("a script of make test-long runs every class that make test has switched off")
  void switchedOn() throws IOException {
    String script = Files.readString(ROOT.resolve("scripts/test-long.sh"));
    List<String> called =
        SCRIPT.matcher(script).results().map(found -> found.group(1)).distinct().toList();
    StringBuilder all = new StringBuilder();
    for (String one : called) {
      all.append(Files.readString(ROOT.resolve(one)));
    }
    Set<String> switched =
        sources().entrySet().stream()
            .filter(source -> isSwitched(source.getValue()))
            .map(Map.Entry::getKey)
            .collect(Collectors.toSet());
    assertThat(switched).contains("KeycloakTest", "KeycloakConsoleTest");
    assertThat(all).contains(switched);
  }

  private static Set<String> rules(String source) {
    return NAME.matcher(source)
        .results()
        .flatMap(name -> RULE.matcher(name.group(1)).results())
        .map(MatchResult::group)
        .collect(Collectors.toSet());
  }
}
