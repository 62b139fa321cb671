package org.fhiranchor.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;

/** A folder of versions as one server gave them, and their proof files. */
record Evidence(Path folder) {
  static Evidence in(Path folder) {
    try {
      return new Evidence(Files.createDirectories(folder));
    } catch (IOException failed) {
      throw new DemoFailure("cannot make " + folder, failed);
    }
  }

  void takeResources(Function<Version, FhirHttp> reader, List<Version> versions) {
    versions.forEach(
        version -> write(resource(version), reader.apply(version).get(version.path())));
  }

  /** The proofs that another server gave earlier. */
  void keepProofs(Evidence of, List<Version> versions) {
    for (Version version : versions) {
      try {
        Files.copy(of.proof(version), proof(version));
      } catch (IOException failed) {
        throw new DemoFailure("cannot copy " + of.proof(version), failed);
      }
    }
  }

  void takeProofs(Function<Version, FhirHttp> reader, List<Version> versions) {
    versions.forEach(
        version -> write(proof(version), reader.apply(version).get(version.path() + "/$proof")));
  }

  private Path resource(Version version) {
    return folder.resolve(name(version) + ".json");
  }

  private Path proof(Version version) {
    return folder.resolve(name(version) + ".proof.json");
  }

  /** What both files of a version are called, before their endings. */
  static String name(Version version) {
    return version.type() + "-" + version.id() + "-" + version.version();
  }

  private static void write(Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException failed) {
      throw new DemoFailure("cannot write " + file, failed);
    }
  }
}
