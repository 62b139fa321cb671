package org.fhiranchor.interceptors.consent.facts;

import java.time.ZoneId;
import java.util.Optional;
import org.fhiranchor.interceptors.consent.decide.FhirTime;
import org.fhiranchor.interceptors.consent.decide.TimeSpan;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.Period;

/**
 * Reads a FHIR Period: its end is inclusive to the precision it is written in, an absent side is
 * open.
 */
public final class FhirPeriods {
  private FhirPeriods() {}

  /** The span of a period; empty when it has neither side or one that is not a time. */
  public static Optional<TimeSpan> span(Period period, ZoneId zone) {
    if (period.isEmpty() || (!period.hasStart() && !period.hasEnd())) {
      return Optional.empty();
    }
    Optional<TimeSpan> start = side(period.hasStart(), period.getStartElement(), zone);
    Optional<TimeSpan> end = side(period.hasEnd(), period.getEndElement(), zone);
    return start.flatMap(first -> end.map(last -> new TimeSpan(first.from(), last.until())));
  }

  private static Optional<TimeSpan> side(boolean present, DateTimeType time, ZoneId zone) {
    return present ? FhirTime.span(time.getValueAsString(), zone) : Optional.of(TimeSpan.ALWAYS);
  }
}
