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
   * Prints leaves a second, and the heap before and after. Each export's node dies in the middle,
   * and another goes on. How much memory it needs at most says the largest heap, {@code -Xmx}, with
   * which it comes to its end.
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
        world
            .node(new Dying(world.exports, (int) (leaves / ExportWriter.PAGE / 2), () -> {}))
            .takeOver();
        world.wait(Duration.ofMinutes(2));
        world.node(world.exports).takeOver();
        long made = System.nanoTime();
        Verdict verdict = world.verify(id);
        long verified = System.nanoTime();
        System.out.printf(
            "%s: %d leaves, made %d a second, verified %d a second, %s, heap %d MiB idle, %d MiB"
                + " over idle afterwards, at most %d MiB%n",
            format.word(),
            leaves,
            perSecond(leaves, made - began),
            perSecond(leaves, verified - made),
            verdict.getClass().getSimpleName(),
            idle >> 20,
            (used() - idle) >> 20,
            Runtime.getRuntime().maxMemory() >> 20);
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
