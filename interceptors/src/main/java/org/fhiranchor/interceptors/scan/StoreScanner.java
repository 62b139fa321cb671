package org.fhiranchor.interceptors.scan;

/** Looks at the whole store as it is at one moment. */
@FunctionalInterface
public interface StoreScanner {
  /**
   * One scan.
   *
   * @throws java.util.concurrent.CancellationException when the listener ends it
   */
  void scan(ScanListener listener);
}
