package org.fhiranchor.verifier;

import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.fhiranchor.merkle.Digest;

/** What is asked for on the command line. */
sealed interface Command {
  /** One version; no resource for a version without content. */
  record One(Optional<Path> resource, Path proof, Trust trust) implements Command {}

  /** All versions of a resource, in a folder. */
  record History(Path folder, Trust trust) implements Command {}

  /** Versions of any resources, in a folder, each for itself. */
  record Resources(Path folder, Trust trust) implements Command {}

  /**
   * A patient's accounting with its proofs.
   *
   * @param until with an instant, one that was complete up to it is enough
   * @param tag that it must have
   */
  record Accounting(Path file, Optional<Instant> until, Optional<Digest> tag, Trust trust)
      implements Command {}

  /**
   * A folder that {@code $export-provenance} gave.
   *
   * @param until with an instant, one that was complete up to it is enough
   */
  record Export(Path folder, Optional<Instant> until, Trust trust) implements Command {}

  /** The answer to an erasure. */
  record Erasure(Path file, Trust trust) implements Command {}

  /** A whole log from its tiles. */
  record Log(URI url, Trust trust) implements Command {}

  record Help() implements Command {}
}
