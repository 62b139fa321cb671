package org.fhiranchor.ledger.anchoring;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** Kills whoever makes the n-th call, before or after it took effect. */
final class Faults {
  /** As if the process had been killed: nobody in the code under test may catch it. */
  static final class Death extends Error {
    private static final long serialVersionUID = 1L;
  }

  static final Faults NONE = new Faults(-1, false);

  private final AtomicInteger left;
  private final boolean afterEffect;

  private Faults(int call, boolean afterEffect) {
    this.left = new AtomicInteger(call);
    this.afterEffect = afterEffect;
  }

  /** Dies in call number {@code call}, counted from 0. */
  static Faults at(int call, boolean afterEffect) {
    return new Faults(call, afterEffect);
  }

  boolean struck() {
    return left.get() < 0;
  }

  <T> T around(Supplier<T> call) {
    boolean dies = left.getAndDecrement() == 0;
    if (dies && !afterEffect) {
      throw new Death();
    }
    T result = call.get();
    if (dies) {
      throw new Death();
    }
    return result;
  }
}
