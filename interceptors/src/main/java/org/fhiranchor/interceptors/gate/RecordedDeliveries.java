package org.fhiranchor.interceptors.gate;

import ca.uhn.fhir.rest.api.server.SystemRequestDetails;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.fhiranchor.interceptors.disclosure.AccessAnswer;
import org.fhiranchor.interceptors.disclosure.AccessEvent;
import org.fhiranchor.interceptors.disclosure.AccessQuestion;
import org.fhiranchor.interceptors.disclosure.AccessRecorder;
import org.fhiranchor.interceptors.disclosure.AccessRequester;
import org.fhiranchor.interceptors.disclosure.AccessVerdict;
import org.fhiranchor.interceptors.disclosure.DecisionEpoch;
import org.fhiranchor.interceptors.disclosure.ShownResource;
import org.fhiranchor.interceptors.gate.decision.AccessSubject;
import org.hl7.fhir.r4.model.Resource;

/**
 * Puts into the journal what is sent to somebody who does not ask at that moment.
 *
 * @param recorder empty when no journal is kept
 * @param epochs what is decided from now, for somebody
 */
record RecordedDeliveries(
    Optional<AccessRecorder> recorder, Function<AccessSubject, DecisionEpoch> epochs, Clock clock) {
  private static final int OK = 200;

  /** About to be sent; the verdict is what was decided about it for its receiver. */
  void sending(AccessSubject to, Resource resource, AccessVerdict verdict) {
    recorder.ifPresent(
        journal ->
            journal.deliver(
                new AccessEvent(
                    new SystemRequestDetails(),
                    new AccessRequester(to.who(), to.breakGlassReason()),
                    clock.instant(),
                    Optional.of(epochs.apply(to))),
                new AccessAnswer(
                    AccessQuestion.none("notification " + resource.fhirType(), resource.fhirType()),
                    OK,
                    List.of(ShownResource.of(resource, verdict)),
                    List.of())));
  }
}
