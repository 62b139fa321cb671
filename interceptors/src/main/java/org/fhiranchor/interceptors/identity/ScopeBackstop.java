package org.fhiranchor.interceptors.identity;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.api.server.ResponseDetails;
import java.util.Optional;
import java.util.Set;
import org.fhiranchor.interceptors.identity.scope.Permission;
import org.fhiranchor.interceptors.identity.token.Refusal;
import org.fhiranchor.interceptors.identity.token.Requester;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.Bundle.BundleType;

/**
 * Looks once more at what is about to leave: a resource of a type that no scope lets the requester
 * read or search stops a search or a read, and is left out of the answer to a write, which has been
 * committed by then. What a search brings along of such a type was left out before ({@link
 * PatientReadLimit}). Out of the answer to a write it also takes what the scopes do not reach
 * although they cover its type. Belongs in the registry of the RestfulServer.
 */
@Interceptor
public final class ScopeBackstop {
  /** Resources that carry an answer and not data. */
  private static final Set<String> CARRIERS =
      Set.of("OperationOutcome", "Parameters", "CapabilityStatement", "OperationDefinition");

  private final ScopeReach reach;
  private final Refusals refusals;

  /** Tells the log of every answer that was stopped. */
  public ScopeBackstop(ScopeReach reach, AccessLog log) {
    this.reach = reach;
    this.refusals = new Refusals(log);
  }

  /** Looks at the answer. */
  @Hook(value = Pointcut.SERVER_OUTGOING_RESPONSE, order = TokenAuthentication.ORDER)
  public void leaving(RequestDetails request, ResponseDetails response) {
    Optional<Requester> requester = Requester.of(request);
    Optional<IBaseResource> resource = Optional.ofNullable(response.getResponseResource());
    if (requester.isEmpty() || resource.isEmpty()) {
      return;
    }
    if (requester.get().isPartial()) {
      dropUnreachable(requester.get(), resource.get());
    }
    if (RequestFacts.isWrite(request)) {
      withhold(requester.get(), resource.get(), response);
    } else if (!mayShow(requester.get(), resource.get())) {
      throw refusals.refuse(Refusal.SCOPE, request, RequestFacts.of(request).surface());
    }
  }

  /** What came along through something that was left out goes with it, with or without a gate. */
  private static void dropUnreachable(Requester requester, IBaseResource answer) {
    if (!(answer instanceof Bundle bundle) || bundle.getMeta().hasVersionId()) {
      return;
    }
    if (bundle.getType() == BundleType.SEARCHSET) {
      Includes.dropUnreachable(bundle, requester);
    } else if (BundleEntries.areAnsweredBy(bundle)) {
      bundle.getEntry().stream()
          .filter(BundleEntryComponent::hasResource)
          .forEach(entry -> dropUnreachable(requester, entry.getResource()));
    }
  }

  private void withhold(Requester requester, IBaseResource answer, ResponseDetails response) {
    if (BundleEntries.areAnsweredBy(answer)) {
      ((Bundle) answer).getEntry().forEach(entry -> withhold(requester, entry));
    } else if (!mayShowWritten(requester, answer)) {
      response.setResponseResource(null);
    }
  }

  private void withhold(Requester requester, BundleEntryComponent entry) {
    if (entry.hasResource() && !mayShowWritten(requester, entry.getResource())) {
      entry.setResource(null);
    }
  }

  private boolean mayShowWritten(Requester requester, IBaseResource resource) {
    return mayShow(requester, resource) && reach.isWithin(requester, resource);
  }

  private static boolean mayShow(Requester requester, IBaseResource resource) {
    if (resource instanceof Bundle bundle && bundle.getType() != BundleType.DOCUMENT) {
      return bundle.getEntry().stream()
          .filter(BundleEntryComponent::hasResource)
          .allMatch(entry -> mayShow(requester, entry.getResource()));
    }
    String type = resource.fhirType();
    return CARRIERS.contains(type)
        || requester.level(Permission.READ, type).isPresent()
        || requester.level(Permission.SEARCH, type).isPresent();
  }
}
