package org.fhiranchor.interceptors.autoconfigure;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/**
 * A closed set of keys under one prefix. A key outside of it is a typing error until proven
 * otherwise: left alone, it would silently leave a default in force.
 */
public final class AnchorSettingsKeys {
  /** Past this distance a known key is no likely correction. */
  private static final int NEAR = 4;

  private final ConfigurationPropertyName prefix;
  private final DeclaredKeys declared;
  private final List<String> sorted;

  private AnchorSettingsKeys(DeclaredKeys declared) {
    this.prefix = ConfigurationPropertyName.of(declared.prefix());
    this.declared = declared;
    this.sorted = declared.keys().stream().sorted().toList();
  }

  /** What a record with Spring Boot's {@code @ConfigurationProperties} declares. */
  public static AnchorSettingsKeys of(Class<? extends Record> declaration) {
    return new AnchorSettingsKeys(DeclaredKeys.of(declaration));
  }

  /** Every key, and every family with a free segment below it as {@code family.*}. */
  public Set<String> all() {
    Set<String> all = new TreeSet<>(sorted);
    declared.families().forEach(family -> all.add(family + ".*"));
    return all;
  }

  /** One problem for each key under the prefix that nobody reads, in alphabetical order. */
  public List<String> unknownIn(ConfigurableEnvironment environment) {
    Set<String> problems = new TreeSet<>();
    for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
      if (source instanceof IterableConfigurationPropertySource names) {
        names.stream()
            .filter(name -> prefix.isAncestorOf(name) && !isKnown(name, isShell(source)))
            .forEach(name -> problems.add(problem(name)));
      }
    }
    return new ArrayList<>(problems);
  }

  /** The segments given below a family, such as {@code TREAT} for {@code anchor.consent.mode}. */
  public static Set<String> membersOf(String family, ConfigurableEnvironment environment) {
    ConfigurationPropertyName parent = ConfigurationPropertyName.of(family);
    Set<String> members = new TreeSet<>();
    for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
      if (source instanceof IterableConfigurationPropertySource names) {
        names.stream()
            .filter(parent::isParentOf)
            .map(name -> name.getLastElement(ConfigurationPropertyName.Form.UNIFORM))
            .forEach(name -> members.add(name.toUpperCase(Locale.ROOT)));
      }
    }
    return members;
  }

  private boolean isKnown(ConfigurationPropertyName name, boolean shell) {
    if (name.isLastElementIndexed()) {
      return matches(declared.lists(), name.getParent(), shell) || (shell && !belongsToUs(name));
    }
    return matches(declared.keys(), name, shell)
        || matches(declared.families(), name.getParent(), shell)
        || (shell && !belongsToUs(name));
  }

  private static boolean matches(Set<String> keys, ConfigurationPropertyName name, boolean shell) {
    return keys.stream()
        .flatMap(key -> shell ? shellForms(key) : Stream.of(key))
        .anyMatch(key -> ConfigurationPropertyName.of(key).equals(name));
  }

  /**
   * A shell variable cannot hold a dash. Spring Boot looks for {@code ANCHOR_LOG_SIGNINGKEY} and
   * for {@code ANCHOR_LOG_SIGNING_KEY}, and for nothing in between.
   */
  private static Stream<String> shellForms(String key) {
    return Stream.of(key.replace("-", ""), key.replace('-', '.')).distinct();
  }

  /** Other programs have variables that begin with ANCHOR_ too: only our groups are ours. */
  private boolean belongsToUs(ConfigurationPropertyName name) {
    ConfigurationPropertyName group = name.chop(prefix.getNumberOfElements() + 1);
    return Stream.concat(sorted.stream(), declared.families().stream())
        .map(ConfigurationPropertyName::of)
        .anyMatch(key -> group.isAncestorOf(key) && !group.equals(name));
  }

  private static boolean isShell(ConfigurationPropertySource source) {
    return source.getUnderlyingSource() instanceof SystemEnvironmentPropertySource;
  }

  private String problem(ConfigurationPropertyName name) {
    String hint =
        nearest(name)
            .map(key -> "did you mean " + key + "?")
            .orElseGet(() -> "known keys: " + String.join(", ", sorted));
    return name + ": no such setting; " + hint;
  }

  /** The same words in another group are a likelier mistake than other letters in this one. */
  private Optional<String> nearest(ConfigurationPropertyName name) {
    String text = name.toString();
    String lastSegment = text.substring(text.lastIndexOf('.') + 1);
    return closest(text, sorted.stream().filter(key -> key.endsWith("." + lastSegment)))
        .or(() -> closest(text, sorted.stream().filter(key -> isNear(key, text))))
        .or(
            () ->
                closest(
                        name.getParent().toString(),
                        declared.families().stream()
                            .filter(family -> isNear(family, name.getParent().toString())))
                    .map(family -> family + "." + lastSegment));
  }

  private static Optional<String> closest(String name, Stream<String> keys) {
    return keys.min(Comparator.comparingInt(key -> EditDistance.between(key, name)));
  }

  private static boolean isNear(String key, String name) {
    return EditDistance.between(key, name) <= NEAR;
  }
}
