package org.fhiranchor.consent.facts;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.fhiranchor.consent.decide.Code;
import org.fhiranchor.consent.decide.ResourceFacts;
import org.fhiranchor.consent.decide.ResourceFacts.Referred;
import org.hl7.fhir.r4.model.Resource;

/**
 * The codings of the products that a resource refers to, and of what these are made of: a
 * prescription says by reference what another says by its own coding (DEC-4).
 */
record RelatedCodes(FactsReader reader, RelatedResources related) {
  /** What is given, implanted, used or supplied, what that is made of, and what defines it. */
  private static final Set<String> PRODUCTS =
      Set.of(
          "Medication",
          "MedicationKnowledge",
          "Substance",
          "Device",
          "DeviceDefinition",
          "BiologicallyDerivedProduct");

  /** The facts with them, of all parts too. */
  ResourceFacts of(ResourceFacts facts) {
    List<ResourceFacts> parts = facts.parts().stream().map(this::of).toList();
    Referred referred = referred(facts);
    return referred.equals(Referred.NONE) && parts.equals(facts.parts())
        ? facts
        : new ResourceFacts(
            facts.names(),
            facts.governed(),
            facts.owners(),
            facts.types(),
            facts.labels().referringTo(referred),
            facts.clinicalTime(),
            facts.links(),
            parts);
  }

  /** Step by step, to any depth; past the bound nobody knows what it is made of. */
  private Referred referred(ResourceFacts from) {
    Set<String> seen = new HashSet<>(from.names());
    List<Code> codes = new ArrayList<>(0);
    List<String> next = fresh(from.links().all(), seen);
    while (!next.isEmpty()) {
      if (seen.size() > RelatedOwners.MOST_RESOURCES) {
        return new Referred(codes, false);
      }
      Set<String> further = new LinkedHashSet<>();
      for (Resource product : related.findAll(next).values()) {
        ResourceFacts facts = reader.walk(product, Carrier.NONE);
        codes.addAll(facts.labels().codes());
        further.addAll(facts.links().all());
      }
      next = fresh(further, seen);
    }
    return new Referred(codes, true);
  }

  private static List<String> fresh(Collection<String> links, Set<String> seen) {
    return links.stream()
        .filter(name -> PRODUCTS.contains(name.substring(0, name.indexOf('/'))))
        .filter(seen::add)
        .toList();
  }
}
