package org.fhiranchor.interceptors.gate;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.RestOperationTypeEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.api.server.ResponseDetails;
import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.fhiranchor.interceptors.gate.decision.AccessSubject;
import org.fhiranchor.interceptors.gate.decision.Target;
import org.fhiranchor.interceptors.gate.decision.Unavailable;
import org.fhiranchor.interceptors.gate.decision.Verdicts;
import org.fhiranchor.interceptors.gate.search.PageLinks;
import org.fhiranchor.interceptors.gate.search.WrittenEntries;
import org.fhiranchor.interceptors.identity.BundleEntries;
import org.fhiranchor.interceptors.identity.Includes;
import org.fhiranchor.interceptors.identity.RequestFacts;
import org.hl7.fhir.instance.model.api.IBaseOperationOutcome;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Parameters.ParametersParameterComponent;
import org.hl7.fhir.r4.model.Resource;

/**
 * The last line of defence (GATE-1): whatever is about to leave is walked once more, and what may
 * not be seen is left out or stops the answer. Belongs in the registry of the RestfulServer. It
 * looks before every interceptor that is not ours, for one of them may write the answer itself and
 * end the hooks there, as HAPI's pages for browsers do; and last of all, for one of them may change
 * it.
 */
@Interceptor(order = ResponseGate.LAST)
public final class ResponseGate {
  /** After what of ours still adds to the answer, before all others. */
  static final int FIRST = StorageGate.ORDER;

  static final int LAST = 1_000_000;

  private final Verdicts verdicts;
  private final PageLinks pages;
  private final Unavailable unavailable;
  private final boolean enforced;

  ResponseGate(Verdicts verdicts, PageLinks pages, Unavailable unavailable, boolean enforced) {
    this.verdicts = verdicts;
    this.pages = pages;
    this.unavailable = unavailable;
    this.enforced = enforced;
  }

  /** Before anybody else can write it. */
  @Hook(value = Pointcut.SERVER_OUTGOING_RESPONSE, order = FIRST)
  public void answering(RequestDetails request, ResponseDetails response) {
    look(request, response);
    if (AccessSubject.of(request).isPresent()
        && response.getResponseResource() instanceof Bundle answer) {
      bindLinks(answer, AccessSubject.of(request).get());
      if (isPageOfSearch(request, answer) && WrittenEntries.areLeftOut(request)) {
        // what is not written is shown to nobody, and told to nobody (DIS-4)
        answer.getEntry().clear();
      }
    }
  }

  private static boolean isPageOfSearch(RequestDetails request, Bundle answer) {
    return request.getRestOperationType() == RestOperationTypeEnum.GET_PAGE
        && answer.getType() == BundleType.SEARCHSET;
  }

  /** A page link belongs to whoever is about to get it, in an entry of a batch too. */
  private void bindLinks(Bundle answer, AccessSubject asking) {
    if (answer.getMeta().hasVersionId()) {
      return;
    }
    pages.bind(answer, asking.who());
    for (BundleEntryComponent entry : answer.getEntry()) {
      if (entry.getResource() instanceof Bundle inner) {
        bindLinks(inner, asking);
      }
    }
  }

  /** What the others made of it. */
  @Hook(Pointcut.SERVER_OUTGOING_RESPONSE)
  public void leaving(RequestDetails request, ResponseDetails response) {
    look(request, response);
  }

  private void look(RequestDetails request, ResponseDetails response) {
    Optional<AccessSubject> asking = AccessSubject.of(request);
    IBaseResource answer = response.getResponseResource();
    if (asking.isEmpty() || answer == null) {
      return;
    }
    boolean whole = new Walk(request, asking.get()).over(answer, Target.of(request));
    if (whole || !enforced) {
      return;
    }
    if (!RequestFacts.isWrite(request)) {
      throw unavailable.of(Target.of(request).type()).exception();
    }
    WithheldBody.withhold(request, response);
  }

  /** One answer, with whoever asked for it. */
  private final class Walk {
    private final RequestDetails request;
    private final AccessSubject asking;

    Walk(RequestDetails request, AccessSubject asking) {
      this.request = request;
      this.asking = asking;
    }

