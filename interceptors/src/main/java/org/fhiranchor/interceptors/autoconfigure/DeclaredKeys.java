package org.fhiranchor.interceptors.autoconfigure;

import java.lang.reflect.Parameter;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.boot.context.properties.bind.Name;

/**
 * The keys that a record with {@link ConfigurationProperties} declares, named as Spring Boot names
 * them. A component that is itself a record is a group of keys.
 *
 * @param prefix that all keys stand below
 * @param keys full, in kebab case
 * @param families full keys below which one more, free segment stands: the maps among them
 * @param lists those of the keys that YAML may give as a list
 */
record DeclaredKeys(String prefix, Set<String> keys, Set<String> families, Set<String> lists) {
  DeclaredKeys {
    keys = Set.copyOf(keys);
    families = Set.copyOf(families);
    lists = Set.copyOf(lists);
  }

  static DeclaredKeys of(Class<? extends Record> declaration) {
    ConfigurationProperties named = declaration.getAnnotation(ConfigurationProperties.class);
    if (named == null) {
      throw new IllegalArgumentException(declaration + " declares no prefix");
    }
    List<Declared> all = below(named.value(), declaration);
    return new DeclaredKeys(
        named.value(),
        namesOf(all.stream().filter(key -> !key.isA(Map.class)).toList()),
        namesOf(all.stream().filter(key -> key.isA(Map.class)).toList()),
        namesOf(all.stream().filter(key -> key.isA(List.class)).toList()));
  }

  private record Declared(String name, Class<?> type) {
    boolean isA(Class<?> other) {
      return type == other;
    }
  }

  private static Set<String> namesOf(List<Declared> keys) {
    Set<String> names = new TreeSet<>();
    keys.forEach(key -> names.add(key.name()));
    return names;
  }

  private static List<Declared> below(String prefix, Class<?> group) {
    RecordComponent[] components = group.getRecordComponents();
    Parameter[] parameters = group.getDeclaredConstructors()[0].getParameters();
    List<Declared> found = new ArrayList<>();
    for (int i = 0; i < components.length; i++) {
      String key = prefix + "." + segment(components[i], parameters[i]);
      Class<?> type = components[i].getType();
      if (type.isRecord()) {
        found.addAll(below(key, type));
      } else {
        found.add(new Declared(key, type));
      }
    }
    return found;
  }

  /** {@code wait} can be a key, but no component of a record. */
  private static String segment(RecordComponent component, Parameter parameter) {
    return Optional.ofNullable(parameter.getAnnotation(Name.class))
        .map(Name::value)
        .orElseGet(() -> DataObjectPropertyName.toDashedForm(component.getName()));
  }
}
