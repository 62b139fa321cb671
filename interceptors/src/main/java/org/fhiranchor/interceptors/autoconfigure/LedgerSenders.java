package org.fhiranchor.interceptors.autoconfigure;

import java.util.List;
import java.util.stream.Stream;
import org.fhiranchor.interceptors.log.anchoring.SenderLoop;
import org.fhiranchor.ledger.sending.CallQueue;

/**
 * Who sends what, one for each account: the same one twice where anchors and consents share an
 * account.
 */
record LedgerSenders(Sender anchor, Sender relay) {
  /** An account's queue, and the loop that sends what is in it. */
  record Sender(CallQueue queue, SenderLoop loop) {}

  List<SenderLoop> loops() {
    return Stream.of(anchor.loop(), relay.loop()).distinct().toList();
  }

  void start() {
    anchor.loop().start();
    if (!anchor.equals(relay)) {
      relay.loop().start();
    }
  }

  void stop() throws InterruptedException {
    anchor.loop().stop();
    if (!anchor.equals(relay)) {
      relay.loop().stop();
    }
  }
}
