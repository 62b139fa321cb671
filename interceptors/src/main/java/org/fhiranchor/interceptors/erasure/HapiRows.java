package org.fhiranchor.interceptors.erasure;

import ca.uhn.fhir.batch2.api.IJobPersistence;
import ca.uhn.fhir.interceptor.model.RequestPartitionId;
import ca.uhn.fhir.jpa.api.svc.IDeleteExpungeSvc;
import ca.uhn.fhir.jpa.dao.tx.IHapiTransactionService;
import ca.uhn.fhir.jpa.model.dao.JpaPid;
import ca.uhn.fhir.jpa.util.MemoryCacheService;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * HAPI's part of an erasure: its own statements that expunge a resource from every table that
 * refers to it, within a transaction of HAPI's, which our rows join.
 */
public record HapiRows(
    IHapiTransactionService transactions,
    IDeleteExpungeSvc<JpaPid> expunge,
    MemoryCacheService caches,
    IJobPersistence jobs) {
  /** Runs this in one transaction. */
  <T> T inTransaction(Supplier<T> work) {
    T result =
        transactions
            .withSystemRequest()
            .withRequestPartitionId(RequestPartitionId.allPartitions())
            .execute(work::get);
    return java.util.Objects.requireNonNull(result);
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

  /** Ends these jobs and what they keep; one that is gone already is none of our business. */
  void destroyJobs(Set<String> ids) {
    ids.forEach(jobs::deleteInstanceAndChunks);
  }
}
