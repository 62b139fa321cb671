package org.fhiranchor.interceptors.bounds;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.interceptor.model.PrePatchDetails;
import ca.uhn.fhir.jpa.patch.FhirPatch;
import ca.uhn.fhir.jpa.patch.JsonPatchUtils;
import ca.uhn.fhir.jpa.patch.XmlPatchUtils;
import ca.uhn.fhir.rest.api.Constants;
import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException;
import org.hl7.fhir.r4.model.Resource;

/**
 * Refuses a patch that does not fit the resource, alone and as an entry, in words for its sender:
 * most of what a patch throws HAPI calls a failure of its own (ANS-1). So it is tried on a copy
 * first. Belongs in the JPA registry.
 */
@Interceptor
public final class UnfitPatches {
  private final FhirContext context;

  /** For resources of this FHIR version. */
  public UnfitPatches(FhirContext context) {
    this.context = context;
  }

  /** A patch is about to be applied. */
  @Hook(Pointcut.STORAGE_PRESTORAGE_RESOURCE_PREPATCH)
  public void patching(PrePatchDetails patch) {
    try {
      tryOut(patch);
    } catch (BaseServerResponseException known) {
      throw known.getStatusCode() < Constants.STATUS_HTTP_500_INTERNAL_ERROR ? known : unfit();
    } catch (RuntimeException unknown) {
      throw unfit();
    }
  }

  private static UnprocessableEntityException unfit() {
    return new UnprocessableEntityException("the patch cannot be applied to this resource");
  }

  private void tryOut(PrePatchDetails patch) {
    Resource copy = ((Resource) patch.getResource()).copy();
    switch (patch.getPatchType()) {
      case JSON_PATCH -> JsonPatchUtils.apply(context, copy, patch.getPatchBody());
      case XML_PATCH -> XmlPatchUtils.apply(context, copy, patch.getPatchBody());
      case FHIR_PATCH_JSON, FHIR_PATCH_XML ->
          new FhirPatch(context).apply(copy, patch.getFhirPatchBody());
    }
  }
}
