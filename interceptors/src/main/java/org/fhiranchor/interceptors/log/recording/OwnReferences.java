package org.fhiranchor.interceptors.log.recording;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.util.ResourceReferenceInfo;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.instance.model.api.IIdType;
import org.jspecify.annotations.Nullable;

/**
 * Stores absolute references to this very server as relative ones. HAPI writes them relative when
 * it answers under the same base and absolute under any other, so a version's text would depend on
 * the URL it is read by (CAN-7).
 */
@Interceptor
public final class OwnReferences {
  private final FhirContext context;

  /** For resources of this FHIR version. */
  public OwnReferences(FhirContext context) {
    this.context = context;
  }

  /** Before a create is stored. */
  @Hook(Pointcut.STORAGE_PRESTORAGE_RESOURCE_CREATED)
  public void created(IBaseResource resource, @Nullable RequestDetails request) {
    makeRelative(resource, request);
  }

  /** Before an update is stored. */
  @Hook(Pointcut.STORAGE_PRESTORAGE_RESOURCE_UPDATED)
  public void updated(
      @Nullable IBaseResource before, IBaseResource after, @Nullable RequestDetails request) {
    makeRelative(after, request);
  }

  private void makeRelative(IBaseResource resource, @Nullable RequestDetails request) {
    String base = request == null ? null : request.getFhirServerBase();
    if (base == null || base.isEmpty()) {
      return;
    }
    for (ResourceReferenceInfo info : context.newTerser().getAllResourceReferences(resource)) {
      IIdType target = info.getResourceReference().getReferenceElement();
      if (base.equals(target.getBaseUrl()) && target.hasIdPart()) {
        info.getResourceReference().setReference(target.toUnqualified().getValue());
      }
    }
  }
}
