package org.fhiranchor.server;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.jpa.api.dao.IFhirResourceDao;
import ca.uhn.fhir.jpa.searchparam.MatchUrlService;
import ca.uhn.fhir.jpa.searchparam.SearchParameterMap;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.util.BundleUtil;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hl7.fhir.instance.model.api.IBaseBundle;
import org.hl7.fhir.instance.model.api.IBaseReference;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.instance.model.api.IIdType;

/**
 * Resolves references by search, such as {@code Practitioner?identifier=…}, in a transaction or
 * batch. HAPI's own way is off because it would tell whether a patient's record exists; here only
 * types count that belong to no patient. Synthea's bundles depend on it.
 */
@Interceptor
public final class SharedReferences {
  private static final Set<String> TYPES =
      Set.of(
          "Organization",
          "Practitioner",
          "PractitionerRole",
          "Location",
          "HealthcareService",
          "Endpoint",
          "Medication",
          "Substance");

  private final FhirContext context;
  private final MatchUrlService matchUrls;
  private final DaoRegistry daos;

  SharedReferences(FhirContext context, MatchUrlService matchUrls, DaoRegistry daos) {
    this.context = context;
    this.matchUrls = matchUrls;
    this.daos = daos;
  }

  /** What has no single match stays as it is, and is refused by HAPI with the reference's text. */
  @Hook(Pointcut.STORAGE_TRANSACTION_PROCESSING)
  public void resolve(IBaseBundle bundle, RequestDetails request) {
    Map<String, String> found = new HashMap<>();
    for (IBaseResource resource : BundleUtil.toListOfResources(context, bundle)) {
      context
          .newTerser()
          .getAllPopulatedChildElementsOfType(resource, IBaseReference.class)
          .forEach(reference -> resolve(reference, request, found));
    }
  }

  private void resolve(
      IBaseReference reference, RequestDetails request, Map<String, String> found) {
    String url = reference.getReferenceElement().getValue();
    if (url != null && isShared(url)) {
      reference.setReference(found.computeIfAbsent(url, u -> target(u, request)));
    }
  }

  private static boolean isShared(String url) {
    int query = url.indexOf('?');
    return query > 0 && TYPES.contains(url.substring(0, query));
  }

  private String target(String url, RequestDetails request) {
    String type = url.substring(0, url.indexOf('?'));
    SearchParameterMap query =
        matchUrls
            .translateMatchUrl(url, context.getResourceDefinition(type))
            .setLoadSynchronousUpTo(2);
    IFhirResourceDao<?> dao = daos.getResourceDao(type);
    List<IIdType> ids = dao.searchForResourceIds(query, request);
    return ids.size() == 1 ? ids.get(0).toUnqualifiedVersionless().getValue() : url;
  }
}
