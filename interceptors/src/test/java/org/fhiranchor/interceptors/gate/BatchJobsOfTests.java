package org.fhiranchor.interceptors.gate;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;

import ca.uhn.fhir.batch2.api.IJobCoordinator;
import ca.uhn.fhir.batch2.api.IJobPersistence;
import ca.uhn.fhir.batch2.jobs.reindex.ReindexJobParameters;
import ca.uhn.fhir.batch2.jobs.reindex.ReindexUtils;
import ca.uhn.fhir.batch2.model.JobInstanceStartRequest;
import ca.uhn.fhir.batch2.model.StatusEnum;
import ca.uhn.fhir.rest.api.server.SystemRequestDetails;
import java.util.List;

/** HAPI's jobs, as an operator starts them. */
final class BatchJobsOfTests {
  private BatchJobsOfTests() {}

  /** Reindexes what these find, and gives the job's id when it has ended. */
  static String reindex(GatedServer server, String... urls) {
    ReindexJobParameters parameters = new ReindexJobParameters();
    List.of(urls).forEach(parameters::addUrl);
    JobInstanceStartRequest start =
        new JobInstanceStartRequest(ReindexUtils.JOB_REINDEX, parameters);
    String job =
        server
            .server()
            .bean(IJobCoordinator.class)
            .startInstance(new SystemRequestDetails(), start)
            .getInstanceId();
    IJobPersistence jobs = server.server().bean(IJobPersistence.class);
    await()
        .atMost(120, SECONDS)
        .until(() -> jobs.fetchInstance(job).orElseThrow().getStatus() == StatusEnum.COMPLETED);
    return job;
  }
}
