package org.fhiranchor.interceptors.testing;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.fhiranchor.interceptors.scan.Finding;
import org.fhiranchor.interceptors.scan.ScanListener;

/** Keeps all that a scan finds, and lets it go on. */
public final class KeptFindings implements ScanListener {
  private final List<Finding> found = new CopyOnWriteArrayList<>();

  @Override
  public void found(Finding finding) {
    found.add(finding);
  }

  @Override
  public boolean goOn(long done, long total) {
    return true;
  }

  public List<Finding> all() {
    return List.copyOf(found);
  }
}
