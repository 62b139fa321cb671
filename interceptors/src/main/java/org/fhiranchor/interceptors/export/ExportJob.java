package org.fhiranchor.interceptors.export;

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
 * The job in HAPI's Batch2 that watches over an export, as the one of the scan does: whoever ends
 * it there ends the export, and an export whose node is gone goes on.
 */
public final class ExportJob {
  /** Its name in HAPI's list of jobs. */
  public static final String ID = "ANCHOR_EXPORT_PROVENANCE";

  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(10);

  private final ExportRunner runner;
  private final ExportStore store;
  private final InstantSource clock;

  /** Watches over these exports. */
  public ExportJob(ExportRunner runner, ExportStore store, InstantSource clock) {
    this.runner = runner;
    this.store = store;
    this.clock = clock;
  }

  /** For HAPI's registry of jobs. */
  public JobDefinition<ExportJobParameters> definition() {
    return JobDefinition.newBuilder()
        .setJobDefinitionId(ID)
        .setJobDefinitionVersion(1)
        .setJobDescription("Export what the log says, with proofs")
        .setParametersType(ExportJobParameters.class)
        .addFirstStep("begin", "Name the export", ExportJobParameters.class, this::begin)
        .addLastStep("watch", "Watch over the export", this::watch)
        .build();
  }

  /** Has HAPI watch over an export. */
  public static void submit(IJobCoordinator coordinator, ProvenanceExport export) {
    JobInstanceStartRequest request = new JobInstanceStartRequest();
    request.setJobDefinitionId(ID);
    request.setParameters(new ExportJobParameters(export.id()));
    coordinator.startInstance(new SystemRequestDetails(), request);
  }

  private RunOutcome begin(
      StepExecutionDetails<ExportJobParameters, VoidModel> step,
      IJobDataSink<ExportJobParameters> sink) {
    sink.accept(step.getParameters());
    return RunOutcome.SUCCESS;
  }

  private RunOutcome watch(
      StepExecutionDetails<ExportJobParameters, ExportJobParameters> step,
      IJobDataSink<VoidModel> sink) {
    String id = step.getData().export();
    Optional<ProvenanceExport> export = store.find(id);
    boolean running =
        export.filter(one -> one.state() == ProvenanceExport.State.RUNNING).isPresent();
    if (running && step.getInstance().isCancelled()) {
      store.cancel(id, clock.instant());
      return RunOutcome.SUCCESS;
    }
    if (running) {
      runner.takeOver();
      throw new RetryChunkLaterException(BETWEEN_LOOKS);
    }
    if (export.filter(one -> one.state() == ProvenanceExport.State.FAILED).isPresent()) {
      throw new JobExecutionFailedException("the export failed");
    }
    return RunOutcome.SUCCESS;
  }
}
