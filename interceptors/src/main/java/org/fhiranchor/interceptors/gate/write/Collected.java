package org.fhiranchor.interceptors.gate.write;

import ca.uhn.fhir.rest.api.server.RequestDetails;
import java.time.ZoneId;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.consent.decide.ResourceFacts;
import org.fhiranchor.consent.facts.FactsReader;
import org.fhiranchor.consent.facts.LocalReferences;
import org.fhiranchor.consent.facts.RelatedResources;
import org.fhiranchor.interceptors.gate.decision.RequestMemory;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Resource;

/**
 * Of which patients a write collects something: of all whose the resource will be and was not
 * before, by what it says itself and by what it refers to (W-6, OWN-1). Its references were found
 * to be visible to its writer, so that whose they are tells nothing.
 */
public final class Collected {
  private final LocalReferences references;
  private final RelatedResources stored;

  /** Looks at these, and at what the same request writes. */
  public Collected(LocalReferences references, RelatedResources stored) {
    this.references = references;
    this.stored = stored;
  }

  /**
   * The facts of a resource as it will be stored, of its new owners alone.
   *
   * @param before what it replaces
   */
  public ResourceFacts of(
      RequestDetails request, IBaseResource after, Optional<IBaseResource> before) {
    FactsReader written = reader(new WithWritten(request, stored));
    ResourceFacts made = written.read((Resource) after);
    if (before.isEmpty() || made.everyOwner().isEmpty()) {
      return made;
    }
    ResourceFacts was = reader(stored).read((Resource) before.get());
    return without(was.everyOwner(), made);
  }

  private FactsReader reader(RelatedResources related) {
    return new FactsReader(references, ZoneId.systemDefault(), related);
  }

  private static ResourceFacts without(Set<PatientId> known, ResourceFacts facts) {
    Set<PatientId> owners = new LinkedHashSet<>(facts.owners().known());
    owners.removeAll(known);
    return new ResourceFacts(
        facts.names(),
        facts.governed(),
        new ResourceFacts.Owners(
            List.copyOf(owners), facts.owners().complete(), facts.owners().unknown()),
        facts.types(),
        facts.labels(),
        facts.clinicalTime(),
        facts.links(),
        facts.parts().stream().map(part -> without(known, part)).toList());
  }

  /** What the request writes counts as it will be, and may not be there to be read yet. */
  private record WithWritten(RequestDetails request, RelatedResources stored)
      implements RelatedResources {
    @Override
    public Optional<Resource> find(String reference) {
      return RequestMemory.of(request)
          .flatMap(memory -> memory.written(reference))
          .map(Resource.class::cast)
          .or(() -> stored.find(reference));
    }

    @Override
    public Map<String, Resource> findAll(Collection<String> references) {
      Map<String, Resource> found = new LinkedHashMap<>();
      Set<String> others = new LinkedHashSet<>(references);
      for (String reference : references) {
        RequestMemory.of(request)
            .flatMap(memory -> memory.written(reference))
            .map(Resource.class::cast)
            .ifPresent(one -> found.put(reference, one));
      }
      others.removeAll(found.keySet());
      found.putAll(stored.findAll(others));
      return found;
    }

    @Override
    public boolean isErased(String reference) {
      return stored.isErased(reference);
    }

    @Override
    public boolean knowsReferrers() {
      return stored.knowsReferrers();
    }

    @Override
    public List<String> referrersOf(String binary) {
      return stored.referrersOf(binary);
    }
  }
}
