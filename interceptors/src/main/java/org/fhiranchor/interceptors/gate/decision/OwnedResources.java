package org.fhiranchor.interceptors.gate.decision;

import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.consent.facts.FactsReader;
import org.fhiranchor.interceptors.identity.ScopeReach;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Resource;

/** What scopes have to know of stored resources. */
public final class OwnedResources implements ScopeReach.Resources {
  private final StoredResources stored;
  private final FactsReader facts;

  public OwnedResources(StoredResources stored, FactsReader facts) {
    this.stored = stored;
    this.facts = facts;
  }

  @Override
  public Set<String> owners(IBaseResource resource) {
    return facts.read((Resource) resource).everyOwner().stream()
        .map(PatientId::value)
        .collect(Collectors.toSet());
  }

  @Override
  public Optional<Resource> telling(IBaseResource resource) {
    return resource.isDeleted()
        ? stored.lastLiveVersion(resource.getIdElement())
        : Optional.of(resource).map(Resource.class::cast);
  }

  @Override
  public Optional<Resource> current(String type, String id) {
    return stored.current(type, id);
  }
}
