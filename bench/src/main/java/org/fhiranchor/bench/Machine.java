package org.fhiranchor.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;

/** Where and under what load the figures were taken. */
record Machine(String processor, int cores, String memory, String java, String system) {
  static Machine here() throws IOException {
    return new Machine(
        fromProc("/proc/cpuinfo", "model name"),
        Runtime.getRuntime().availableProcessors(),
        fromProc("/proc/meminfo", "MemTotal"),
        System.getProperty("java.vendor") + " " + System.getProperty("java.version"),
        System.getProperty("os.name") + " " + System.getProperty("os.version"));
  }

  /** Runnable threads over the last minute; this run's own are among them. */
  static String load() {
    double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    return String.format(Locale.ROOT, "%.2f", load);
  }

  private static String fromProc(String file, String key) throws IOException {
    Path path = Path.of(file);
    if (!Files.isReadable(path)) {
      return "unknown";
    }
    try (Stream<String> lines = Files.lines(path)) {
      return lines
          .filter(line -> line.startsWith(key))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse("unknown");
    }
  }

  @Override
  public String toString() {
    return String.join(", ", cores + " cores of " + processor, memory, "Java " + java, system);
  }
}
