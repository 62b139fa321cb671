package org.fhiranchor.interceptors.erasure;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.server.exceptions.ResourceGoneException;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Binary;

/**
 * Lets a bulk export that was ended write no file any more: what it has in memory may be a record
 * that is erased meanwhile. On the JPA registry.
 */
@Interceptor
public final class FilesOfEndedExports {
  private final BatchJobs jobs;

  /** Asks these. */
  public FilesOfEndedExports(BatchJobs jobs) {
    this.jobs = jobs;
  }

  /** A new file. */
  @Hook(Pointcut.STORAGE_PRESTORAGE_RESOURCE_CREATED)
  public void created(IBaseResource resource) {
    if (resource instanceof Binary file
        && ExportedFiles.jobOf(file).filter(jobs::isOver).isPresent()) {
      throw new ResourceGoneException("the export of this file was ended");
    }
  }
}
