package org.fhiranchor.interceptors.gate.decision;

import java.util.Optional;

/**
 * Who holds a page link or a subscription, or wrote a Binary. Shared by all nodes, durable when
 * {@link #bind} returns; binding again changes nothing. Called by many threads.
 */
public interface Bindings {
  /** What is held. */
  enum Kind {
    PAGE,
    /** A page link whose search said the total when it began. */
    TOTAL,
    SUBSCRIPTION,
    BINARY
  }

  /** Notes who holds it; whoever was first stays. */
  void bind(Kind kind, String id, String holder);

  /** Notes who holds it from now on. */
  void rebind(Kind kind, String id, String holder);

  /** Who holds it; empty when nobody is known to. */
  Optional<String> holder(Kind kind, String id);
}
