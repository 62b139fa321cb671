package org.fhiranchor.interceptors.scan;

import ca.uhn.fhir.batch2.api.IJobCoordinator;
import ca.uhn.fhir.batch2.api.IJobDataSink;
import ca.uhn.fhir.batch2.api.JobExecutionFailedException;
import ca.uhn.fhir.batch2.api.RetryChunkLaterException;
import ca.uhn.fhir.batch2.api.RunOutcome;
import ca.uhn.fhir.batch2.api.StepExecutionDetails;
import ca.uhn.fhir.batch2.api.VoidModel;
import ca.uhn.fhir.batch2.model.JobDefinition;
import ca.uhn.fhir.batch2.model.JobInstanceStartRequest;
import ca.uhn.fhir.rest.api.server.SystemRequestDetails;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/**
 * The job in HAPI's Batch2 that watches over a scan. It reads nothing of a resource and so passes
 * none of the gate's hooks. Between two looks its chunk waits in the database: after a restart
 * HAPI's maintenance looks again, and a scan whose node is gone is taken over.
 */
public final class ScanJob {
  /** Its name in HAPI's list of jobs. */
  public static final String ID = "ANCHOR_VERIFY_STORE";

  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(10);

  private final ScanRunner runner;
  private final ScanStore store;
  private final InstantSource clock;

  /** Watches over these scans. */
  public ScanJob(ScanRunner runner, ScanStore store, InstantSource clock) {
    this.runner = runner;
    this.store = store;
    this.clock = clock;
  }

  /** For HAPI's registry of jobs. */
  public JobDefinition<ScanParameters> definition() {
    return JobDefinition.newBuilder()
        .setJobDefinitionId(ID)
        .setJobDefinitionVersion(1)
        .setJobDescription("Hold the whole store against log and ledger")
        .setParametersType(ScanParameters.class)
        .addFirstStep("begin", "Name the scan", ScanParameters.class, this::begin)
        .addLastStep("watch", "Watch over the scan", this::watch)
        .build();
  }

  /** Has HAPI watch over a scan. */
  public static void submit(IJobCoordinator coordinator, Scan scan) {
    JobInstanceStartRequest request = new JobInstanceStartRequest();
    request.setJobDefinitionId(ID);
    request.setParameters(new ScanParameters(scan.id()));
    coordinator.startInstance(new SystemRequestDetails(), request);
  }

  private RunOutcome begin(
      StepExecutionDetails<ScanParameters, VoidModel> step, IJobDataSink<ScanParameters> sink) {
    sink.accept(step.getParameters());
    return RunOutcome.SUCCESS;
  }

  private RunOutcome watch(
      StepExecutionDetails<ScanParameters, ScanParameters> step, IJobDataSink<VoidModel> sink) {
    String id = step.getData().scan();
    if (step.getInstance().isCancelled()) {
      store.cancel(id, clock.instant());
    }
    Optional<Scan> scan = store.find(id);
    if (scan.filter(one -> one.state() == Scan.State.RUNNING).isPresent()) {
      runner.takeOver();
      throw new RetryChunkLaterException(BETWEEN_LOOKS);
    }
    if (scan.filter(one -> one.state() == Scan.State.FAILED).isPresent()) {
      throw new JobExecutionFailedException("the scan of the store failed");
    }
    return new RunOutcome((int) Math.min(Integer.MAX_VALUE, scan.map(Scan::done).orElse(0L)));
  }
}
