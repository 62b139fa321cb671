package org.fhiranchor.interceptors.gate;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.MethodNotAllowedException;
import ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import org.fhiranchor.interceptors.disclosure.JournaledAuditEvents;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.jspecify.annotations.Nullable;

/**
 * An AuditEvent that somebody posted stays as it is (AUD-1): no request changes or deletes it, on
 * whatever way, and none speaks in the journal's name, also where none is kept. Whoever may not see
 * it was refused before, and learns nothing here. Belongs in the JPA registry.
 */
@Interceptor
public final class UnchangedAuditEvents {
  /** Nobody stores an event under an id of the journal's own form. */
  @Hook(Pointcut.STORAGE_PRESTORAGE_RESOURCE_CREATED)
  public void creating(IBaseResource resource) {
    String id = resource.getIdElement().getIdPart();
    if (resource.fhirType().equals("AuditEvent") && id != null && JournaledAuditEvents.isId(id)) {
      throw new UnprocessableEntityException(
          "AuditEvent ids of this form are for what the server's journal tells; choose another id");
    }
  }

  /** Before a new version of what is there is stored. */
  @Hook(Pointcut.STORAGE_PRESTORAGE_RESOURCE_UPDATED)
  public void updating(
      @Nullable RequestDetails request, IBaseResource before, IBaseResource after) {
    refuse(request, after);
  }

  /** Before a deletion. */
  @Hook(Pointcut.STORAGE_PRESTORAGE_RESOURCE_DELETED)
  public void deleting(@Nullable RequestDetails request, IBaseResource resource) {
    refuse(request, resource);
  }

  /** HAPI's own jobs, and the server's own repairs, have requests that no servlet got. */
  private static void refuse(@Nullable RequestDetails request, IBaseResource resource) {
    if (request instanceof ServletRequestDetails && resource.fhirType().equals("AuditEvent")) {
      throw new MethodNotAllowedException("an AuditEvent is never changed or deleted");
    }
  }
}
