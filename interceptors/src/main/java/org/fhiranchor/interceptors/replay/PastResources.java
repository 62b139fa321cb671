package org.fhiranchor.interceptors.replay;

import ca.uhn.fhir.context.FhirContext;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.fhiranchor.consent.facts.RelatedResources;
import org.fhiranchor.interceptors.consent.following.LeafComparison;
import org.fhiranchor.interceptors.consent.following.PastMoment;
import org.fhiranchor.interceptors.gate.decision.StoredResources;
import org.fhiranchor.interceptors.log.ConfirmedLeaves;
import org.fhiranchor.interceptors.provenance.ProvenanceTargets;
import org.fhiranchor.merkle.Statement;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Resource;

/**
 * Resources as they were at a moment, in the versions that the log confirms.
 *
 * @param gaps is told what is not known
 */
record PastResources(
    StoredResources stored,
    ProvenanceTargets provenances,
    ConfirmedLeaves leaves,
    FhirContext context,
    PastMoment moment,
    Set<ReplayReason> gaps)
    implements RelatedResources {
  private static final String PROVENANCE = "Provenance";

  /**
   * A resource as it was shown, or as it was at the moment where no version is named.
   *
   * @param reference {@code "Observation/1/_history/2"} or {@code "Observation/1"}
   */
  Optional<Resource> named(String reference) {
    IdType id = decidedAs(new IdType(reference));
    if (!id.hasResourceType() || !id.hasIdPart()) {
      gaps.add(ReplayReason.RESOURCE_NOT_KEPT);
      return Optional.empty();
    }
    return id.hasVersionIdPart()
        ? read(id, version -> version.version().equals(id.getVersionIdPart()))
        : read(id, this::isLive);
  }

  /** A Provenance that the log tells is stored nowhere: its version is decided about. */
  private IdType decidedAs(IdType id) {
    boolean provenance = PROVENANCE.equals(id.getResourceType()) && id.hasIdPart();
    return provenance ? provenances.of(id.getIdPart()).orElse(id) : id;
  }

  /** Here too: as it was last before a deletion. */
  @Override
  public Optional<Resource> find(String reference) {
    IdType id = new IdType(reference);
    return versions(id).stream().anyMatch(this::isLive) ? read(id, this::isLive) : Optional.empty();
  }

  /** What referred to a Binary then is not known. */
  @Override
  public boolean knowsReferrers() {
    gaps.add(ReplayReason.REFERRERS_NOT_KEPT);
    return false;
  }

  private boolean isLive(Statement.ResourceVersion version) {
    return moment.has(version) && version.content().isPresent();
  }

  private List<Statement.ResourceVersion> versions(IdType id) {
    String chain = LeafComparison.chain(id.getResourceType() + "/" + id.getIdPart());
    ConfirmedLeaves.Chain known = leaves.whole(List.of(chain)).of(chain);
    if (known.doubt().isPresent()) {
      gaps.add(ReplayReason.RESOURCE_NOT_CONFIRMED);
    }
    return known.leaves().stream()
        .map(ConfirmedLeaves.Leaf::statement)
        .filter(Statement.ResourceVersion.class::isInstance)
        .map(Statement.ResourceVersion.class::cast)
        .toList();
  }

  private Optional<Resource> read(IdType id, Predicate<Statement.ResourceVersion> wanted) {
    Optional<Statement.ResourceVersion> version =
        versions(id).stream().filter(wanted).reduce((earlier, later) -> later);
    Optional<Resource> found =
        version.flatMap(
            one -> stored.version(new IdType(id.getResourceType(), id.getIdPart(), one.version())));
    if (found.isEmpty()) {
      gaps.add(ReplayReason.RESOURCE_NOT_KEPT);
      return found;
    }
    String json = context.newJsonParser().encodeResourceToString(found.get());
    boolean fits = LeafComparison.digest(json).equals(version.get().content());
    if (!fits) {
      gaps.add(ReplayReason.RESOURCE_NOT_CONFIRMED);
    }
    return found.filter(any -> fits);
  }
}
