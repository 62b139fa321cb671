package org.fhiranchor.interceptors.consent.following;

/**
 * Does something once the current database transaction is committed; at once when there is none.
 */
public interface AfterCommit {
  /** Does nothing when the transaction is rolled back. */
  void run(Runnable work);
}
