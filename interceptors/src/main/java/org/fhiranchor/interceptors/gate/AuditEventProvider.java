package org.fhiranchor.interceptors.gate;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.annotation.IdParam;
import ca.uhn.fhir.rest.annotation.Read;
import ca.uhn.fhir.rest.annotation.Search;
import ca.uhn.fhir.rest.api.server.IRestfulServer;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.RestfulServerUtils;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import ca.uhn.fhir.rest.server.exceptions.UnclassifiedServerFailureException;
import ca.uhn.fhir.rest.server.method.BaseMethodBinding;
import ca.uhn.fhir.rest.server.method.MethodMatchEnum;
import ca.uhn.fhir.rest.server.method.ReadMethodBinding;
import ca.uhn.fhir.rest.server.method.SearchMethodBinding;
import ca.uhn.fhir.util.UrlUtil;
import java.lang.reflect.Method;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.interceptors.disclosure.AuditEventSearch;
import org.fhiranchor.interceptors.disclosure.JournaledAuditEvents;
import org.fhiranchor.interceptors.gate.decision.AccessSubject;
import org.fhiranchor.interceptors.log.CorruptLogException;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.instance.model.api.IIdType;
import org.hl7.fhir.r4.model.AuditEvent;
import org.hl7.fhir.r4.model.Bundle;

/**
 * Serves the AuditEvents of the journal (AUD-1): to a patient their own, to compliance and
 * operators all. HAPI's own provider answers everybody else, and whoever reads another id, as if
 * this one were not there: HAPI is told so when it looks for the method of a request, so that the
 * entries of a batch are answered alike. Belongs in the registry of the RestfulServer before it is
 * registered as a provider.
 */
@Interceptor
public final class AuditEventProvider {
  private static final int UNAVAILABLE = 503;

  private final FhirContext context;
  private final JournaledAuditEvents events;

  /** Serves these events. */
  public AuditEventProvider(FhirContext context, JournaledAuditEvents events) {
    this.context = context;
    this.events = events;
  }

  /** Whose events somebody may see: the one patient, or all; empty for none. */
  private record Reach(Optional<PatientId> only) {
    static Optional<Reach> of(RequestDetails request) {
      return AccessSubject.of(request).flatMap(Reach::of);
    }

    private static Optional<Reach> of(AccessSubject asking) {
      return asking.readsAccountings()
          ? Optional.of(new Reach(Optional.empty()))
          : asking.self().map(self -> new Reach(Optional.of(self)));
    }
  }

  /** Puts a condition before each of the methods here, when HAPI binds them. */
  @Hook(Pointcut.SERVER_PROVIDER_METHOD_BOUND)
  public BaseMethodBinding bound(BaseMethodBinding binding) {
    if (!equals(binding.getProvider())) {
      return binding;
    }
    return binding instanceof ReadMethodBinding
        ? new ReadOfJournal(binding.getMethod(), context, this)
        : new SearchOfJournal(binding.getMethod(), context, this);
  }

  /** Read and vread. */
  @Read(type = AuditEvent.class, version = true)
  public AuditEvent read(@IdParam IIdType id, RequestDetails request) {
    return Reach.of(request)
        .filter(reach -> !id.hasVersionIdPart() || id.getVersionIdPart().equals("1"))
        .flatMap(reach -> answering(() -> events.read(id.getIdPart(), reach.only())))
        .orElseThrow(() -> new ResourceNotFoundException(id));
  }

  /** A page, with a link to the next one. */
  @Search(type = AuditEvent.class, allowUnknownParams = true)
  public Bundle search(RequestDetails request) {
    Bundle bundle = new Bundle().setType(Bundle.BundleType.SEARCHSET);
    bundle
        .addLink()
        .setRelation("self")
        .setUrl(RestfulServerUtils.createLinkSelf(request.getFhirServerBase(), request));
    Optional<Reach> reach = Reach.of(request);
    if (reach.isEmpty()) {
      return bundle.setTotal(0);
    }
    AuditEventSearch search = new AuditEventSearch(request.getParameters());
    JournaledAuditEvents.Found found = answering(() -> events.search(search, reach.get().only()));
    bundle.setTotal((int) Math.min(Integer.MAX_VALUE, found.total()));
    found.next().ifPresent(next -> bundle.addLink().setRelation("next").setUrl(url(request, next)));
    for (AuditEvent event : found.events()) {
      Bundle.BundleEntryComponent entry = bundle.addEntry().setResource(event);
      entry.setFullUrl(request.getFhirServerBase() + "/" + event.getIdElement().toVersionless());
      entry.getSearch().setMode(Bundle.SearchEntryMode.MATCH);
    }
    return bundle;
  }

  private static <T> T answering(Supplier<T> answer) {
    try {
      return answer.get();
    } catch (CorruptLogException contradiction) {
      throw new UnclassifiedServerFailureException(
          UNAVAILABLE, "the journal contradicts itself: " + contradiction.getMessage());
    }
  }

  private static String url(RequestDetails request, String next) {
    Map<String, String[]> parameters = new TreeMap<>(request.getParameters());
    parameters.put(AuditEventSearch.AFTER, new String[] {next});
    StringBuilder url = new StringBuilder(request.getFhirServerBase()).append("/AuditEvent");
    parameters.forEach(
        (name, values) -> {
          for (String value : values) {
            url.append(url.indexOf("?") < 0 ? '?' : '&')
                .append(UrlUtil.escapeUrlParam(name))
                .append('=')
                .append(UrlUtil.escapeUrlParam(value));
          }
        });
    return url.toString();
  }

  /** HAPI's own search answers whoever has nothing in the journal. */
  private static final class SearchOfJournal extends SearchMethodBinding {
    private final AuditEventProvider provider;

    SearchOfJournal(Method method, FhirContext context, AuditEventProvider provider) {
      super(AuditEvent.class, null, method, context, provider);
      this.provider = provider;
    }

    @Override
    public MethodMatchEnum incomingServerRequestMatchesMethod(RequestDetails request) {
      return super.incomingServerRequestMatchesMethod(request) != MethodMatchEnum.NONE
              && Reach.of(request).isPresent()
          ? MethodMatchEnum.EXACT
          : MethodMatchEnum.NONE;
    }

    /** As it is: HAPI would take {@code _count} for the total. */
    @Override
    public IBaseResource doInvokeServer(IRestfulServer<?> server, RequestDetails request) {
      return provider.search(request);
    }
  }

  /** HAPI's own read answers whatever else was asked for. */
  private static final class ReadOfJournal extends ReadMethodBinding {
    ReadOfJournal(Method method, FhirContext context, AuditEventProvider provider) {
      super(AuditEvent.class, method, context, provider);
    }

    @Override
    public MethodMatchEnum incomingServerRequestMatchesMethod(RequestDetails request) {
      MethodMatchEnum match = super.incomingServerRequestMatchesMethod(request);
      return match != MethodMatchEnum.NONE
              && JournaledAuditEvents.isId(request.getId().getIdPart())
              && Reach.of(request).isPresent()
          ? match
          : MethodMatchEnum.NONE;
    }
  }
}
