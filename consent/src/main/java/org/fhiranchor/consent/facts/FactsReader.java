package org.fhiranchor.consent.facts;

import java.time.ZoneId;
import java.util.List;
import org.fhiranchor.consent.decide.ResourceFacts;
import org.hl7.fhir.r4.model.Resource;

/**
 * Reads the {@link ResourceFacts} out of an R4 resource: one walk over its elements, without I/O
 * for a resource that names its patient and no product, and {@link RelatedResources} asked for one
 * that does not. Safe for any number of threads, as long as nobody changes the resource meanwhile.
 */
public final class FactsReader {
  private final LocalReferences references;
  private final ClinicalTime clinicalTime;
  private final RelatedOwners relatedOwners;
  private final RelatedCodes relatedCodes;

  /** A reader that reads times without a zone in the given one. */
  public FactsReader(LocalReferences references, ZoneId zone, RelatedResources related) {
    this.references = references;
    this.clinicalTime = new ClinicalTime(zone);
    this.relatedOwners = new RelatedOwners(this, related);
    this.relatedCodes = new RelatedCodes(this, related);
  }

  /** The facts of a resource as it is stored. */
  public ResourceFacts read(Resource resource) {
    return relatedCodes.of(relatedOwners.of(resource, walk(resource, Carrier.NONE)));
  }

  /** Normalised references that a resource holds, attachments included. */
  public List<String> referencesIn(Resource resource) {
    return walk(resource, Carrier.NONE).links().all();
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
}
