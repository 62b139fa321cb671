package org.fhiranchor.interceptors.erasure;

import ca.uhn.fhir.batch2.api.IJobPersistence;
import ca.uhn.fhir.batch2.model.JobInstance;
import ca.uhn.fhir.batch2.model.StatusEnum;
import ca.uhn.fhir.batch2.model.WorkChunkStatusEnum;
import ca.uhn.fhir.rest.api.server.bulk.BulkExportJobParameters;
import ca.uhn.fhir.util.Batch2JobDefinitionConstants;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * HAPI's jobs: bulk exports, reindexing and others. A job's row is emptied and not deleted: HAPI
 * remembers ids of jobs in memory, on every node, and stops all exports for ever at one whose row
 * is gone. It deletes the rows of jobs that ended itself, after a week.
 */
public record BatchJobs(IJobPersistence jobs, InstantSource clock) {
  private static final Logger LOG = LoggerFactory.getLogger(BatchJobs.class);
  private static final String EXPORT = Batch2JobDefinitionConstants.BULK_EXPORT;
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);
  private static final Duration PAUSE = Duration.ofMillis(20);
  private static final int PAGE = 100;

  /**
   * Ends every export that runs, whoever's: nobody can see what it holds in memory. Waits some
   * seconds for what is being written; what is slower finds that its job is over ({@link #isOver}).
   */
  void endRunning() {
    List<String> ended = new ArrayList<>();
    List<JobInstance> page;
    do {
      page =
          jobs.fetchInstancesByJobDefinitionIdAndStatus(
              EXPORT, StatusEnum.getNotEndedStatuses(), PAGE, 0);
      page.forEach(one -> jobs.updateInstance(one.getInstanceId(), this::end));
      page.forEach(one -> ended.add(one.getInstanceId()));
    } while (page.size() == PAGE);
    awaitWorkers(ended);
  }

  /** HAPI leaves a job that is cancelled alone, in whatever step it was. */
  private boolean end(JobInstance job) {
    if (!StatusEnum.getNotEndedStatuses().contains(job.getStatus())) {
      return false;
    }
    job.setCancelled(true);
    job.setStatus(StatusEnum.CANCELLED);
    job.setEndTime(Date.from(clock.instant()));
    return true;
  }

  private void awaitWorkers(Collection<String> ended) {
    Instant last = clock.instant().plus(LONGEST_WAIT);
    while (ended.stream().anyMatch(this::isWorkedOn)) {
      if (clock.instant().isAfter(last)) {
        LOG.warn("an export that was ended is still worked on after {}", LONGEST_WAIT);
        return;
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }

  private boolean isWorkedOn(String id) {
    return jobs.fetchWorkChunkStatusForInstance(id).stream()
        .anyMatch(chunks -> chunks.status == WorkChunkStatusEnum.IN_PROGRESS);
  }

  /** Whether this export was ended before its end: then nothing is written for it. */
  boolean isOver(String id) {
    return jobs.fetchInstance(id)
        .map(JobInstance::getStatus)
        .filter(StatusEnum.CANCELLED::equals)
        .isPresent();
  }

  /** The jobs, of every kind, whose rows say something that this finds. */
  Set<String> saying(Predicate<String> text) {
    Set<String> found = new LinkedHashSet<>();
    each(job -> said(job).filter(text).forEach(any -> found.add(job.getInstanceId())));
    return found;
  }

  private static Stream<String> said(JobInstance job) {
    return Stream.of(
            job.getParameters(),
            job.getReport(),
            job.getErrorMessage(),
            job.getWarningMessages(),
            job.getUserDataAsString(),
            job.getTriggeringUsername())
        .filter(Objects::nonNull);
  }

  private void each(Consumer<JobInstance> job) {
    List<JobInstance> page;
    int number = 0;
    do {
      page = jobs.fetchInstances(PAGE, number++);
      page.forEach(job);
    } while (page.size() == PAGE);
  }

  /** Deletes what jobs that ended have left of their work: it names resources of everybody. */
  void deleteEndedWork() {
    Set<String> ended = new LinkedHashSet<>();
    each(
        job -> {
          if (job.getStatus().isEnded() && !job.isWorkChunksPurged()) {
            ended.add(job.getInstanceId());
          }
        });
    ended.forEach(jobs::deleteChunksAndMarkInstanceAsChunksPurged);
  }

  /** Ends these and takes away what they say; one that is gone is none of our business. */
  void empty(Set<String> ids) {
    for (String id : ids) {
      if (jobs.fetchInstance(id).isPresent()) {
        jobs.updateInstance(id, this::empty);
        jobs.deleteChunksAndMarkInstanceAsChunksPurged(id);
      }
    }
  }

  private boolean empty(JobInstance job) {
    end(job);
    if (job.getJobDefinitionId().equals(EXPORT)) {
      job.setStatus(StatusEnum.CANCELLED);
      job.setParameters(new BulkExportJobParameters());
    } else {
      job.setParameters("{}");
    }
    job.setReport(null);
    job.setErrorMessage(null);
    job.setWarningMessages(null);
    job.setTriggeringUsername(null);
    job.setTriggeringClientId(null);
    job.setUserDataAsString("");
    return true;
  }
}
