package org.fhiranchor.interceptors.gate.decision;

import ca.uhn.fhir.rest.api.server.RequestDetails;
import java.util.Optional;
import org.fhiranchor.consent.facts.GovernedTypes;
import org.fhiranchor.interceptors.identity.RequestFacts;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;

/**
 * What a request, or an entry of a batch, was asked of.
 *
 * @param type the resource type, or what stands in its place
 * @param id the logical id
 */
public record Target(String type, Optional<String> id) {
  public static Target of(RequestDetails request) {
    RequestFacts facts = RequestFacts.of(request);
    return new Target(facts.type(), facts.id());
  }

  public static Target of(BundleEntryComponent question) {
    String url = Optional.ofNullable(question.getRequest().getUrl()).orElse("");
    String path = (url.startsWith("/") ? url.substring(1) : url).split("\\?", 2)[0];
    String[] parts = path.split("/", 3);
    return new Target(parts[0], parts.length > 1 ? Optional.of(parts[1]) : Optional.empty());
  }

  public boolean isOpen() {
    return GovernedTypes.isOpen(type);
  }

  /** Of an open type everybody may ask without an id; one of it may name a patient all the same. */
  public boolean isVisible(RequestDetails request, AccessSubject asking, Verdicts verdicts) {
    return id.map(one -> verdicts.isVisible(request, asking, type, one)).orElse(isOpen());
  }
}
