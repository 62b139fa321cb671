package org.fhiranchor.consent.facts;

import ca.uhn.fhir.model.api.TemporalPrecisionEnum;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.fhiranchor.consent.decide.FhirTime;
import org.fhiranchor.consent.decide.TimeSpan;
import org.hl7.fhir.r4.model.BaseDateTimeType;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.Period;
import org.hl7.fhir.r4.model.Timing;

/**
 * Reads what FHIR elements say of times. A Period's end is inclusive to the precision it is written
 * in, an absent side is open.
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

  /**
   * From the earliest to the latest of a schedule's events and bounds; empty when it has neither,
   * one that is not a time, or a rule to repeat that is not bounded by dates.
   */
  static Optional<TimeSpan> span(Timing timing, ZoneId zone) {
    List<Optional<TimeSpan>> spans = new ArrayList<>();
    timing.getEvent().forEach(event -> spans.add(span(event, zone)));
    if (timing.hasRepeat() || timing.hasCode()) {
      spans.add(
          timing.getRepeat().getBounds() instanceof Period bounds
              ? span(bounds, zone)
              : Optional.empty());
    }
    return spans.stream()
        .reduce((one, other) -> one.flatMap(some -> other.map(some::joined)))
        .flatMap(all -> all);
  }

  /** The span of a time; empty when it has no value or one that is not a time. */
  static Optional<TimeSpan> span(BaseDateTimeType time, ZoneId zone) {
    if (!time.hasValue()) {
      return Optional.empty();
    }
    boolean instant =
        time.getTimeZone() != null
            && time.getPrecision().compareTo(TemporalPrecisionEnum.SECOND) >= 0;
    return instant ? Optional.of(second(time)) : FhirTime.span(time.getValueAsString(), zone);
  }

  /** As {@link FhirTime} would read it, from what HAPI's parser has read already. */
  private static TimeSpan second(BaseDateTimeType time) {
    long from = time.getValue().toInstant().toEpochMilli();
    return new TimeSpan(
        from, from + (time.getPrecision() == TemporalPrecisionEnum.MILLI ? 1 : 1000));
  }

  private static Optional<TimeSpan> side(boolean present, DateTimeType time, ZoneId zone) {
    return present ? span(time, zone) : Optional.of(TimeSpan.ALWAYS);
  }
}
