package org.fhiranchor.demo;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;

/** One line for each step of the story, printed when it is done: step, count, time. */
final class StepTable {
  private final PrintStream out;
  private final long began = System.nanoTime();
  private long last = began;

  StepTable(PrintStream out) {
    this.out = out;
    line("step", "count", "time");
    out.println("-".repeat(72));
  }

  void done(String step, long count) {
    long now = System.nanoTime();
    line(step, String.valueOf(count), seconds(now - last));
    last = now;
  }

  void note(String text) {
    out.println("    " + text);
    out.flush();
  }

  void end(String verdict) {
    out.println("-".repeat(72));
    line(verdict, "", seconds(System.nanoTime() - began));
  }

  private void line(String step, String count, String time) {
    out.printf(Locale.ROOT, "%-52s %8s %10s%n", step, count, time);
    out.flush();
  }

  private static String seconds(long nanos) {
    return String.format(Locale.ROOT, "%.1f s", Duration.ofNanos(nanos).toMillis() / 1000.0);
  }
}
