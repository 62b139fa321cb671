package org.fhiranchor.interceptors.leak;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * Values of the header Authorization from a properties file: {@code practitioner.[subject]}, {@code
 * system.[subject]}, {@code patient.[id]} and {@code loader}.
 */
record FileBadges(Properties values) implements Badges {
  static FileBadges read(Path file) {
    Properties values = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      values.load(reader);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
    return new FileBadges(values);
  }

  /** Before anything is sent: everybody who is going to ask has one. */
  void requireAll(ProbeFile probes) {
    loader();
    Stream.concat(probes.personas().stream(), Stream.of(probes.permitted()))
        .map(Persona::subject)
        .forEach(
            subject -> {
              practitioner(subject);
              system(subject);
            });
  }

  @Override
  public String practitioner(String subject) {
    return value("practitioner." + subject);
  }

  @Override
  public String system(String subject) {
    return value("system." + subject);
  }

  @Override
  public String patient(String id) {
    return value("patient." + id);
  }

  @Override
  public String loader() {
    return value("loader");
  }

  private String value(String key) {
    String value = values.getProperty(key);
    if (value == null) {
      throw new IllegalArgumentException("badges: want a value for " + key + ", got none");
    }
    return value;
  }
}
