package org.fhiranchor.interceptors.log.recording;

import java.util.HashSet;
import java.util.Set;

/** What one transaction stored, and what was recorded in it. */
final class TransactionVersions {
  private final Set<Version> stored = new HashSet<>();
  private final Set<Version> recorded = new HashSet<>();
  private int repeated;

  private record Version(String resource, String version) {}

  void stored(String resource, String version) {
    add(stored, new Version(resource, version));
  }

  void recorded(String resource, String version) {
    add(recorded, new Version(resource, version));
  }

  private void add(Set<Version> versions, Version version) {
    if (!versions.add(version)) {
      repeated++;
    }
  }

  /** Whether each version was stored once and recorded once. */
  boolean agree() {
    return repeated == 0 && stored.equals(recorded);
  }

  /** In numbers, without ids: this is for logs and answers. */
  @Override
  public String toString() {
    return "stored and recorded versions differ stored=%d recorded=%d both=%d repeated=%d"
        .formatted(
            stored.size(),
            recorded.size(),
            stored.stream().filter(recorded::contains).count(),
            repeated);
  }
}
