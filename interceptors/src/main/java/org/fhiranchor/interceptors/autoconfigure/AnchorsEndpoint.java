package org.fhiranchor.interceptors.autoconfigure;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.fhiranchor.interceptors.store.RecentAnchors;
import org.fhiranchor.interceptors.store.RecentAnchors.RecentAnchor;
import org.fhiranchor.ledger.evm.NodeStanding;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;

/**
 * {@code /actuator/anchors}: the newest anchors with their transactions, and the ledger's nodes,
 * for operators.
 */
@Endpoint(id = "anchors")
public final class AnchorsEndpoint {
  static final int MOST = 50;

  private final RecentAnchors anchors;
  private final Supplier<List<NodeStanding>> nodes;

  AnchorsEndpoint(RecentAnchors anchors, Supplier<List<NodeStanding>> nodes) {
    this.anchors = anchors;
    this.nodes = nodes;
  }

  /**
   * A node of the ledger, as it answered last.
   *
   * @param place host and port
   * @param state such as {@code answers}
   * @param block its newest; null until it named one
   */
  public record LedgerNode(String place, String state, Instant since, @Nullable Long block) {}

  /** What operators are told. */
  public record Told(List<RecentAnchor> anchors, List<LedgerNode> nodes) {}

  /** The newest anchors first, {@value #MOST} at most; the nodes as the settings name them. */
  @ReadOperation
  public Told anchors() {
    return new Told(
        anchors.newest(MOST),
        NodeStanding.compared(nodes.get()).stream().map(AnchorsEndpoint::told).toList());
  }

  private static LedgerNode told(NodeStanding node) {
    return new LedgerNode(
        node.place(),
        node.state().name().toLowerCase(Locale.ROOT),
        node.since(),
        node.block().isPresent() ? node.block().getAsLong() : null);
  }
}
