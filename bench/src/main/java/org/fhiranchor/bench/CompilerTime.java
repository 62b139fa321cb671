package org.fhiranchor.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What the JIT compilers of a Java process on Linux have used of the processors. */
final class CompilerTime {
  private static final double TICKS_A_SECOND = 100;

  private CompilerTime() {}

  static double seconds(Process java) {
    Path threads = Path.of("/proc", Long.toString(java.pid()), "task");
    try (Stream<Path> each = Files.list(threads)) {
      return each.filter(thread -> read(thread.resolve("comm")).matches("C[12] Compiler[^\n]*\n"))
              .mapToDouble(thread -> ticks(read(thread.resolve("stat"))))
              .sum()
          / TICKS_A_SECOND;
    } catch (IOException e) {
      throw new UncheckedIOException("threads of the process " + java.pid(), e);
    }
  }

  /** The 14th and the 15th field: proc(5). The second one, a name in brackets, may hold blanks. */
  private static double ticks(String stat) {
    if (stat.isEmpty()) {
      return 0;
    }
    List<String> fields = List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" "));
    return Long.parseLong(fields.get(11)) + Long.parseLong(fields.get(12));
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (NoSuchFileException ended) {
      // A thread that ended since the folder was listed.
      return "";
    } catch (IOException e) {
      throw new UncheckedIOException(file.toString(), e);
    }
  }
}
