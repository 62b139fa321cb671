package org.fhiranchor.interceptors.gate.decision;

import ca.uhn.fhir.batch2.api.IJobCoordinator;
import ca.uhn.fhir.rest.api.server.bulk.BulkExportJobParameters;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import java.util.Optional;
import java.util.function.Supplier;

/** Who started which bulk export; kept among the job's own parameters. */
public final class ExportJobs {
  private static final String KEY = "org.fhiranchor.asking";

  private final Supplier<IJobCoordinator> jobs;

  public ExportJobs(Supplier<IJobCoordinator> jobs) {
    this.jobs = jobs;
  }

  public void start(BulkExportJobParameters parameters, AccessSubject asking) {
    parameters.setUserData(KEY, AccessSubjectText.write(asking));
  }

  /** Who started the job with these parameters; empty for one that no requester started. */
  public Optional<AccessSubject> startedBy(BulkExportJobParameters parameters) {
    return Optional.ofNullable(parameters.getUserData().get(KEY))
        .map(String::valueOf)
        .map(AccessSubjectText::read);
  }

  /** Whether the requester started the job of this id; false for a job that is not there. */
  public boolean isOwn(String job, AccessSubject asking) {
    try {
      BulkExportJobParameters parameters =
          jobs.get().getInstance(job).getParameters(BulkExportJobParameters.class);
      return startedBy(parameters)
          .map(
              starter ->
                  RequesterFingerprint.of(starter.who())
                      .equals(RequesterFingerprint.of(asking.who())))
          .orElse(false);
    } catch (ResourceNotFoundException gone) {
      return false;
    }
  }
}
