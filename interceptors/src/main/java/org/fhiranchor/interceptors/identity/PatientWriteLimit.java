package org.fhiranchor.interceptors.identity;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import java.util.Optional;
import org.fhiranchor.interceptors.identity.scope.Permission;
import org.fhiranchor.interceptors.identity.scope.SmartScope;
import org.fhiranchor.interceptors.identity.token.Refusal;
import org.fhiranchor.interceptors.identity.token.Requester;
import org.hl7.fhir.instance.model.api.IBaseResource;

/**
 * Holds a {@code patient/} scope to its patient when something is written, and one with search
 * parameters to what matches them: what was there before and what will be there afterwards must
 * belong to that patient and to nobody else, and match. Looks at the resources that HAPI is about
 * to store, so PATCH, conditional writes and batch entries are judged by their effect. Belongs in
 * both registries: HAPI tells about {@code $meta-add} in the JPA registry alone. Being called twice
 * is harmless.
 */
@Interceptor
public final class PatientWriteLimit {
  private final ScopeReach reach;
  private final Refusals refusals;

  /** Limits writes, and tells the log of what it refuses. */
  public PatientWriteLimit(ScopeReach reach, AccessLog log) {
    this.reach = reach;
    this.refusals = new Refusals(log);
  }

  /** Before a new resource is stored. */
  @Hook(value = Pointcut.STORAGE_PRESTORAGE_RESOURCE_CREATED, order = TokenAuthentication.ORDER)
  public void created(RequestDetails request, IBaseResource resource) {
    check(Permission.CREATE, request, resource);
  }

  /** Before a new version is stored. */
  @Hook(value = Pointcut.STORAGE_PRESTORAGE_RESOURCE_UPDATED, order = TokenAuthentication.ORDER)
  public void updated(RequestDetails request, IBaseResource before, IBaseResource after) {
    check(Permission.UPDATE, request, before);
    check(Permission.UPDATE, request, after);
  }

  /** Before a resource is deleted. */
  @Hook(value = Pointcut.STORAGE_PRESTORAGE_RESOURCE_DELETED, order = TokenAuthentication.ORDER)
  public void deleted(RequestDetails request, IBaseResource resource) {
    check(Permission.DELETE, request, resource);
  }

  private void check(Permission permission, RequestDetails request, IBaseResource resource) {
    Optional<Requester> requester = Optional.ofNullable(request).flatMap(Requester::of);
    Optional<Requester> refused =
        requester.filter(who -> !reach.writes(who, request, permission, resource));
    if (refused.isPresent()) {
      if (permission != Permission.CREATE) {
        RequestFacts.update(resource).stops(request);
      }
      String surface = "write " + resource.fhirType();
      throw refusals.refuse(why(refused.get()), request, surface);
    }
  }

  private static Refusal why(Requester who) {
    return who.scopes().resources().stream().allMatch(SmartScope::isWhole)
        ? Refusal.OTHER_PATIENT
        : Refusal.SCOPE;
  }
}
