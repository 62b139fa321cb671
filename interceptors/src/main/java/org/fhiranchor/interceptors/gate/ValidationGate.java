package org.fhiranchor.interceptors.gate;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.IValidationSupport;
import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.jpa.searchparam.SearchParameterMap;
import ca.uhn.fhir.rest.api.Constants;
import ca.uhn.fhir.rest.api.SortOrderEnum;
import ca.uhn.fhir.rest.api.SortSpec;
import ca.uhn.fhir.rest.api.server.SystemRequestDetails;
import ca.uhn.fhir.rest.param.TokenParam;
import ca.uhn.fhir.rest.param.UriParam;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.CodeSystem;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Questionnaire;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.StructureDefinition;
import org.hl7.fhir.r4.model.ValueSet;
import org.jspecify.annotations.Nullable;

/**
 * Stands before what HAPI validates with and expands from: it looks up stored definitions in
 * nobody's name and answers everybody from them, so what somebody's consent rules over is not there
 * for it (G7). HAPI keeps what it was given for everybody as well.
 */
public final class ValidationGate implements IValidationSupport {
  /** With more hidden ones of the same URL the open one is not looked for any further. */
  private static final int MOST = 1000;

  private final IValidationSupport hapi;
  private final DaoRegistry daos;
  private final Supplier<Predicate<Resource>> governed;

  /**
   * In front of HAPI's own.
   *
   * @param governed whether consents rule over a stored resource
   */
  public ValidationGate(
      IValidationSupport hapi, DaoRegistry daos, Supplier<Predicate<Resource>> governed) {
    this.hapi = hapi;
    this.daos = daos;
    this.governed = governed;
  }

  @Override
  public FhirContext getFhirContext() {
    return hapi.getFhirContext();
  }

  @Override
  public String getName() {
    return hapi.getName();
  }

  @Override
  public @Nullable IBaseResource fetchCodeSystem(String url) {
    return open(CodeSystem.class, url, hapi.fetchCodeSystem(url));
  }

  @Override
  public @Nullable IBaseResource fetchValueSet(String url) {
    return open(ValueSet.class, url, hapi.fetchValueSet(url));
  }

  @Override
  public @Nullable IBaseResource fetchStructureDefinition(String url) {
    return open(StructureDefinition.class, url, hapi.fetchStructureDefinition(url));
  }

  @Override
  public <T extends IBaseResource> List<T> fetchAllStructureDefinitions() {
    List<T> all = hapi.fetchAllStructureDefinitions();
    return all == null ? List.of() : all.stream().filter(this::isOpen).toList();
  }

  @Override
  @SuppressWarnings("unchecked")
  public <T extends IBaseResource> @Nullable T fetchResource(@Nullable Class<T> type, String url) {
    if (type != null) {
      return (T) open(type, url, hapi.fetchResource(type, url));
    }
    // of any type: HAPI looks for these three, in this order
    return (T)
        Stream.of(ValueSet.class, CodeSystem.class, StructureDefinition.class)
            .flatMap(one -> Stream.ofNullable(fetchResource(one, url)))
            .findFirst()
            .orElse(null);
  }

  private boolean isOpen(IBaseResource found) {
    return !(found instanceof Resource resource && governed.get().test(resource));
  }

  /** What was found, or else what would have been if no hidden one had been stored. */
  private @Nullable IBaseResource open(
      Class<? extends IBaseResource> type, String url, @Nullable IBaseResource found) {
    return found == null || isOpen(found) ? found : another(type, url);
  }

  private @Nullable IBaseResource another(Class<? extends IBaseResource> type, String url) {
    IdType id = new IdType(url);
    if (type == Questionnaire.class && !id.hasBaseUrl() && id.hasIdPart()) {
      return null;
    }
    return daos
        .getResourceDao(type)
        .search(byUrl(url), new SystemRequestDetails())
        .getAllResources()
        .stream()
        .filter(this::isOpen)
        .findFirst()
        .orElse(null);
  }

  /** As HAPI looks it up: a URL with its version, or the newest of one without. */
  private static SearchParameterMap byUrl(String url) {
    String[] parts = url.split("[|](?=[^|]*$)", 2);
    SearchParameterMap map = SearchParameterMap.newSynchronous("url", new UriParam(parts[0]));
    if (parts.length == 2) {
      map.add("version", new TokenParam(parts[1]));
    } else {
      map.setSort(new SortSpec(Constants.PARAM_LASTUPDATED, SortOrderEnum.DESC));
    }
    return map.setLoadSynchronousUpTo(MOST);
  }
}
