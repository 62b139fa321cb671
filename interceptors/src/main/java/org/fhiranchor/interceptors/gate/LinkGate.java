package org.fhiranchor.interceptors.gate;

import ca.uhn.fhir.context.RuntimeSearchParam;
import ca.uhn.fhir.interceptor.model.RequestPartitionId;
import ca.uhn.fhir.jpa.model.entity.ResourceTable;
import ca.uhn.fhir.jpa.searchparam.extractor.ISearchParamExtractor.ISearchParamFilter;
import ca.uhn.fhir.jpa.searchparam.extractor.ISearchParamExtractorSvc;
import ca.uhn.fhir.jpa.searchparam.extractor.ResourceIndexedSearchParams;
import ca.uhn.fhir.jpa.searchparam.extractor.SearchParamExtractorService;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.api.server.storage.TransactionDetails;
import java.util.List;
import java.util.function.Supplier;
import org.hl7.fhir.instance.model.api.IBaseResource;

/**
 * Stands before the part of HAPI that resolves the references of a resource as it will be stored,
 * and has them decided first (W-2). HAPI's link resolver behind it is no place for that: what a
 * transaction has looked up in advance is linked without asking it.
 */
public final class LinkGate extends SearchParamExtractorService {
  private final ISearchParamExtractorSvc hapi;
  private final Supplier<WriteGate> gate;

  /** In front of HAPI's own. */
  public LinkGate(ISearchParamExtractorSvc hapi, Supplier<WriteGate> gate) {
    this.hapi = hapi;
    this.gate = gate;
  }

  /** HAPI fails on a reference that leads nowhere when it stores, and at no other time. */
  @Override
  public void extractFromResource(
      RequestPartitionId partition,
      RequestDetails request,
      ResourceIndexedSearchParams found,
      ResourceIndexedSearchParams existing,
      ResourceTable entity,
      IBaseResource resource,
      TransactionDetails transaction,
      boolean failOnInvalidReference,
      ISearchParamFilter filter) {
    if (failOnInvalidReference) {
      gate.get().linking(request, resource);
    }
    hapi.extractFromResource(
        partition,
        request,
        found,
        existing,
        entity,
        resource,
        transaction,
        failOnInvalidReference,
        filter);
  }

  @Override
  public List<String> extractParamValuesAsStrings(
      RuntimeSearchParam parameter, IBaseResource resource) {
    return hapi.extractParamValuesAsStrings(parameter, resource);
  }
}