    /** Takes out what may not be seen; false when the whole may not. */
    boolean over(IBaseResource resource, Target target) {
      if (resource instanceof Bundle bundle && !bundle.getMeta().hasVersionId()) {
        return answers(bundle, target);
      }
      if (resource instanceof Parameters parameters && !parameters.getMeta().hasVersionId()) {
        parameters(parameters.getParameter());
        return true;
      }
      return verdicts.permits(request, asking, resource);
    }

    /** A Bundle that HAPI made to carry an answer; a stored one has a version. */
    private boolean answers(Bundle bundle, Target target) {
      if (BundleEntries.areAnsweredBy(bundle)) {
        entriesOfBatch(bundle.getEntry());
        return true;
      }
      boolean history = bundle.getType() == BundleType.HISTORY;
      prune(bundle, target);
      if (enforced) {
        Includes.dropUnreachable(bundle, asking.who());
        Includes.sort(bundle);
      }
      // a history may be empty because nothing changed since
      return !history
          || !bundle.getEntry().isEmpty()
          || target.isVisible(request, asking, verdicts);
    }

    private void prune(Bundle bundle, Target target) {
      for (Iterator<BundleEntryComponent> it = bundle.getEntry().iterator(); it.hasNext(); ) {
        BundleEntryComponent entry = it.next();
        if (entry.hasResource() && !over(entry.getResource(), target) && enforced) {
          it.remove();
        }
      }
    }

    private void entriesOfBatch(List<BundleEntryComponent> answers) {
      List<BundleEntryComponent> asked =
          request.getResource() instanceof Bundle bundle ? bundle.getEntry() : List.of();
      for (int i = 0; i < answers.size(); i++) {
        Optional<BundleEntryComponent> question =
            i < asked.size() ? Optional.of(asked.get(i)) : Optional.empty();
        entryOfBatch(answers.get(i), question);
      }
    }

    private void entryOfBatch(
        BundleEntryComponent answer, Optional<BundleEntryComponent> question) {
      Target target = question.map(Target::of).orElseGet(() -> Target.of(request));
      if (answer.hasResource() && !over(answer.getResource(), target) && enforced) {
        answer.setResource((Resource) null);
        if (isRead(question)) {
          refuse(answer, target);
        }
      }
      Optional<IBaseOperationOutcome> tooMany = tooMany(answer);
      if (tooMany.isPresent()) {
        answer.getResponse().setOutcome((Resource) tooMany.get());
        return;
      }
      boolean uniform = target.isOpen() ? isRead(question) && isGone(answer) : isAbsent(answer);
      if (enforced && uniform && question.isPresent()) {
        refuse(answer, target);
      }
    }

    private void refuse(BundleEntryComponent answer, Target target) {
      Unavailable refusal = unavailable.of(target.type());
      Bundle.BundleEntryResponseComponent response = new Bundle.BundleEntryResponseComponent();
      response.setStatus(refusal.statusLine());
      response.setOutcome(refusal.outcome());
      answer.setResponse(response);
      answer.setFullUrlElement(null);
    }

    private void parameters(List<ParametersParameterComponent> parameters) {
      for (ParametersParameterComponent parameter : parameters) {
        if (parameter.hasResource()
            && !over(parameter.getResource(), Target.of(request))
            && enforced) {
          throw unavailable.exception();
        }
        parameters(parameter.getPart());
      }
    }
  }

  private static boolean isRead(Optional<BundleEntryComponent> question) {
    return question
        .map(entry -> entry.getRequest().getMethod())
        .filter(verb -> verb == Bundle.HTTPVerb.GET || verb == Bundle.HTTPVerb.HEAD)
        .isPresent();
  }

  /** What a search past the limit says for itself; empty for any other answer. */
  private static Optional<IBaseOperationOutcome> tooMany(BundleEntryComponent answer) {
    return answer.getResponse().getOutcome() instanceof OperationOutcome said
        ? Unavailable.tooManySaid(said.getIssueFirstRep().getDiagnostics())
            .map(BaseServerResponseException::getOperationOutcome)
        : Optional.empty();
  }

  private static boolean isAbsent(BundleEntryComponent answer) {
    return isGone(answer) || status(answer).startsWith("403");
  }

  private static boolean isGone(BundleEntryComponent answer) {
    return status(answer).startsWith("404") || status(answer).startsWith("410");
  }

  private static String status(BundleEntryComponent answer) {
    return Optional.ofNullable(answer.getResponse().getStatus()).orElse("");
  }
}
