package org.fhiranchor.consent.facts;

import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import org.fhiranchor.consent.decide.ResourceFacts;
import org.hl7.fhir.r4.model.Binary;
import org.hl7.fhir.r4.model.Resource;

/**
 * Reads the {@link ResourceFacts} out of an R4 resource: one walk over its elements, without I/O
 * but for {@link ProtectedBy} on a Binary. Safe for any number of threads, as long as nobody
 * changes the resource meanwhile.
 */
public final class FactsReader {
  private final LocalReferences references;
  private final ClinicalTime clinicalTime;
  private final ProtectedBy protectedBy;

  /** A reader that reads times without a zone in the given one. */
  public FactsReader(LocalReferences references, ZoneId zone, ProtectedBy protectedBy) {
    this.references = references;
    this.clinicalTime = new ClinicalTime(zone);
    this.protectedBy = protectedBy;
  }

  /** The facts of a resource as it is stored. */
  public ResourceFacts read(Resource resource) {
    ResourceFacts facts = walk(resource, Carrier.NONE);
    return resource instanceof Binary binary ? ofBinary(binary, facts) : facts;
  }

  ResourceFacts walk(Resource resource, Carrier carrier) {
    return new FactsWalk(this, carrier).over(resource);
  }

  LocalReferences references() {
    return references;
  }

  ClinicalTime clinicalTime() {
    return clinicalTime;
  }

  /**
   * A Binary is as well protected as what its security context names; a patient there is an owner
   * already.
   */
  private ResourceFacts ofBinary(Binary binary, ResourceFacts own) {
    if (!binary.hasSecurityContext() || !own.owners().known().isEmpty()) {
      return own;
    }
    Optional<String> context = references.normalise(reference(binary));
    if (context.isPresent() && isOpen(context.get())) {
      return own;
    }
    return context
        .flatMap(protectedBy::factsOf)
        .map(facts -> as(own, facts))
        .orElseGet(() -> ofNobodyKnown(own));
  }

  private static String reference(Binary binary) {
    String reference = binary.getSecurityContext().getReference();
    return reference == null ? "" : reference;
  }

  private static boolean isOpen(String reference) {
    String type = reference.substring(0, reference.indexOf('/'));
    return GovernedTypes.isOpen(type);
  }

  private static ResourceFacts as(ResourceFacts binary, ResourceFacts context) {
    return new ResourceFacts(
        binary.names(),
        context.governed(),
        context.owners(),
        context.types(),
        context.labels().attaching(binary.labels().formats()),
        context.clinicalTime(),
        context.links(),
        context.parts());
  }

  private static ResourceFacts ofNobodyKnown(ResourceFacts binary) {
    return new ResourceFacts(
        binary.names(),
        true,
        new ResourceFacts.Owners(List.of(), false),
        binary.types(),
        binary.labels(),
        binary.clinicalTime(),
        binary.links(),
        binary.parts());
  }
}
