package org.fhiranchor.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Patients who never lived, made by Synthea in a process of its own, without network. */
final class SyntheaPatients {
  static final int WANTED = 10;
  private static final String SEED = "20261122";
  private static final long LIMIT_SECONDS = 600;

  private SyntheaPatients() {}

  /** The transaction bundles in the order to load them: those that others refer to come first. */
  static List<Path> generate(Path libraries, Path folder) {
    run(libraries, folder);
    try (Stream<Path> files = Files.list(folder.resolve("fhir"))) {
      List<Path> bundles =
          files
              .filter(file -> file.toString().endsWith(".json"))
              .sorted(Comparator.comparingInt(SyntheaPatients::rank).thenComparing(Path::toString))
              .toList();
      long patients = bundles.stream().filter(file -> rank(file) == 2).count();
      if (patients < WANTED) {
        throw new DemoFailure("Synthea: want " + WANTED + " patients, got " + patients);
      }
      return bundles;
    } catch (IOException unreadable) {
      throw new DemoFailure("cannot list what Synthea made in " + folder, unreadable);
    }
  }

  private static int rank(Path bundle) {
    String name = String.valueOf(bundle.getFileName());
    if (name.startsWith("hospitalInformation")) {
      return 0;
    }
    return name.startsWith("practitionerInformation") ? 1 : 2;
  }

  private static void run(Path libraries, Path folder) {
    Path log = folder.resolve("synthea.log");
    List<String> command = new ArrayList<>(JavaCommand.shortLived());
    command.addAll(
        List.of(
            "-Xmx2g",
            "-cp",
            libraries + "/*",
            "App",
            "-p",
            String.valueOf(WANTED),
            "-s",
            SEED,
            "-cs",
            SEED,
            "-r",
            "20260101",
            "-e",
            "20260101",
            "--exporter.years_of_history=1",
            "--exporter.baseDirectory=" + folder + "/",
            "--exporter.fhir.export=true",
            "--exporter.fhir.transaction_bundle=true",
            "--exporter.hospital.fhir.export=true",
            "--exporter.practitioner.fhir.export=true",
            "Massachusetts"));
    try {
      Process process =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
      if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new DemoFailure("Synthea is not done after " + LIMIT_SECONDS + " s");
      }
      if (process.exitValue() != 0) {
        throw new DemoFailure("Synthea failed: " + JavaCommand.lastLines(log));
      }
    } catch (IOException failed) {
      throw new DemoFailure("cannot run Synthea", failed);
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      throw new DemoFailure("stopped while Synthea was running", stopping);
    }
  }
}
