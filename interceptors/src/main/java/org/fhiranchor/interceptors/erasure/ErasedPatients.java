package org.fhiranchor.interceptors.erasure;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.server.exceptions.ResourceGoneException;
import java.util.Optional;
import org.fhiranchor.consent.decide.PatientId;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Patient;

/**
 * Gives the id of an erased patient to nobody else: the next start would erase them as well. On the
 * JPA registry, which sees every write, placeholders included.
 */
@Interceptor
public final class ErasedPatients {
  private final Tombstones tombstones;

  /** Asks these. */
  public ErasedPatients(Tombstones tombstones) {
    this.tombstones = tombstones;
  }

  /** A new resource. */
  @Hook(Pointcut.STORAGE_PRESTORAGE_RESOURCE_CREATED)
  public void created(IBaseResource resource) {
    refuse(resource);
  }

  /** A new version. */
  @Hook(Pointcut.STORAGE_PRESTORAGE_RESOURCE_UPDATED)
  public void updated(IBaseResource before, IBaseResource after) {
    refuse(after);
  }

  private void refuse(IBaseResource resource) {
    boolean erased =
        resource instanceof Patient
            && Optional.ofNullable(resource.getIdElement().getIdPart())
                .filter(PatientId::isValid)
                .map(PatientId::new)
                .filter(tombstones::has)
                .isPresent();
    if (erased) {
      throw new ResourceGoneException(
          "a patient of this id was erased, and the id is not given again");
    }
  }
}
