package org.fhiranchor.interceptors.log.recording;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Resource;
import org.jspecify.annotations.Nullable;

/**
 * Refuses with 422, before it is stored, what no two readings would return alike (CAN-8), and
 * brings narratives into the form that every reading keeps. Belongs in the JPA registry.
 */
@Interceptor
public final class StableContent {
  private final StableNarrative narratives;

  /** For resources of this FHIR version. */
  public StableContent(FhirContext context) {
    narratives = new StableNarrative(context);
  }

  /** Before a create is stored. */
  @Hook(Pointcut.STORAGE_PRESTORAGE_RESOURCE_CREATED)
  public void created(IBaseResource resource) {
    settle(resource);
  }

  /** Before an update is stored. */
  @Hook(Pointcut.STORAGE_PRESTORAGE_RESOURCE_UPDATED)
  public void updated(@Nullable IBaseResource before, IBaseResource after) {
    settle(after);
  }

  private void settle(IBaseResource resource) {
    if (resource instanceof Resource r4) {
      new StableElements(narratives).check(r4);
    }
  }
}
