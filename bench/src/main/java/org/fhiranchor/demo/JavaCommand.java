package org.fhiranchor.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Other Java processes, with this one's Java. */
final class JavaCommand {
  private static final int LINES = 12;

  private JavaCommand() {}

  /** Java for a process of a minute or less: compiled once, plainly, which takes half the work. */
  static List<String> shortLived() {
    return List.of(path(), "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");
  }

  static String path() {
    return Path.of(System.getProperty("java.home", ""), "bin", "java").toString();
  }

  /** What a process said last, for a message. */
  static String lastLines(Path log) {
    try {
      List<String> lines = Files.readAllLines(log);
      return String.join("\n", lines.subList(Math.max(0, lines.size() - LINES), lines.size()));
    } catch (IOException unreadable) {
      return "its output " + log + " cannot be read: " + unreadable;
    }
  }
}
