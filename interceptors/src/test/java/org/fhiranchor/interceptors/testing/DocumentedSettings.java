package org.fhiranchor.interceptors.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The keys in the first cells of the tables of docs/operate/settings.md. */
public final class DocumentedSettings {
  private static final Path FILE =
      Path.of(System.getProperty("anchor.root", "..")).resolve("docs/operate/settings.md");
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");

  private DocumentedSettings() {}

  /** Those below a prefix, a free segment as {@code *}; one that stands twice is a fault. */
  public static Set<String> below(String prefix) {
    List<String> keys =
        lines().stream()
            .filter(line -> line.startsWith("| `"))
            .map(line -> line.substring(0, line.indexOf('|', 1)))
            .flatMap(cell -> CODE.matcher(cell).results())
            .map(code -> code.group(1).replaceAll("<[a-z]+>", Matcher.quoteReplacement("*")))
            .filter(key -> key.startsWith(prefix + "."))
            .toList();
    Set<String> once = new TreeSet<>(keys);
    if (once.size() != keys.size()) {
      throw new IllegalStateException(
          "settings.md names a key twice: "
              + keys.stream().sorted().collect(Collectors.joining(", ")));
    }
    return once;
  }

  private static List<String> lines() {
    try {
      return Arrays.asList(Files.readString(FILE).split("\n"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
