package org.fhiranchor.interceptors.autoconfigure;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.core.env.ConfigurableEnvironment;

/**
 * Reads single values and remembers what was wrong with them, so that one start reports all. After
 * a problem the value answered is a stand-in: {@link #finish} must be called before any is used.
 */
public final class AnchorSettingsSource {
  /** YAML takes the bare words for true and false. */
  private static final String ONLY_QUOTED = " (in YAML with quotes: \"on\", \"off\")";

  /** Of a list in YAML. */
  private static final int MOST_ENTRIES = 1_000;

  private static final Pattern ADDRESS = Pattern.compile("0x[0-9a-fA-F]{40}");

  private final ConfigurableEnvironment environment;
  private final List<String> problems = new ArrayList<>();

  public AnchorSettingsSource(ConfigurableEnvironment environment) {
    this.environment = environment;
  }

  /** The same sentence twice is one problem: a key may be looked at more than once. */
  public void problem(String sentence) {
    if (!problems.contains(sentence)) {
      problems.add(sentence);
    }
  }

  public void problems(List<String> sentences) {
    sentences.forEach(this::problem);
  }

  public void finish() {
    if (!problems.isEmpty()) {
      throw new AnchorSettingsException(problems);
    }
  }

  /** What is given; a list in YAML counts as its entries with commas between them. */
  public Optional<String> text(String key) {
    try {
      List<String> entries = entries(key);
      if (!entries.isEmpty() && environment.containsProperty(key)) {
        problem(key + ": given as one value and as a list; want one of them");
      }
      return Optional.ofNullable(environment.getProperty(key))
          .or(() -> Optional.of(String.join(",", entries)))
          .map(String::strip)
          .filter(value -> !value.isEmpty());
    } catch (IllegalArgumentException unresolvable) {
      problem(key + ": " + unresolvable.getMessage());
      return Optional.empty();
    }
  }

  private List<String> entries(String key) {
    return IntStream.range(0, MOST_ENTRIES)
        .mapToObj(i -> Optional.ofNullable(environment.getProperty(key + "[" + i + "]")))
        .takeWhile(Optional::isPresent)
        .flatMap(Optional::stream)
        .toList();
  }

  public boolean has(String key) {
    return text(key).isPresent();
  }

  public String required(String key, String when, String accepted) {
    return text(key)
        .orElseGet(
            () -> {
              problem(key + ": missing, but needed " + when + "; want " + accepted);
              return "";
            });
  }

  /** The parsed value, or a problem that names key, value and what is accepted. */
  public <T> Optional<T> parsed(String key, String accepted, Function<String, Optional<T>> parser) {
    Optional<String> text = text(key);
    Optional<T> value = text.flatMap(parser);
    if (text.isPresent() && value.isEmpty()) {
      wrong(key, text.get(), accepted);
    }
    return value;
  }

  public void wrong(String key, String value, String accepted) {
    problem(key + ": want " + accepted + ", got \"" + value + "\"");
  }

  public <T> T choice(String key, T fallback, Map<String, T> choices) {
    String words = String.join(", ", choices.keySet().stream().sorted().toList());
    String accepted = "one of " + words + (choices.containsKey("off") ? ONLY_QUOTED : "");
    return parsed(key, accepted, text -> Optional.ofNullable(choices.get(text))).orElse(fallback);
  }

  public int integer(String key, int fallback, int min, int max) {
    return parsed(key, "a whole number from " + min + " to " + max, text -> whole(text, min, max))
        .orElse((long) fallback)
        .intValue();
  }

  public static Optional<Long> whole(String text, long min, long max) {
    if (!text.matches("[0-9]{1,18}")) {
      return Optional.empty();
    }
    return Optional.of(Long.parseLong(text)).filter(number -> number >= min && number <= max);
  }

  public Duration duration(String key, Duration fallback, Duration min, Duration max) {
    String accepted = "a duration such as 200ms, 5s, 10m or 7d, from " + min + " to " + max;
    return parsed(key, accepted, text -> durationOf(text, min, max)).orElse(fallback);
  }

  private static Optional<Duration> durationOf(String text, Duration min, Duration max) {
    try {
      return Optional.of(DurationStyle.detectAndParse(text))
          .filter(d -> d.compareTo(min) >= 0 && d.compareTo(max) <= 0);
    } catch (IllegalArgumentException | ArithmeticException notADuration) {
      return Optional.empty();
    }
  }

  public Optional<Path> path(String key) {
    return parsed(key, "a path of this file system", AnchorSettingsSource::pathOf);
  }

  private static Optional<Path> pathOf(String text) {
    try {
      return Optional.of(Path.of(text));
    } catch (InvalidPathException notAPath) {
      return Optional.empty();
    }
  }

  /** A file that must be there when the server starts. */
  public Path existingFile(String key, String when) {
    String text = required(key, when, "a readable file");
    Path file = pathOf(text).orElse(Path.of(""));
    if (!text.isEmpty() && !Files.isReadable(file)) {
      wrong(key, text, "a readable file");
    }
    return file;
  }

  /** An http or https URL. Never shown in a message: such URLs tend to carry access keys. */
  public Optional<URI> url(String key) {
    Optional<String> text = text(key);
    Optional<URI> url = text.flatMap(AnchorSettingsSource::urlOf);
    if (text.isPresent() && url.isEmpty()) {
      wrong(key, "(not shown)", "an http:// or https:// URL with a host");
    }
    return url;
  }

  public static Optional<URI> urlOf(String text) {
    try {
      URI uri = new URI(text);
      boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      return Optional.of(uri).filter(u -> web && u.getHost() != null);
    } catch (URISyntaxException notAUrl) {
      return Optional.empty();
    }
  }

  public Optional<String> address(String key) {
    return parsed(
        key,
        "an address: 0x and 40 hex digits",
        text -> Optional.of(text).filter(t -> ADDRESS.matcher(t).matches()));
  }
}
