package org.fhiranchor.interceptors.gate;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.api.server.bulk.BulkExportJobParameters;
import org.fhiranchor.interceptors.gate.decision.AccessSubject;
import org.fhiranchor.interceptors.gate.decision.ExportJobs;
import org.fhiranchor.interceptors.gate.decision.Verdicts;
import org.hl7.fhir.instance.model.api.IBaseResource;

/**
 * Decides about every line of a bulk export, for whoever started it and for what, at the moment it
 * is written (G11). Belongs in the JPA registry: jobs run without a RestfulServer. A job that
 * nobody is known to have started writes nothing.
 */
@Interceptor(order = StorageGate.ORDER)
public final class ExportGate {
  private final ExportJobs jobs;
  private final Verdicts verdicts;
  private final boolean enforced;

  ExportGate(ExportJobs jobs, Verdicts verdicts, boolean enforced) {
    this.jobs = jobs;
    this.verdicts = verdicts;
    this.enforced = enforced;
  }

  /** Keeps who starts the job. */
  @Hook(Pointcut.STORAGE_INITIATE_BULK_EXPORT)
  public void starting(RequestDetails request, BulkExportJobParameters parameters) {
    AccessSubject.of(request).ifPresent(asking -> jobs.start(parameters, asking));
  }

  /** One line. */
  @Hook(Pointcut.STORAGE_BULK_EXPORT_RESOURCE_INCLUSION)
  public boolean include(BulkExportJobParameters parameters, IBaseResource resource) {
    return jobs.startedBy(parameters)
        .map(starter -> verdicts.deliver(starter, resource))
        .map(verdict -> verdict.lets(enforced))
        .orElse(!enforced);
  }
}
