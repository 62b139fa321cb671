package org.fhiranchor.interceptors.identity;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.RequestTypeEnum;
import ca.uhn.fhir.rest.api.RestOperationTypeEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fhiranchor.interceptors.identity.scope.Permission;
import org.fhiranchor.interceptors.identity.token.BearerTokens;
import org.fhiranchor.interceptors.identity.token.Refusal;
import org.fhiranchor.interceptors.identity.token.Requester;
import org.fhiranchor.interceptors.identity.token.TokenDecoder;
import org.fhiranchor.interceptors.identity.token.TokenResult;
import org.hl7.fhir.instance.model.api.IBaseBundle;
import org.hl7.fhir.r4.model.Bundle;

/**
 * Lets nobody past without a token, and no token past its scopes. Belongs in the registry of the
 * RestfulServer; the hooks named {@code SERVER_…} fire only there, and the {@code STORAGE_…} one
 * fires there for every request that came in over HTTP. HAPI's own jobs never pass these hooks.
 *
 * <p>Order of events for one request: PRE_HANDLER_SELECTED is the first hook that has request
 * details, so the token is checked there; POST_PROCESSED is the first that knows the interaction,
 * so the scopes are checked there; PRE_HANDLED is the last before a provider runs, and makes sure
 * that the other two did.
 */
@Interceptor
public final class TokenAuthentication {
  /** Before every other interceptor that does not ask for the same. */
  public static final int ORDER = -10_000;

  /** What a write does to what is there under its id. */
  private static final Map<RestOperationTypeEnum, Permission> CHANGES =
      Map.of(
          RestOperationTypeEnum.UPDATE, Permission.UPDATE,
          RestOperationTypeEnum.PATCH, Permission.UPDATE,
          RestOperationTypeEnum.DELETE, Permission.DELETE);

  private final BearerTokens tokens;
  private final ScopeReach reach;
  private final Refusals refusals;

  /** Checks tokens with the decoder and tells the log of every refusal. */
  public TokenAuthentication(TokenDecoder decoder, ScopeReach reach, AccessLog log) {
    this.tokens = new BearerTokens(decoder);
    this.reach = reach;
    this.refusals = new Refusals(log);
  }

  /** Checks the token. */
  @Hook(value = Pointcut.SERVER_INCOMING_REQUEST_PRE_HANDLER_SELECTED, order = ORDER)
  public void authenticate(RequestDetails request) {
    if (isMetadata(request)) {
      return;
    }
    TokenResult result =
        tokens.check(Optional.ofNullable(request.getHeaders("Authorization")).orElse(List.of()));
    if (result instanceof TokenResult.Valid valid) {
      reach.understood(valid.requester()).attachTo(request);
    } else if (result instanceof TokenResult.Refused refused) {
      throw refusals.refuse(refused, request, RequestFacts.of(request).surface());
    }
  }

  /** The two requests that HAPI answers with the CapabilityStatement, and nothing like them. */
  private static boolean isMetadata(RequestDetails request) {
    boolean noType = request.getResourceName() == null && request.getId() == null;
    boolean options =
        request.getRequestType() == RequestTypeEnum.OPTIONS && request.getOperation() == null;
    boolean metadata =
        "metadata".equals(request.getOperation())
            && (request.getRequestType() == RequestTypeEnum.GET
                || request.getRequestType() == RequestTypeEnum.HEAD);
    return noType && (options || metadata);
  }

  /** Checks the scopes of the interaction. */
  @Hook(value = Pointcut.SERVER_INCOMING_REQUEST_POST_PROCESSED, order = ORDER)
  public void authorize(RequestDetails request) {
    if (request.getRestOperationType() != RestOperationTypeEnum.METADATA) {
      require(RequestFacts.of(request), request);
    }
  }

  /** Checks that somebody was authenticated, whatever path led to the provider. */
  @Hook(value = Pointcut.SERVER_INCOMING_REQUEST_PRE_HANDLED, order = ORDER)
  public void confirm(RequestDetails request) {
    boolean metadata = request.getRestOperationType() == RestOperationTypeEnum.METADATA;
    if (!metadata && Requester.of(request).isEmpty()) {
      throw refusals.refuse(Refusal.NO_TOKEN, request, RequestFacts.of(request).surface());
    }
  }

  /** Checks the scopes of each entry. */
  @Hook(value = Pointcut.STORAGE_TRANSACTION_PROCESSING, order = ORDER)
  public void authorizeEntries(RequestDetails request, IBaseBundle bundle) {
    if (!(request instanceof ServletRequestDetails servletRequest)
        || Requester.of(request).isEmpty()) {
      return;
    }
    if (!(bundle instanceof Bundle entries)) {
      throw refusals.refuse(Refusal.UNDECIDED_OPERATION, request, "transaction");
    }
    BundleEntries.decidedTogether(entries, servletRequest)
        .forEach(facts -> require(facts, request));
  }

  private void require(RequestFacts facts, RequestDetails request) {
    Requester requester =
        Requester.of(request)
            .orElseThrow(() -> refusals.refuse(Refusal.NO_TOKEN, request, facts.surface()));
    Optional<Refusal> why = refusal(facts, requester);
    if (why.isPresent()) {
      facts.stops(request);
      throw refusals.refuse(why.get(), request, facts.surface());
    }
  }

  private Optional<Refusal> refusal(RequestFacts facts, Requester requester) {
    Need need = RequestNeeds.of(facts);
    if (!need.metBy(requester)) {
      return Optional.of(
          need.equals(Need.undecided()) ? Refusal.UNDECIDED_OPERATION : Refusal.SCOPE);
    }
    if (namesAnotherPatient(facts, requester)) {
      return Optional.of(Refusal.OTHER_PATIENT);
    }
    return mayTry(facts, requester) ? Optional.empty() : Optional.of(Refusal.SCOPE);
  }

  /** A write of something that is outside the scopes and one of nothing are refused alike. */
  private boolean mayTry(RequestFacts facts, Requester requester) {
    Optional<Permission> changes =
        facts.interaction().flatMap(one -> Optional.ofNullable(CHANGES.get(one)));
    return changes.isEmpty()
        || facts.id().isEmpty()
        || reach.mayTry(requester, changes.get(), facts.type(), facts.id().get());
  }

  /** A token limited to one patient asks in vain for another Patient by id. */
  private static boolean namesAnotherPatient(RequestFacts facts, Requester requester) {
    return facts.type().equals("Patient")
        && facts.id().isPresent()
        && requester
            .onlyPatient("Patient")
            .filter(own -> !facts.id().get().equals(own))
            .isPresent();
  }
}
