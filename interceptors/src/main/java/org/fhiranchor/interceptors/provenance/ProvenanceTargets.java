package org.fhiranchor.interceptors.provenance;

import java.util.Collection;
import java.util.Optional;
import org.fhiranchor.interceptors.log.ChainRows;
import org.fhiranchor.merkle.Operation;
import org.fhiranchor.merkle.Statement;
import org.hl7.fhir.r4.model.IdType;

/** The versions by which derived Provenances are decided about (PRV-2). */
public final class ProvenanceTargets {
  private final LoggedVersions versions;

  /**
   * Reads these rows, and checks nothing.
   *
   * @param types the resource types of this server
   */
  public ProvenanceTargets(ChainRows rows, Collection<String> types) {
    this.versions = new LoggedVersions(rows, types);
  }

  /**
   * The version that the Provenance of this id is about; of a deletion, the one that was deleted.
   * Empty for every id that the log gives to none.
   */
  public Optional<IdType> of(String id) {
    return ProvenanceId.parse(id)
        .flatMap(versions::by)
        .filter(logged -> logged.id().equals(id))
        .map(logged -> judged(logged.version()));
  }

  private static IdType judged(Statement.ResourceVersion version) {
    boolean ends =
        version.operation() == Operation.DELETE || version.operation() == Operation.ERASE;
    return new IdType(
        version.resource().type(),
        version.resource().id(),
        ends ? Long.toString(Long.parseLong(version.version()) - 1) : version.version());
  }
}
