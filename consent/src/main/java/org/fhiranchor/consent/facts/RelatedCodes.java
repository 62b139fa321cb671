package org.fhiranchor.consent.facts;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.fhiranchor.consent.decide.Code;
import org.fhiranchor.consent.decide.ResourceFacts;

/**
 * The codings of the Medications that a resource refers to, and of those that these are made of: a
 * prescription says by reference what another says by its own coding (DEC-4).
 */
record RelatedCodes(FactsReader reader, RelatedResources related) {
  private static final String MEDICATION = "Medication/";

  /** The facts with them, of all parts too. */
  ResourceFacts of(ResourceFacts facts) {
    List<ResourceFacts> parts = facts.parts().stream().map(this::of).toList();
    List<Code> referred = codes(facts);
    return referred.isEmpty() && parts.equals(facts.parts())
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

  private List<Code> codes(ResourceFacts from) {
    Set<String> seen = new HashSet<>(from.names());
    Deque<String> next = new ArrayDeque<>(from.links().all());
    List<Code> codes = new ArrayList<>(0);
    while (!next.isEmpty() && seen.size() < RelatedOwners.MOST_RESOURCES) {
      String name = next.remove();
      if (name.startsWith(MEDICATION) && seen.add(name)) {
        related
            .find(name)
            .map(found -> reader.walk(found, Carrier.NONE))
            .ifPresent(
                medication -> {
                  codes.addAll(medication.labels().codes());
                  next.addAll(medication.links().all());
                });
      }
    }
    return codes;
  }
}
