package org.fhiranchor.interceptors.autoconfigure;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
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
  private final Set<String> known;
  private final Set<String> families;

  /**
   * A set that is checked under one prefix.
   *
   * @param prefix such as {@code anchor}
   * @param known full keys in kebab case
   * @param families full keys below which one more, free segment stands
   */
  public AnchorSettingsKeys(String prefix, Set<String> known, Set<String> families) {
    this.prefix = ConfigurationPropertyName.of(prefix);
    this.known = Set.copyOf(known);
    this.families = Set.copyOf(families);
  }

  /** Every key, and every family with a free segment below it as {@code family.*}. */
  public Set<String> all() {
    Set<String> all = new TreeSet<>(known);
    families.forEach(family -> all.add(family + ".*"));
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
    if (shell) {
      return !belongsToUs(name) || matchesLoosely(name);
    }
    return known.stream().anyMatch(key -> ConfigurationPropertyName.of(key).equals(name))
        || families.stream().anyMatch(key -> ConfigurationPropertyName.of(key).isParentOf(name));
  }

  /** A shell variable cannot hold dots or dashes: {@code ANCHOR_LOG_SIGNING_KEY} is meant well. */
  private boolean matchesLoosely(ConfigurationPropertyName name) {
    String loose = loose(name.toString());
    return known.stream().anyMatch(key -> loose(key).equals(loose))
        || families.stream().anyMatch(key -> loose.startsWith(loose(key)));
  }

  /** Other programs have variables that begin with ANCHOR_ too: only our groups are ours. */
  private boolean belongsToUs(ConfigurationPropertyName name) {
    ConfigurationPropertyName group = name.chop(prefix.getNumberOfElements() + 1);
    return known.stream()
        .map(ConfigurationPropertyName::of)
        .anyMatch(key -> group.isAncestorOf(key) && !group.equals(name));
  }

  private static boolean isShell(ConfigurationPropertySource source) {
    return source.getUnderlyingSource() instanceof SystemEnvironmentPropertySource;
  }

  private String problem(ConfigurationPropertyName name) {
    String hint =
        nearest(name.toString())
            .map(key -> "did you mean " + key + "?")
            .orElseGet(() -> "known keys: " + sorted());
    return name + ": no such setting; " + hint;
  }

  private Optional<String> nearest(String name) {
    String lastSegment = name.substring(name.lastIndexOf('.') + 1);
    return known.stream()
        .filter(key -> key.endsWith("." + lastSegment))
        .findAny()
        .or(() -> closest(name));
  }

  private Optional<String> closest(String name) {
    return known.stream()
        .filter(key -> EditDistance.between(key, name) <= NEAR)
        .min(Comparator.comparingInt(key -> EditDistance.between(key, name)));
  }

  private String sorted() {
    return known.stream().sorted().collect(Collectors.joining(", "));
  }

  private static String loose(String key) {
    return key.replaceAll("[^A-Za-z0-9]", "").toLowerCase(Locale.ROOT);
  }
}
