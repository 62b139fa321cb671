package org.fhiranchor.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Tells the story once. Exit code 0 when everything came out as told, 1 otherwise. */
@SuppressWarnings("SystemOut") // a program for people at a terminal
public final class DemoMain {
  private DemoMain() {}

  /** Runs the demo; scripts/demo.sh describes the arguments. */
  public static void main(String[] args) throws IOException {
    Path work = Files.createTempDirectory("fhir-anchor-demo");
    // Keys are in the copy: it goes, however this ends.
    Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(work)));
    StepTable table = new StepTable(System.out);
    try {
      new Story(DemoSettings.parse(List.of(args)), work, table).tell();
      table.end("the change was caught, everything else holds");
    } catch (DemoFailure failure) {
      System.err.println("demo: " + failure.getMessage());
      if (failure.getCause() != null) {
        System.err.println("demo: because of " + failure.getCause());
      }
      System.exit(1);
    }
  }

  private static void delete(Path folder) {
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (IOException kept) {
      System.err.println("demo: " + folder + " could not be deleted: " + kept);
    }
  }
}
