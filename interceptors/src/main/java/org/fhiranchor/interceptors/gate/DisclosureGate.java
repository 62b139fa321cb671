package org.fhiranchor.interceptors.gate;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.jpa.api.model.DeleteConflictList;
import ca.uhn.fhir.rest.api.RestOperationTypeEnum;
import ca.uhn.fhir.rest.api.server.IPreResourceShowDetails;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.api.server.ResponseDetails;
import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import ca.uhn.fhir.rest.server.exceptions.InternalErrorException;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.fhiranchor.consent.facts.FactsReader;
import org.fhiranchor.interceptors.disclosure.AccessEvent;
import org.fhiranchor.interceptors.disclosure.AccessQuestion;
import org.fhiranchor.interceptors.disclosure.AccessRequester;
import org.fhiranchor.interceptors.disclosure.DecisionEpoch;
import org.fhiranchor.interceptors.disclosure.DisclosureFilter;
import org.fhiranchor.interceptors.gate.decision.AccessSubject;
import org.fhiranchor.interceptors.gate.decision.Verdicts;
import org.fhiranchor.interceptors.identity.BundleEntries;
import org.fhiranchor.interceptors.identity.RequestFacts;
import org.fhiranchor.interceptors.identity.TokenAuthentication;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.Bundle.HTTPVerb;
import org.hl7.fhir.r4.model.Bundle.SearchEntryMode;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Parameters.ParametersParameterComponent;
import org.hl7.fhir.r4.model.Resource;
import org.jspecify.annotations.Nullable;

/**
 * Collects what a request comes to: opened as soon as somebody is known to ask, told of what is
 * left of the answer when the gate is done with it. Belongs in the registry of the RestfulServer.
 */
@Interceptor
public final class DisclosureGate {
  private static final int OK = 200;

  private final Verdicts verdicts;
  private final FactsReader alone;
  private final Function<AccessSubject, DecisionEpoch> epochs;
  private final Clock clock;

  /**
   * A gate to the journal.
   *
   * @param alone reads a resource without looking at any other one
   */
  DisclosureGate(
      Verdicts verdicts,
      FactsReader alone,
      Function<AccessSubject, DecisionEpoch> epochs,
      Clock clock) {
    this.verdicts = verdicts;
    this.alone = alone;
    this.epochs = epochs;
    this.clock = clock;
  }

  /** Right after the token was checked: refusals for want of scope are recorded too. */
  @Hook(
      value = Pointcut.SERVER_INCOMING_REQUEST_PRE_HANDLER_SELECTED,
      order = TokenAuthentication.ORDER + 1)
  public void opening(RequestDetails request, HttpServletRequest servlet) {
    AccessSubject.of(request)
        .ifPresent(
            asking -> {
              AccessEvent event =
                  new AccessEvent(
                      request,
                      new AccessRequester(asking.who(), asking.breakGlassReason()),
                      clock.instant(),
                      Optional.of(epochs.apply(asking)));
              event.decidesBy(names -> verdicts.current(asking, names));
              event.readsOwnersBy(body -> alone.read((Resource) body).everyOwner());
              event.attach();
              if (!DisclosureFilter.open(servlet, event)) {
                throw new InternalErrorException(
                    "no filter holds the answer back until its disclosures are durable");
              }
            });
  }

  /** A first version, which has its own leaf. */
  @Hook(Pointcut.STORAGE_PRECOMMIT_RESOURCE_CREATED)
  public void created(@Nullable RequestDetails request, IBaseResource resource) {
    stored(request, resource);
  }

  /** A later version. */
  @Hook(Pointcut.STORAGE_PRECOMMIT_RESOURCE_UPDATED)
  public void updated(
      @Nullable RequestDetails request, @Nullable IBaseResource before, IBaseResource after) {
    stored(request, after);
  }

  /** A deletion, which is a version as well. */
  @Hook(Pointcut.STORAGE_PRECOMMIT_RESOURCE_DELETED)
  public void deleted(@Nullable RequestDetails request, IBaseResource resource) {
    stored(request, resource);
  }

  /** The answer names what still refers to what was to be deleted. */
  @Hook(Pointcut.STORAGE_PRESTORAGE_DELETE_CONFLICTS)
  public void conflicting(@Nullable RequestDetails request, DeleteConflictList conflicts) {
    Optional.ofNullable(request)
        .flatMap(AccessEvent::of)
        .ifPresent(event -> conflicts.forEach(one -> event.ledTo(one.getSourceId().getValue())));
  }

  /** What the condition of a write finds: more than one are refused, and the answer says so. */
  @Hook(Pointcut.STORAGE_PRESHOW_RESOURCES)
  public void matched(@Nullable RequestDetails request, IPreResourceShowDetails found) {
    if (request != null
        && RequestFacts.isWrite(request)
        && RequestFacts.of(request).conditional()) {
      AccessEvent.of(request)
          .ifPresent(event -> found.forEach(one -> event.ledTo(one.getIdElement().getValue())));
    }
  }

