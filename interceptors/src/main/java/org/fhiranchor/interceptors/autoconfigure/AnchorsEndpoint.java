package org.fhiranchor.interceptors.autoconfigure;

import java.util.List;
import java.util.Map;
import org.fhiranchor.interceptors.store.RecentAnchors;
import org.fhiranchor.interceptors.store.RecentAnchors.RecentAnchor;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;

/** {@code /actuator/anchors}: the newest anchors with their transactions, for operators. */
@Endpoint(id = "anchors")
public final class AnchorsEndpoint {
  static final int MOST = 50;

  private final RecentAnchors anchors;

  AnchorsEndpoint(RecentAnchors anchors) {
    this.anchors = anchors;
  }

  /** The newest first, {@value #MOST} at most. */
  @ReadOperation
  public Map<String, List<RecentAnchor>> anchors() {
    return Map.of("anchors", anchors.newest(MOST));
  }
}
