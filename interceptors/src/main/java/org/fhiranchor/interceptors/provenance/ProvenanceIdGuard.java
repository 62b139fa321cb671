package org.fhiranchor.interceptors.provenance;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Provenance;

/** Nobody stores a Provenance under an id of the log's own: it would speak in the log's name. */
@Interceptor
public final class ProvenanceIdGuard {
  /** Before it is stored, whoever brings it. */
  @Hook(Pointcut.STORAGE_PRESTORAGE_RESOURCE_CREATED)
  public void storing(IBaseResource resource) {
    String id = resource.getIdElement().getIdPart();
    if (resource instanceof Provenance && id != null && id.startsWith(ProvenanceId.PREFIX)) {
      throw new UnprocessableEntityException(
          "Provenance ids that begin with log. are for what this server derives from its log;"
              + " choose another id");
    }
  }
}
