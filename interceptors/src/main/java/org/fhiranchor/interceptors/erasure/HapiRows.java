package org.fhiranchor.interceptors.erasure;

import ca.uhn.fhir.interceptor.model.RequestPartitionId;
import ca.uhn.fhir.jpa.api.svc.IDeleteExpungeSvc;
import ca.uhn.fhir.jpa.dao.tx.IHapiTransactionService;
import ca.uhn.fhir.jpa.model.dao.JpaPid;
import ca.uhn.fhir.jpa.util.MemoryCacheService;
import ca.uhn.fhir.rest.server.exceptions.ResourceVersionConflictException;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * HAPI's part of an erasure: its own statements that expunge a resource from every table that
 * refers to it, within a transaction of HAPI's, which our rows join.
 *
 * @param cameBetween whether a failure says that another's write came between
 */
public record HapiRows(
    IHapiTransactionService transactions,
    IDeleteExpungeSvc<JpaPid> expunge,
    MemoryCacheService caches,
    BatchJobs jobs,
    Predicate<RuntimeException> cameBetween) {
  /** What another wrote came between; nothing of the transaction is done. */
  static final class CameBetweenException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Says what kind of failure it was, and not what the database said. */
    CameBetweenException(RuntimeException failure) {
      super(failure.getClass().getSimpleName(), failure);
    }
  }

  /**
   * Runs this in one transaction.
   *
   * @throws CameBetweenException when another's write came between
   */
  <T> T inTransaction(Supplier<T> work) {
    return alone(
        () ->
            Objects.requireNonNull(
                transactions
                    .withSystemRequest()
                    .withRequestPartitionId(RequestPartitionId.allPartitions())
                    .execute(work::get)));
  }

  private <T> T alone(Supplier<T> work) {
    try {
      return work.get();
    } catch (RuntimeException failure) {
      throw failure instanceof ResourceVersionConflictException || cameBetween.test(failure)
          ? new CameBetweenException(failure)
          : failure;
    }
  }

  /** Every version of these, their index and their links; in the caller's transaction. */
  void destroy(Collection<ErasureRows.Stored> resources) {
    List<JpaPid> keys = resources.stream().map(one -> JpaPid.fromId(one.key())).toList();
    expunge.deleteExpunge(keys, false, null);
  }

  /** Forgets what HAPI remembers of resources that are gone. */
  void forget() {
    caches.invalidateAllCaches();
  }

  /**
   * Ends all bulk exports that run.
   *
   * @throws CameBetweenException when HAPI's own work on one came between
   */
  void endExports() {
    alone(
        () -> {
          jobs.endRunning();
          return true;
        });
  }

  /**
   * Ends these jobs, takes away what they say, and what all that ended have left of their work.
   *
   * @throws CameBetweenException when HAPI's own work on one came between
   */
  void emptyJobs(Set<String> ids) {
    alone(
        () -> {
          jobs.empty(ids);
          jobs.deleteEndedWork();
          return true;
        });
  }
}
