package org.fhiranchor.interceptors.gate.decision;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.fhiranchor.consent.decide.ConsentDecision;
import org.fhiranchor.consent.decide.ConsentDecision.Permit;
import org.fhiranchor.consent.decide.ConsentDecision.Refuse;
import org.fhiranchor.consent.decide.ConsentDecision.Rule;
import org.fhiranchor.consent.decide.Reason;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts decisions by rule or reason as {@code anchor.gate.permitted} and {@code
 * anchor.gate.refused}, and writes refused requests to the operator's log.
 */
public final class CountedGate implements GateLog {
  private static final Logger LOG = LoggerFactory.getLogger(CountedGate.class);

  private final Map<Rule, Counter> permitted = new EnumMap<>(Rule.class);
  private final Map<Reason, Counter> refused = new EnumMap<>(Reason.class);
  private final Counter requests;
  private final String mode;

  /**
   * Counts there.
   *
   * @param mode {@code on}, or {@code observe} when nothing is really refused
   */
  public CountedGate(MeterRegistry meters, String mode) {
    this.mode = mode;
    Arrays.stream(Rule.values())
        .forEach(
            rule ->
                permitted.put(
                    rule,
                    meters.counter("anchor.gate.permitted", "rule", rule.name(), "mode", mode)));
    Arrays.stream(Reason.values())
        .forEach(
            reason ->
                refused.put(
                    reason,
                    meters.counter("anchor.gate.refused", "reason", reason.name(), "mode", mode)));
    requests = meters.counter("anchor.gate.requests.refused", "mode", mode);
  }

  @Override
  public void decided(ConsentDecision decision) {
    if (decision instanceof Permit permit) {
      count(permitted.get(permit.rule()));
    } else if (decision instanceof Refuse refuse) {
      count(refused.get(refuse.reason()));
    }
  }

  private static void count(@org.jspecify.annotations.Nullable Counter counter) {
    if (counter != null) {
      counter.increment();
    }
  }

  @Override
  public void refused(String surface, Optional<Reason> reason) {
    requests.increment();
    LOG.info(
        "request refused by the consent gate surface={} reason={} mode={}",
        surface,
        reason.map(Enum::name).orElse("SURFACE"),
        mode);
  }
}
