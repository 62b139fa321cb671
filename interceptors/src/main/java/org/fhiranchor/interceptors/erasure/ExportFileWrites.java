package org.fhiranchor.interceptors.erasure;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.jpa.model.util.JpaConstants;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.exceptions.ResourceGoneException;
import ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import java.util.Optional;
import org.fhiranchor.interceptors.gate.decision.ExportFiles;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.jspecify.annotations.Nullable;

/**
 * Lets a bulk export alone write its files, and none any more once it was ended: what it has in
 * memory may be a record that is erased meanwhile. What a client calls a file of an export would be
 * read, and erased, as a part of it. On the JPA registry.
 */
@Interceptor
public final class ExportFileWrites {
  private final BatchJobs jobs;

  /** Asks these. */
  public ExportFileWrites(BatchJobs jobs) {
    this.jobs = jobs;
  }

  /** A new file. */
  @Hook(Pointcut.STORAGE_PRESTORAGE_RESOURCE_CREATED)
  public void created(@Nullable RequestDetails request, IBaseResource resource) {
    Optional<String> job = ExportFiles.jobOf(resource);
    refuseOfClient(request, job);
    if (job.filter(jobs::isOver).isPresent()) {
      throw new ResourceGoneException("the export of this file was ended");
    }
  }

  /** What somebody makes a file. */
  @Hook(Pointcut.STORAGE_PRESTORAGE_RESOURCE_UPDATED)
  public void updated(
      @Nullable RequestDetails request, @Nullable IBaseResource before, IBaseResource after) {
    refuseOfClient(request, ExportFiles.jobOf(after));
  }

  /** Jobs have requests of their own, that no servlet got. */
  private static void refuseOfClient(@Nullable RequestDetails request, Optional<String> job) {
    if (job.isPresent() && request instanceof ServletRequestDetails) {
      throw new UnprocessableEntityException(
          "Binary.meta: want no extension %s, which files of bulk exports have"
              .formatted(JpaConstants.BULK_META_EXTENSION_JOB_ID));
    }
  }
}
