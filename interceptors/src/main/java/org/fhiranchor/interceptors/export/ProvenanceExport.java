package org.fhiranchor.interceptors.export;

import java.time.Instant;
import java.util.Optional;
import org.fhiranchor.merkle.ExportFilter;
import org.fhiranchor.merkle.ExportFormat;

/**
 * An export as its row says.
 *
 * @param order what it was asked for
 * @param head the head that it is taken at, as {@code ExportManifest.write} wrote it; empty before
 *     it was begun
 * @param mark how far its files are, for whoever goes on with it; empty before the first page
 * @param done leaves that were looked at
 * @param total how many there are; 0 before that is known
 */
public record ProvenanceExport(
    Order order,
    State state,
    Instant started,
    Optional<Instant> ended,
    Optional<String> head,
    Optional<String> mark,
    long done,
    long total) {
  /**
   * What somebody asked for.
   *
   * @param holder fingerprint of the one who asked, and who alone may have it
   * @param requester the facts about them for the journal, as JSON
   * @param request the address that was asked
   */
  public record Order(
      String id,
      String holder,
      String requester,
      String request,
      ExportFilter filter,
      ExportFormat format) {}

  /** How an export fares. */
  public enum State {
    /** Some node makes it, or will. */
    RUNNING,
    /** Its files are there. */
    DONE,
    /** Its requester ended it. */
    CANCELLED,
    /** It could not be made. */
    FAILED
  }

  /** Its name. */
  public String id() {
    return order.id();
  }
}
