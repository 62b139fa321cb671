package org.fhiranchor.interceptors.scan;

/**
 * Hears of a scan while it runs. {@link #found} is called by several threads at once, the others by
 * the one that scans.
 */
public interface ScanListener {
  /** Something is wrong. */
  void found(Finding finding);

  /**
   * So far.
   *
   * @param done leaves and resources that were looked at
   * @param total how many there are
   * @return false to end the scan here
   */
  boolean goOn(long done, long total);
}
