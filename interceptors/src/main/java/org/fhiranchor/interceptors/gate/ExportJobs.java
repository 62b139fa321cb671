package org.fhiranchor.interceptors.gate;

import ca.uhn.fhir.batch2.api.IJobCoordinator;
import ca.uhn.fhir.rest.api.server.bulk.BulkExportJobParameters;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import java.util.Optional;
import java.util.function.Supplier;

/** Who started which bulk export; kept among the job's own parameters. */
final class ExportJobs {
  private static final String KEY = "org.fhiranchor.asking";

  private final Supplier<IJobCoordinator> jobs;

  ExportJobs(Supplier<IJobCoordinator> jobs) {
    this.jobs = jobs;
  }

  void start(BulkExportJobParameters parameters, Asking asking) {
    parameters.setUserData(KEY, AskingText.write(asking));
  }

  /** Who started the job with these parameters; empty for one that no requester started. */
  Optional<Asking> startedBy(BulkExportJobParameters parameters) {
    return Optional.ofNullable(parameters.getUserData().get(KEY))
        .map(String::valueOf)
        .map(AskingText::read);
  }

  /** Whether the requester started the job of this id; false for a job that is not there. */
  boolean isOwn(String job, Asking asking) {
    try {
      BulkExportJobParameters parameters =
          jobs.get().getInstance(job).getParameters(BulkExportJobParameters.class);
      return startedBy(parameters)
          .map(starter -> Holder.of(starter.who()).equals(Holder.of(asking.who())))
          .orElse(false);
    } catch (ResourceNotFoundException gone) {
      return false;
    }
  }
}
