package org.fhiranchor.interceptors.leak;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.fhiranchor.interceptors.leak.Finding.Outcome;

/**
 * Points the battery at two servers of any make. Arguments are {@code name=value}: {@code with} and
 * {@code without}, the FHIR base URLs of the two servers; {@code badges}, a file of tokens ({@link
 * FileBadges}); {@code report}, the file to write; {@code seed=no} when the records of {@code
 * records.yaml} are there already. Seeding wants a server that takes references to records it does
 * not have, and puts no consents anywhere: whatever the server wants for a consent is to be done
 * beforehand. Exit status 0 without a leak, 1 with one, 2 for wrong usage.
 */
final class LeakCommand {
  private LeakCommand() {}

  /** Entry point: the boundary that says what was wrong with the arguments. */
  public static void main(String[] arguments) {
    try {
      System.exit(run(given(arguments)) == 0 ? 0 : 1);
    } catch (IllegalArgumentException wrong) {
      System.err.println("leak battery: " + wrong.getMessage());
      System.exit(2);
    }
  }

  private static long run(Map<String, String> given) {
    ProbeFile file = ProbeFile.read();
    FileBadges badges = FileBadges.read(Path.of(required(given, "badges")));
    badges.requireAll(file);
    World with = new World(required(given, "with"), badges, () -> {});
    World without = new World(required(given, "without"), badges, () -> {});
    Records records = Records.read();
    if (!given.getOrDefault("seed", "yes").equals("no")) {
      seed(with, without, records);
    }
    List<Finding> findings = new ArrayList<>();
    new Battery(file, records).negative(with, without, file.personas().size(), findings::add);
    Path report = Path.of(given.getOrDefault("report", "leak-report.html"));
    new LeakReport(file, findings).write(report);
    long leaks = findings.stream().filter(each -> each.outcome() == Outcome.LEAKED).count();
    System.out.println(findings.size() + " conversations, " + leaks + " leaks, report " + report);
    return leaks;
  }

  private static void seed(World with, World without, Records records) {
    Seeding hidden = new Seeding(with, records, on -> {});
    Seeding absent = new Seeding(without, records, on -> {});
    hidden.everywhere();
    hidden.hidden();
    hidden.pointing();
    absent.everywhere();
    absent.pointing();
  }

  private static Map<String, String> given(String[] arguments) {
    Map<String, String> given = new HashMap<>();
    for (String argument : arguments) {
      String[] parts = argument.split("=", 2);
      given.put(parts[0], parts.length == 2 ? parts[1] : "");
    }
    return given;
  }

  private static String required(Map<String, String> given, String name) {
    String value = given.get(name);
    if (value == null) {
      throw new IllegalArgumentException("want " + name + "=…, got none");
    }
    return value;
  }
}
