package org.fhiranchor.interceptors.gate.write;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.util.ResourceReferenceInfo;
import ca.uhn.fhir.util.UrlUtil;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.fhiranchor.consent.facts.GovernedTypes;
import org.fhiranchor.consent.facts.LocalReferences;
import org.fhiranchor.interceptors.gate.decision.AccessSubject;
import org.fhiranchor.interceptors.gate.decision.RequestMemory;
import org.fhiranchor.interceptors.gate.decision.Verdicts;
import org.fhiranchor.interceptors.gate.search.SearchRules;
import org.hl7.fhir.instance.model.api.IBaseReference;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.instance.model.api.IIdType;
import org.hl7.fhir.r4.model.Attachment;
import org.hl7.fhir.r4.model.CanonicalType;
import org.hl7.fhir.r4.model.IdType;

/**
 * Holds a write to references that its writer can see: whether another one exists would show in
 * HAPI's answer, and the write would reach into a record of somebody else's (G8, G10, W-2). A
 * canonical that HAPI links is one. The address of an attachment is a reference as well: HAPI does
 * not look at it, but it decides whose the resource is (OWN-1), and that shows in who may read it.
 */
public final class References {
  private final FhirContext context;
  private final LocalReferences local;
  private final Verdicts verdicts;
  private final SearchRules searches;

  public References(
      FhirContext context, LocalReferences local, Verdicts verdicts, SearchRules searches) {
    this.context = context;
    this.local = local;
    this.verdicts = verdicts;
    this.searches = searches;
  }

  /**
   * Whether every resource of this server that is referred to may be seen, and none is looked for
   * by a search.
   *
   * @param known references that need no decision: full URLs of what is written together with it
   */
  public boolean areVisible(
      IBaseResource body, RequestDetails request, AccessSubject asking, Set<String> known) {
    return referencesAreVisible(body, request, asking, known)
        && addresses(body)
            .filter(address -> !known.contains(address))
            .flatMap(address -> local.normalise(address).stream())
            .allMatch(here -> isVisible(here, request, asking));
  }

  private boolean referencesAreVisible(
      IBaseResource body, RequestDetails request, AccessSubject asking, Set<String> known) {
    return of(body).stream()
        .filter(reference -> !known.contains(reference.getValue()))
        .allMatch(reference -> isVisible(reference, request, asking));
  }

  /** Every reference in the resource, and every attachment's address, as it stands there. */
  public Set<String> texts(IBaseResource body) {
    return Stream.concat(of(body).stream().map(IIdType::getValue), addresses(body))
        .collect(Collectors.toSet());
  }

  private Stream<String> addresses(IBaseResource body) {
    return context.newTerser().getAllPopulatedChildElementsOfType(body, Attachment.class).stream()
        .map(Attachment::getUrl)
        .filter(url -> url != null && !url.isEmpty());
  }

  /** Whether nothing is looked for by a search. */
  public boolean searchNothing(IBaseResource body) {
    return of(body).stream().map(IIdType::getValue).noneMatch(SearchRules::isMatchUrl);
  }

  /** Whether what is looked for by a search is found without any governed resource. */
  public boolean searchOpenTypesAlone(IBaseResource body) {
    return of(body).stream()
        .map(IIdType::getValue)
        .filter(SearchRules::isMatchUrl)
        .allMatch(this::isOpenSearch);
  }

  private boolean isOpenSearch(String reference) {
    String[] parts = reference.split("\\?", 2);
    String type = parts[0].substring(parts[0].lastIndexOf('/') + 1);
    return GovernedTypes.isOpen(type)
        && searches.allowUnaided(type, UrlUtil.parseQueryString(parts[1]));
  }

  /** Every reference in the resource, extensions and contained resources included. */
  private List<IIdType> of(IBaseResource body) {
    Stream<IIdType> references =
        context.newTerser().getAllResourceReferences(body).stream()
            .map(ResourceReferenceInfo::getResourceReference)
            .map(IBaseReference::getReferenceElement);
    return Stream.concat(references, canonicals(body))
        .filter(reference -> reference != null && reference.getValue() != null)
        .filter(reference -> !reference.getValue().isEmpty())
        .toList();
  }

  /** Of the canonicals those of which HAPI makes links: relative ones with a type and an id. */
  private Stream<IIdType> canonicals(IBaseResource body) {
    return context
        .newTerser()
        .getAllPopulatedChildElementsOfType(body, CanonicalType.class)
        .stream()
        .<IIdType>map(canonical -> new IdType(canonical.getValue()))
        .filter(id -> id.hasResourceType() && id.hasIdPart() && !id.isAbsolute());
  }

  private boolean isVisible(IIdType reference, RequestDetails request, AccessSubject asking) {
    if (SearchRules.isMatchUrl(reference.getValue())) {
      return false;
    }
    return here(reference, request).map(known -> isVisible(known, request, asking)).orElse(true);
  }

  private boolean isVisible(String known, RequestDetails request, AccessSubject asking) {
    Optional<RequestMemory> memory = RequestMemory.of(request);
    if (memory.filter(of -> of.visible().contains(known) || of.hasCreated(known)).isPresent()) {
      return true;
    }
    String[] parts = known.split("/", 2);
    boolean visible = verdicts.isVisible(request, asking, parts[0], parts[1]);
    if (visible) {
      memory.ifPresent(of -> of.visible().add(known));
    }
    return visible;
  }

  /**
   * What HAPI takes the reference for, {@code "Type/id"}, when that is on this server: its parser
   * looks at the last two segments and drops whatever short text stands before them.
   */
  private Optional<String> here(IIdType reference, RequestDetails request) {
    if (!reference.hasResourceType() || !reference.hasIdPart()) {
      return Optional.empty();
    }
    String base = reference.hasBaseUrl() ? reference.getBaseUrl() : "";
    boolean foreign =
        base.contains("://")
            && local.normalise(reference.getValue()).isEmpty()
            && !base.equals(request.getFhirServerBase());
    return foreign
        ? Optional.empty()
        : Optional.of(reference.getResourceType() + "/" + reference.getIdPart());
  }
}
