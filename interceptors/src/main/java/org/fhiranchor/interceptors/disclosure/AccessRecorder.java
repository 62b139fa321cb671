package org.fhiranchor.interceptors.disclosure;

import java.util.List;

/**
 * Closes what requests came to, and tells the listeners in their order: the journal is the last.
 */
public final class AccessRecorder {
  private final List<AccessListener> listeners;

  /** Tells these. */
  public AccessRecorder(List<AccessListener> listeners) {
    this.listeners = List.copyOf(listeners);
  }

  /**
   * The answer is about to leave.
   *
   * @throws JournalUnavailableException when it must not
   */
  public void close(AccessEvent event, int status) {
    tell(event.who(), DisclosureRecords.of(event, status));
  }

  /**
   * Something is about to be sent to somebody who did not ask at this moment.
   *
   * @throws JournalUnavailableException when it must not
   */
  public void deliver(AccessEvent event, AccessAnswer delivery) {
    tell(event.who(), DisclosureRecords.ofDelivery(event, delivery));
  }

  private void tell(AccessRequester who, List<DisclosureRecord> records) {
    listeners.forEach(listener -> listener.closed(who, records));
  }
}
