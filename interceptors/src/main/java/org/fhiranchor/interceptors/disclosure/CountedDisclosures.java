package org.fhiranchor.interceptors.disclosure;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;

/** Counts records as {@code anchor.disclosures} by outcome. */
public final class CountedDisclosures implements AccessListener {
  private final Counter shown;
  private final Counter refused;
  private final Counter emergencies;

  /** Counts there. */
  public CountedDisclosures(MeterRegistry meters) {
    shown = meters.counter("anchor.disclosures", "outcome", "shown");
    refused = meters.counter("anchor.disclosures", "outcome", "refused");
    emergencies = meters.counter("anchor.disclosures", "outcome", "break-glass");
  }

  @Override
  public void closed(AccessRequester who, List<DisclosureRecord> records) {
    for (DisclosureRecord record : records) {
      Counter counter = record.emergency() ? emergencies : record.refusal() ? refused : shown;
      counter.increment();
    }
  }
}
