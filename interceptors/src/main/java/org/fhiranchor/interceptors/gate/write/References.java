package org.fhiranchor.interceptors.gate.write;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.util.ResourceReferenceInfo;
import java.util.Set;
import java.util.stream.Collectors;
import org.fhiranchor.consent.facts.LocalReferences;
import org.fhiranchor.interceptors.gate.decision.AccessSubject;
import org.fhiranchor.interceptors.gate.decision.Verdicts;
import org.fhiranchor.interceptors.gate.search.SearchRules;
import org.hl7.fhir.instance.model.api.IBaseResource;

/**
 * Holds a write to references that its writer can see: whether another one exists would show in
 * HAPI's answer (G8, G10).
 */
public final class References {
  private final FhirContext context;
  private final LocalReferences local;
  private final Verdicts verdicts;

  public References(FhirContext context, LocalReferences local, Verdicts verdicts) {
    this.context = context;
    this.local = local;
    this.verdicts = verdicts;
  }

  /**
   * Whether every resource of this server that is referred to may be seen, and none is looked for
   * by a search.
   *
   * @param together full URLs of what is written together with it
   */
  public boolean areVisible(
      IBaseResource body, RequestDetails request, AccessSubject asking, Set<String> together) {
    return of(body).stream()
        .filter(reference -> !together.contains(reference))
        .map(reference -> withoutBase(reference, request))
        .allMatch(reference -> isVisible(reference, request, asking));
  }

  private static String withoutBase(String reference, RequestDetails request) {
    String base = request.getFhirServerBase() + "/";
    return reference.startsWith(base) ? reference.substring(base.length()) : reference;
  }

  /** Every reference in the resource, as it stands there. */
  Set<String> of(IBaseResource body) {
    return context.newTerser().getAllResourceReferences(body).stream()
        .map(ResourceReferenceInfo::getResourceReference)
        .map(reference -> reference.getReferenceElement().getValue())
        .filter(reference -> reference != null && !reference.isEmpty())
        .collect(Collectors.toSet());
  }

  private boolean isVisible(String reference, RequestDetails request, AccessSubject asking) {
    if (SearchRules.isMatchUrl(reference)) {
      return false;
    }
    return local
        .normalise(reference)
        .map(known -> known.split("/", 2))
        .map(parts -> verdicts.isVisible(request, asking, parts[0], parts[1]))
        .orElse(true);
  }
}
