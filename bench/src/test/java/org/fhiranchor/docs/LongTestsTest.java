package org.fhiranchor.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What {@code make test} leaves out, {@code make test-long} runs; no rule is left out of both. */
final class LongTestsTest {
  private static final Path ROOT = Path.of(System.getProperty("anchor.root", ".."));
  private static final Pattern LONG =
      Pattern.compile("(?m)^@Tag\\(\"long\"\\)\n(?:@.*\n)*(?:final )?class ");
  private static final Pattern NAME = Pattern.compile("@DisplayName\\(([^)]*)\\)");
  private static final Pattern RULE = Pattern.compile("\\b(?:[A-Z]{1,5}-|G)\\d+\\b");

  /** What only a browser shows. */
  private static final Set<String> OF_THE_CONSOLE = Set.of("CON-3", "CON-5", "CON-8", "KEY-5");

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
    sources().values().forEach(source -> (isLong(source) ? leftOut : tested).addAll(rules(source)));
    leftOut.removeAll(tested);
    assertThat(tested).hasSizeGreaterThan(100);
    assertThat(leftOut).isEqualTo(new TreeSet<>(OF_THE_CONSOLE));
  }

  private static Set<String> rules(String source) {
    return NAME.matcher(source)
        .results()
        .flatMap(name -> RULE.matcher(name.group(1)).results())
        .map(MatchResult::group)
        .collect(Collectors.toSet());
  }
}
