package org.fhiranchor.interceptors.gate;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.server.IPreResourceShowDetails;
import ca.uhn.fhir.rest.api.server.IRestfulResponse;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.api.server.ResponseDetails;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import jakarta.servlet.http.HttpServletResponse;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.fhiranchor.consent.decide.DisclosureGround;
import org.fhiranchor.interceptors.disclosure.AccessEvent;
import org.fhiranchor.interceptors.gate.decision.RequestMemory;
import org.fhiranchor.interceptors.gate.notice.PartTwoNotice;
import org.fhiranchor.interceptors.identity.BundleEntries;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.Bundle.SearchEntryMode;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Parameters.ParametersParameterComponent;
import org.hl7.fhir.r4.model.Resource;
import org.jspecify.annotations.Nullable;

/**
 * Gives records under 42 CFR part 2 the notice and the consent that permitted them on their way
 * (EXP-7): in headers, and in Bundles that HAPI made for the answer. Nothing is added to a stored
 * resource. Looks at what {@link ResponseGate} left in the answer, so that nothing is said of what
 * is not shown. Belongs in the registry of the RestfulServer.
 */
@Interceptor
public final class PartTwoGate {
  private static final String STREAMED = "$binary-access-read";
  private static final List<String> HEADERS =
      List.of(PartTwoNotice.NOTICE_HEADER, PartTwoNotice.GROUND_HEADER);
  private static final List<BundleType> WITH_RESPONSES =
      List.of(BundleType.BATCHRESPONSE, BundleType.TRANSACTIONRESPONSE, BundleType.HISTORY);

  /** Right after the gate, before anybody else can write the answer without HAPI's headers. */
  @Hook(value = Pointcut.SERVER_OUTGOING_RESPONSE, order = ResponseGate.FIRST + 2)
  public void answering(
      RequestDetails request, ResponseDetails response, HttpServletResponse servlet) {
    leaving(request, response);
    Map<String, List<String>> headers = request.getResponse().getHeaders();
    HEADERS.forEach(name -> write(servlet, name, headers.getOrDefault(name, List.of())));
  }

  /** An attachment that HAPI streams passes no hook after this one, which decided about it. */
  @Hook(value = Pointcut.STORAGE_PRESHOW_RESOURCES, order = StorageGate.ORDER + 1)
  public void streaming(@Nullable RequestDetails request, IPreResourceShowDetails details) {
    if (request instanceof ServletRequestDetails streamed
        && STREAMED.equals(request.getOperation())) {
      PartTwoNotice notice = new PartTwoNotice();
      RequestMemory.of(request)
          .ifPresent(
              memory ->
                  details.getAllResources().stream()
                      .filter(Objects::nonNull)
                      .forEach(resource -> notice.add(memory.partTwo(resource))));
      if (!notice.isEmpty()) {
        write(
            streamed.getServletResponse(),
            PartTwoNotice.NOTICE_HEADER,
            List.of(PartTwoNotice.TEXT));
        write(streamed.getServletResponse(), PartTwoNotice.GROUND_HEADER, notice.headers());
      }
    }
  }

  /** Takes the place of what was written before. */
  private static void write(HttpServletResponse to, String name, List<String> values) {
    for (int i = 0; i < values.size(); i++) {
      if (i == 0) {
        to.setHeader(name, values.get(i));
      } else {
        to.addHeader(name, values.get(i));
      }
    }
  }

  /** After everything that could change the answer; takes the place of the first. */
  @Hook(value = Pointcut.SERVER_OUTGOING_RESPONSE, order = ResponseGate.LAST + 2)
  public void leaving(RequestDetails request, ResponseDetails response) {
    RequestMemory.of(request)
        .ifPresent(memory -> tell(memory, request, response.getResponseResource()));
  }

  /** The answer became an error: what was said of it is taken back. */
  @Hook(Pointcut.SERVER_PRE_PROCESS_OUTGOING_EXCEPTION)
  public void failing(@Nullable RequestDetails request, HttpServletResponse servlet) {
    // Before Servlet 6.1 some containers keep it; whoever reads it may see what it speaks of.
    HEADERS.forEach(name -> servlet.setHeader(name, null));
    Optional.ofNullable(request)
        .flatMap(one -> Optional.ofNullable(one.getResponse()))
        .ifPresent(PartTwoGate::untell);
  }