  private static void stored(@Nullable RequestDetails request, IBaseResource version) {
    Optional.ofNullable(request).flatMap(AccessEvent::of).ifPresent(event -> event.stored(version));
  }

  /** Right after the gate, before anybody else can write the answer. */
  @Hook(value = Pointcut.SERVER_OUTGOING_RESPONSE, order = ResponseGate.FIRST + 1)
  public void answering(RequestDetails request, ResponseDetails response) {
    leaving(request, response);
  }

  /** After everything that could take something out of the answer; takes the place of the first. */
  @Hook(value = Pointcut.SERVER_OUTGOING_RESPONSE, order = ResponseGate.LAST + 1)
  public void leaving(RequestDetails request, ResponseDetails response) {
    IBaseResource answer = response.getResponseResource();
    AccessEvent.of(request).ifPresent(event -> note(event, request, answer));
  }

  private static void note(
      AccessEvent event, RequestDetails request, @Nullable IBaseResource answer) {
    if (answer instanceof Bundle bundle && BundleEntries.areAnsweredBy(bundle)) {
      List<BundleEntryComponent> asked =
          request.getResource() instanceof Bundle question ? question.getEntry() : List.of();
      event.startsOver();
      for (int i = 0; i < bundle.getEntry().size(); i++) {
        entry(event, request, bundle.getEntry().get(i), i < asked.size() ? asked.get(i) : null);
      }
    } else {
      event.shows(resourcesIn(answer), !isPage(request) && countsMore(answer));
    }
  }

  private static void entry(
      AccessEvent event,
      RequestDetails request,
      BundleEntryComponent answer,
      @Nullable BundleEntryComponent question) {
    event.ledTo(answer.getResponse().getLocation());
    event.entry(
        asked(request, question == null ? new BundleEntryComponent() : question),
        status(answer),
        resourcesIn(answer.getResource()),
        countsMore(answer.getResource()));
  }

  private static AccessQuestion asked(RequestDetails request, BundleEntryComponent entry) {
    HTTPVerb verb = Optional.ofNullable(entry.getRequest().getMethod()).orElse(HTTPVerb.NULL);
    String url = Optional.ofNullable(entry.getRequest().getUrl()).orElse("");
    boolean write = verb != HTTPVerb.GET && verb != HTTPVerb.HEAD;
    AccessQuestion written =
        AccessQuestion.ofEntry(verb.name(), url, Optional.ofNullable(entry.getResource()), write);
    if (write || url.isEmpty() || !(request instanceof ServletRequestDetails servlet)) {
      return written;
    }
    try {
      return AccessQuestion.ofEntry(verb.name(), BundleEntries.asked(entry, servlet));
    } catch (BaseServerResponseException leadsNowhere) {
      return written;
    }
  }

  /** Whoever its total counts was told of it when the search began. */
  private static boolean isPage(RequestDetails request) {
    return request.getRestOperationType() == RestOperationTypeEnum.GET_PAGE;
  }

  /** Whether it says that there are more hits than it holds. */
  private static boolean countsMore(@Nullable IBaseResource answer) {
    return answer instanceof Bundle bundle
        && !bundle.getMeta().hasVersionId()
        && bundle.getTotal() > bundle.getEntry().stream().filter(DisclosureGate::isHit).count();
  }

  private static boolean isHit(BundleEntryComponent entry) {
    SearchEntryMode mode = entry.getSearch().getMode();
    return entry.hasResource() && (mode == null || mode == SearchEntryMode.MATCH);
  }

  private static int status(BundleEntryComponent answer) {
    String status = Optional.ofNullable(answer.getResponse().getStatus()).orElse("");
    return status.matches("[0-9]{3}.*") ? Integer.parseInt(status.substring(0, 3)) : OK;
  }

  /** What an answer carries; a stored Bundle, which has a version, is one resource. */
  private static List<Resource> resourcesIn(@Nullable IBaseResource answer) {
    List<Resource> found = new ArrayList<>();
    if (answer instanceof Bundle bundle && !bundle.getMeta().hasVersionId()) {
      bundle.getEntry().forEach(entry -> found.addAll(resourcesIn(entry.getResource())));
    } else if (answer instanceof Parameters parameters && !parameters.getMeta().hasVersionId()) {
      parameters.getParameter().forEach(parameter -> collect(parameter, found));
    } else if (answer instanceof Resource resource) {
      found.add(resource);
    }
    return found;
  }

  private static void collect(ParametersParameterComponent parameter, List<Resource> to) {
    to.addAll(resourcesIn(parameter.getResource()));
    parameter.getPart().forEach(part -> collect(part, to));
  }
}
