package org.fhiranchor.interceptors.consent.operations;

import ca.uhn.fhir.rest.server.exceptions.UnclassifiedServerFailureException;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.ledger.sending.CallQueue;

/**
 * What grants may cost a day, which is UTC's (TX-9). Revocations are never refused for money.
 *
 * @param perPatient most grants of one patient
 * @param wei for everything that the account sends, revocations aside
 */
public record GrantBudget(int perPatient, BigInteger wei) {
  private static final int TOO_MANY_REQUESTS = 429;

  void require(CallQueue queue, PatientId patient, Instant now) {
    Instant day = now.truncatedTo(ChronoUnit.DAYS);
    if (queue.grantsSince(patient.value(), day) >= perPatient) {
      throw tooMany("grants: want at most " + perPatient + " of a patient a day", day, now);
    }
    if (queue.spentSince(day).compareTo(wei) >= 0) {
      throw tooMany("grants: the day's budget for the ledger is spent", day, now);
    }
  }

  private static UnclassifiedServerFailureException tooMany(String why, Instant day, Instant now) {
    UnclassifiedServerFailureException refusal =
        new UnclassifiedServerFailureException(TOO_MANY_REQUESTS, why);
    long seconds = Duration.between(now, day.plus(1, ChronoUnit.DAYS)).toSeconds() + 1;
    refusal.addResponseHeader("Retry-After", Long.toString(seconds));
    return refusal;
  }
}
