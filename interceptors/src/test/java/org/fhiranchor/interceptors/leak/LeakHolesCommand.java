package org.fhiranchor.interceptors.leak;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.fhiranchor.interceptors.leak.HoleHunt.Caught;

/**
 * Asks the whole gate first, which must tell nothing; then opens the holes of {@code holes.yaml}
 * one at a time and lets the fuzzer look for each. {@code holes.control} says how many requests the
 * whole gate is asked, {@code holes.only} is a part of the names of those wanted, {@code
 * holes.seed}, {@code holes.from}, {@code holes.requests} and {@code holes.minutes} say how long it
 * looks for one. Exit status 0 when all are found.
 */
final class LeakHolesCommand {
  private LeakHolesCommand() {}

  /** Entry point; wants the agent of scripts/leak-holes.sh. */
  public static void main(String[] none) {
    String only = System.getProperty("holes.only", "");
    long requests = Long.getLong("holes.requests", 20_000);
    Duration atMost = Duration.ofMinutes(Long.getLong("holes.minutes", 20));
    List<Hole> holes =
        Hole.all().stream().filter(hole -> hole.name().matches(".*(" + only + ").*")).toList();
    List<Caught> caught = new ArrayList<>();
    System.out.println("| Hole | Rule | Section | Requests | Smallest request |");
    System.out.println("| --- | --- | --- | --- | --- |");
    Path project = Path.of(System.getProperty("anchor.root", "."));
    boolean whole;
    try (HoleHunt hunt =
        new HoleHunt(project, Long.getLong("holes.seed", 1), Long.getLong("holes.from", 0))) {
      whole = hunt.findsNothing(Long.getLong("holes.control", 500), atMost);
      for (Hole hole : holes) {
        Caught one = hunt.in(hole, requests, atMost);
        caught.add(one);
        System.out.println(one.row());
      }
    }
    long found = caught.stream().filter(one -> one.found().isPresent()).count();
    System.out.println("leak holes found=" + found + " of=" + holes.size());
    System.exit(whole && found == holes.size() ? 0 : 1);
  }
}
