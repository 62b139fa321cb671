package org.fhiranchor.interceptors.export;

import java.nio.file.Path;
import java.time.Duration;
import org.fhiranchor.merkle.ExportFormat;
import org.fhiranchor.merkle.Verdict;
import org.h2.jdbcx.JdbcDataSource;

/** Measures how fast an export is made and verified, and how much memory it needs (EXP-5). */
final class ExportSpeed {
  private ExportSpeed() {}

  /**
   * Prints leaves a second and the largest heap in use after each page's garbage was collected.
   *
   * @param args a new folder, and how many disclosures; half as many versions are beside them
   */
  public static void main(String[] args) {
    Path folder = Path.of(args[0]);
    JdbcDataSource h2 = new JdbcDataSource();
    h2.setUrl("jdbc:h2:file:" + folder.resolve("db").toAbsolutePath());
    try (ExportWorld world = new ExportWorld(h2, folder.resolve("exports"))) {
      world.fill(Integer.parseInt(args[1]));
      long leaves = world.log.state().size().value();
      long idle = used();
      for (ExportFormat format : ExportFormat.values()) {
        String id = world.ask(format);
        long began = System.nanoTime();
        world.node(world.exports).takeOver();
        long made = System.nanoTime();
        Verdict verdict = world.verify(id);
        long verified = System.nanoTime();
        System.out.printf(
            "%s: %d leaves, made %d a second, verified %d a second, %s, heap %d MiB over idle%n",
            format.word(),
            leaves,
            perSecond(leaves, made - began),
            perSecond(leaves, verified - made),
            verdict.getClass().getSimpleName(),
            (used() - idle) >> 20);
      }
    }
  }

  private static long perSecond(long leaves, long nanos) {
    return leaves * Duration.ofSeconds(1).toNanos() / nanos;
  }

  private static long used() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }
}
