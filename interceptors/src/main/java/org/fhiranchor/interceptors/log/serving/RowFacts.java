package org.fhiranchor.interceptors.log.serving;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.fhiranchor.merkle.LeafIndex;
import org.fhiranchor.merkle.ResourceKey;

/** What the database says beside a leaf's statement. Reads only; sees what is committed. */
public interface RowFacts {
  /** The kind that the leaf's row names; empty when there is no such row. */
  Optional<String> kind(LeafIndex index);

  /**
   * The instants that HAPI's tables give for a version: that of the version, and that of the
   * resource when the version is its newest. Empty when the version is not stored.
   */
  List<Instant> storedAt(ResourceKey resource, String version);
}
