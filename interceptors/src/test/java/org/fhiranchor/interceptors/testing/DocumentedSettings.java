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

/** The tables of docs/operate/settings.md. */
public final class DocumentedSettings {
  private static final Path FILE =
      Path.of(System.getProperty("anchor.root", "..")).resolve("docs/operate/settings.md");
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");

  private DocumentedSettings() {}

  /**
   * One key, with its cells as they are written.
   *
   * @param key a free segment is {@code *}
   * @param otherwise the cell of the default, or whether the key is required
   * @param accepted the cell that says what is accepted, or what the key means
   */
  public record Row(String key, String otherwise, String accepted) {}

  /** Those whose key is below a prefix, in the document's order. */
  public static List<Row> rowsBelow(String prefix) {
    return lines().stream()
        .filter(line -> line.startsWith("| `"))
        .map(line -> line.split(" \\| "))
        .flatMap(
            cells ->
                CODE.matcher(cells[0])
                    .results()
                    .map(code -> new Row(key(code.group(1)), cells[1], cells[2])))
        .filter(row -> row.key().startsWith(prefix + "."))
        .toList();
  }

  /** The keys below a prefix; one that stands twice is a fault. */
  public static Set<String> keysBelow(String prefix) {
    List<String> keys = rowsBelow(prefix).stream().map(Row::key).toList();
    Set<String> once = new TreeSet<>(keys);
    if (once.size() != keys.size()) {
      throw new IllegalStateException(
          "settings.md names a key twice: " + keys.stream().sorted().collect(Collectors.toList()));
    }
    return once;
  }

  private static String key(String text) {
    return text.replaceAll("<[a-z]+>", Matcher.quoteReplacement("*"));
  }

  private static List<String> lines() {
    try {
      return Arrays.asList(Files.readString(FILE).split("\n"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
