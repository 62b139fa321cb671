package org.fhiranchor.interceptors.log.serving;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.rest.api.RestOperationTypeEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.api.server.ResponseDetails;
import ca.uhn.fhir.rest.api.server.SystemRequestDetails;
import ca.uhn.fhir.rest.server.exceptions.MethodNotAllowedException;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import java.util.List;
import java.util.Optional;
import org.fhiranchor.interceptors.identity.BundleEntries;
import org.fhiranchor.interceptors.identity.RequestFacts;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.Bundle.HTTPVerb;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Meta;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Parameters.ParametersParameterComponent;
import org.hl7.fhir.r4.model.Resource;

/**
 * Has {@code $meta} answer what is stored (REC-5). HAPI answers it from tables of tags in which
 * nothing is kept here, and in which nobody but the database's owner could have put something.
 * Belongs in the registry of the RestfulServer.
 */
@Interceptor(order = MetaAsStored.ORDER)
public final class MetaAsStored {
  /** Before anybody looks at the answer. */
  static final int ORDER = -100_000;

  private static final String META = "$meta";

  private final DaoRegistry daos;

  /** Reads what is stored. */
  public MetaAsStored(DaoRegistry daos) {
    this.daos = daos;
  }

  /** Of a type, or of all of them, the tables alone would know something. */
  @Hook(value = Pointcut.SERVER_INCOMING_REQUEST_PRE_HANDLED, order = -ORDER)
  public void asking(RequestDetails request) {
    if (META.equals(request.getOperation()) && request.getId() == null) {
      throw new MethodNotAllowedException(
          "$meta is answered of one resource alone; search for others by _tag, _security and"
              + " _profile");
    }
  }

  /** Whoever is answered may see the resource: that was decided before. */
  @Hook(Pointcut.SERVER_OUTGOING_RESPONSE)
  public void answering(RequestDetails request, ResponseDetails response) {
    IBaseResource answer = response.getResponseResource();
    if (META.equals(request.getOperation())) {
      correct(RequestFacts.of(request), answer);
    } else if (answer instanceof Bundle answered
        && isOfBatch(request, answered)
        && request.getResource() instanceof Bundle asked
        && request instanceof ServletRequestDetails servlet) {
      List<BundleEntryComponent> entries = asked.getEntry();
      for (int i = 0; i < Math.min(entries.size(), answered.getEntry().size()); i++) {
        Resource part = answered.getEntry().get(i).getResource();
        if (part instanceof Parameters && isRead(entries.get(i))) {
          correct(BundleEntries.asked(entries.get(i), servlet), part);
        }
      }
    }
  }

  /** A Bundle that is stored, and comes back as it was sent, asks nothing. */
  private static boolean isOfBatch(RequestDetails request, Bundle answered) {
    RestOperationTypeEnum asked = request.getRestOperationType();
    return (asked == RestOperationTypeEnum.BATCH || asked == RestOperationTypeEnum.TRANSACTION)
        && BundleEntries.areAnsweredBy(answered);
  }

  private static boolean isRead(BundleEntryComponent entry) {
    HTTPVerb verb = entry.getRequest().getMethod();
    return entry.getRequest().getUrl() != null && (verb == HTTPVerb.GET || verb == HTTPVerb.HEAD);
  }

  private void correct(RequestFacts asked, IBaseResource answer) {
    if (asked.operation().filter(META::equals).isPresent()
        && asked.id().isPresent()
        && answer instanceof Parameters parameters) {
      for (ParametersParameterComponent part : parameters.getParameter()) {
        if (part.getValue() instanceof Meta made) {
          part.setValue(stored(asked.type(), asked.id().get(), made.getVersionId()));
        }
      }
    }
  }

  private Meta stored(String type, String id, String version) {
    IBaseResource resource =
        daos.getResourceDao(type)
            .read(new IdType(type, id, version), SystemRequestDetails.forAllPartitions());
    return Optional.ofNullable(resource)
        .map(Resource.class::cast)
        .map(Resource::getMeta)
        .orElseGet(Meta::new);
  }
}