  private static void tell(
      RequestMemory memory, RequestDetails request, @Nullable IBaseResource answer) {
    PartTwoNotice all = new PartTwoNotice();
    if (answer != null) {
      Optional<AccessEvent> event = AccessEvent.of(request);
      new Walk(memory, event, all).over(answer);
      if (!BundleEntries.areAnsweredBy(answer)) {
        event.ifPresent(one -> all.add(one.partTwoBehind()));
      }
    }
    IRestfulResponse response = request.getResponse();
    untell(response);
    if (!all.isEmpty()) {
      Map<String, List<String>> headers = response.getHeaders();
      headers.put(PartTwoNotice.NOTICE_HEADER, new ArrayList<>(List.of(PartTwoNotice.TEXT)));
      headers.put(PartTwoNotice.GROUND_HEADER, new ArrayList<>(all.headers()));
    }
  }

  private static void untell(IRestfulResponse response) {
    HEADERS.forEach(response.getHeaders()::remove);
  }

  /** One answer. */
  private record Walk(RequestMemory memory, Optional<AccessEvent> event, PartTwoNotice all) {
    /** Why what the resource is, or carries, is shown. */
    void over(IBaseResource resource) {
      if (resource instanceof Bundle bundle && !bundle.getMeta().hasVersionId()) {
        answers(bundle);
      } else if (resource instanceof Parameters answer && !answer.getMeta().hasVersionId()) {
        parameters(answer.getParameter());
      } else {
        all.add(memory.partTwo(resource));
      }
    }

    private void parameters(List<ParametersParameterComponent> parameters) {
      for (ParametersParameterComponent parameter : parameters) {
        if (parameter.hasResource()) {
          over(parameter.getResource());
        }
        parameters(parameter.getPart());
      }
    }

    /** A Bundle that HAPI made to carry an answer; a stored one has a version. */
    private void answers(Bundle bundle) {
      bundle.getEntry().removeIf(Walk::isNotice);
      PartTwoNotice found = new PartTwoNotice();
      boolean withResponses = WITH_RESPONSES.contains(bundle.getType());
      for (int i = 0; i < bundle.getEntry().size(); i++) {
        BundleEntryComponent entry = bundle.getEntry().get(i);
        Optional<Resource> held = Optional.ofNullable(entry.getResource());
        held.ifPresent(this::over);
        Set<DisclosureGround> grounds =
            new LinkedHashSet<>(held.map(memory::partTwo).orElse(Set.of()));
        if (withResponses) {
          grounds.addAll(behind(bundle, i));
          all.add(grounds);
          respond(entry, grounds);
        } else {
          found.add(grounds, "Bundle.entry[" + i + "]");
        }
      }
      if (bundle.getType() == BundleType.SEARCHSET && !found.isEmpty()) {
        OperationOutcome outcome = new OperationOutcome();
        found.tell(outcome);
        bundle.addEntry().setResource(outcome).getSearch().setMode(SearchEntryMode.OUTCOME);
      }
    }

    /**
     * Why an entry tells of what it does not hold: hits that it counts, what chains led through.
     */
    private Set<DisclosureGround> behind(Bundle bundle, int entry) {
      return BundleEntries.areAnsweredBy(bundle)
          ? event.map(one -> one.partTwoBehind(entry)).orElse(Set.of())
          : Set.of();
    }

    private static boolean isNotice(BundleEntryComponent entry) {
      return entry.getResource() instanceof OperationOutcome outcome
          && PartTwoNotice.untell(outcome);
    }

    /** Where FHIR has a place for it beside the resource of one entry. */
    private static void respond(BundleEntryComponent entry, Set<DisclosureGround> grounds) {
      if (entry.getResponse().getOutcome() instanceof OperationOutcome told
          && PartTwoNotice.untell(told)) {
        entry.getResponse().setOutcome(null);
      }
      if (!grounds.isEmpty()) {
        PartTwoNotice own = new PartTwoNotice();
        own.add(grounds);
        OperationOutcome outcome =
            entry.getResponse().getOutcome() instanceof OperationOutcome told
                ? told
                : new OperationOutcome();
        own.tell(outcome);
        entry.getResponse().setOutcome(outcome);
      }
    }
  }
}
