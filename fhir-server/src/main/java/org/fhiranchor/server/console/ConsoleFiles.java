package org.fhiranchor.server.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
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

  /** Of Swagger UI, for the page of the API. */
  private static final Set<String> OF_SWAGGER = Set.of("swagger-ui-bundle.js", "swagger-ui.css");

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
    return (OF_SWAGGER.contains(name) ? swagger(name) : text("console/" + name))
        .map(text -> new ConsoleFile(text, type));
  }

  /** Whether its name says what is in it: then it never changes under that name. */
  static boolean isNamedByContent(String name) {
    return !OF_SWAGGER.contains(name);
  }

  private static Optional<String> text(String path) throws IOException {
    return read("/console/" + path).map(bytes -> new String(bytes, UTF_8));
  }

  /** HAPI's server brings this archive along, and shows its own page of the API with it. */
  private static Optional<String> swagger(String name) throws IOException {
    Optional<byte[]> said = read("/META-INF/maven/org.webjars/swagger-ui/pom.properties");
    if (said.isEmpty()) {
      return Optional.empty();
    }
    Properties properties = new Properties();
    properties.load(new ByteArrayInputStream(said.get()));
    String version = properties.getProperty("version", "");
    return read("/META-INF/resources/webjars/swagger-ui/" + version + "/" + name)
        .map(bytes -> new String(bytes, UTF_8));
  }

  private static Optional<byte[]> read(String path) throws IOException {
    try (InputStream in = ConsoleFiles.class.getResourceAsStream(path)) {
      return in == null ? Optional.empty() : Optional.of(in.readAllBytes());
    }
  }
}
