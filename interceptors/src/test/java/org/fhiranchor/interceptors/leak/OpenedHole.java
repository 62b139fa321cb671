package org.fhiranchor.interceptors.leak;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.instrument.ClassDefinition;
import java.lang.instrument.UnmodifiableClassException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A hole in the running gate, from its making until it is closed: the classes that it changes are
 * put in the place of the loaded ones, and the loaded ones put back.
 */
final class OpenedHole {
  /** What javac makes of sources as they are; several holes are in one file. */
  private static final Map<Map<String, String>, Map<String, byte[]>> UNCHANGED =
      new ConcurrentHashMap<>();

  private final List<ClassDefinition> whole = new ArrayList<>();

  OpenedHole(Hole hole, Path project) {
    Map<String, String> sources = hole.sources(project);
    Map<String, String> before = new LinkedHashMap<>();
    sources.keySet().forEach(file -> before.put(file, Hole.read(project.resolve(file))));
    Map<String, byte[]> unchanged = UNCHANGED.computeIfAbsent(before, HoleCompiler::compiled);
    List<ClassDefinition> holed = new ArrayList<>();
    HoleCompiler.compiled(sources)
        .forEach(
            (name, bytes) -> {
              if (!Arrays.equals(bytes, unchanged.get(name))) {
                Class<?> loaded = loaded(name);
                holed.add(new ClassDefinition(loaded, bytes));
                whole.add(new ClassDefinition(loaded, asShipped(loaded)));
              }
            });
    if (holed.isEmpty()) {
      throw new IllegalStateException("hole \"" + hole.name() + "\" changes no class");
    }
    redefine(holed);
  }

  private static Class<?> loaded(String name) {
    try {
      return Class.forName(name);
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException("a hole may change classes, not add one: " + name, e);
    }
  }

  private static byte[] asShipped(Class<?> loaded) {
    String file = "/" + loaded.getName().replace('.', '/') + ".class";
    try (InputStream bytes = Objects.requireNonNull(loaded.getResourceAsStream(file), file)) {
      return bytes.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }

  private static void redefine(List<ClassDefinition> classes) {
    try {
      HoleAgent.instrumentation().redefineClasses(classes.toArray(ClassDefinition[]::new));
    } catch (ClassNotFoundException | UnmodifiableClassException e) {
      throw new IllegalStateException("cannot change " + classes, e);
    }
  }

  void close() {
    redefine(whole);
  }
}
