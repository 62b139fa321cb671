package org.fhiranchor.interceptors.log.recording;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.util.ResourceReferenceInfo;
import org.fhiranchor.consent.facts.LocalReferences;
import org.hl7.fhir.instance.model.api.IBaseReference;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.jspecify.annotations.Nullable;

/**
 * Stores absolute references to this very server as relative ones, under whichever of its own
 * addresses they are. HAPI writes them relative when it answers under the same base and absolute
 * under any other, so a version's text would depend on the URL it is read by (CAN-7). A base that
 * only the request names is nobody's: what is absolute under it stays as it is (WHO-2).
 */
@Interceptor
public final class OwnReferences {
  private final FhirContext context;
  private final LocalReferences local;

  /** For resources of this FHIR version, on a server with these addresses. */
  public OwnReferences(FhirContext context, LocalReferences local) {
    this.context = context;
    this.local = local;
  }

  /** Before a create is stored. */
  @Hook(Pointcut.STORAGE_PRESTORAGE_RESOURCE_CREATED)
  public void created(IBaseResource resource) {
    makeRelative(resource);
  }

  /** Before an update is stored. */
  @Hook(Pointcut.STORAGE_PRESTORAGE_RESOURCE_UPDATED)
  public void updated(@Nullable IBaseResource before, IBaseResource after) {
    makeRelative(after);
  }

  private void makeRelative(IBaseResource resource) {
    for (ResourceReferenceInfo info : context.newTerser().getAllResourceReferences(resource)) {
      IBaseReference reference = info.getResourceReference();
      String text = reference.getReferenceElement().getValue();
      if (text != null && local.normalise(text).isPresent()) {
        String relative = local.withoutOwnBase(text);
        if (!relative.equals(text)) {
          reference.setReference(relative);
        }
      }
    }
  }
}
