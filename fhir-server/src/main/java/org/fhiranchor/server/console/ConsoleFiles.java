package org.fhiranchor.server.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The files that the build of {@code console/} made, from the class path. */
final class ConsoleFiles {
  /** One name without a folder: nothing leads out of ours. */
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,100}\\.([a-z]{2,4})");

  private static final Map<String, String> TYPES =
      Map.of(
          "js", "application/javascript;charset=utf-8",
          "css", "text/css;charset=utf-8",
          "svg", "image/svg+xml");

  /** Text and media type of one file. */
  record ConsoleFile(String text, String type) {}

  /** A page, such as {@code check.html}; none where the console was not built. */
  Optional<ConsoleFile> page(String name) throws IOException {
    return text(name).map(text -> new ConsoleFile(text, "text/html;charset=utf-8"));
  }

  /** What a page loads, by the name under {@code /console/}. */
  Optional<ConsoleFile> asset(String name) throws IOException {
    Matcher matcher = NAME.matcher(name);
    if (!matcher.matches() || !TYPES.containsKey(matcher.group(1))) {
      return Optional.empty();
    }
    String type = TYPES.getOrDefault(matcher.group(1), "");
    return text("console/" + name).map(text -> new ConsoleFile(text, type));
  }

  private static Optional<String> text(String path) throws IOException {
    try (InputStream in = ConsoleFiles.class.getResourceAsStream("/console/" + path)) {
      return in == null ? Optional.empty() : Optional.of(new String(in.readAllBytes(), UTF_8));
    }
  }
}
