package org.fhiranchor.interceptors.identity;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.server.IPreResourceAccessDetails;
import ca.uhn.fhir.rest.api.server.IPreResourceShowDetails;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import java.util.Optional;
import org.fhiranchor.interceptors.identity.token.Requester;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.jspecify.annotations.Nullable;

/**
 * Holds a {@code patient/} scope to its patient when something is read, one with search parameters
 * to what matches them, and every one to its type when something comes along with a search: all
 * else is treated as if it did not exist. This is the scope's own limit and stays in force whatever
 * the consent gate is set to. Nothing is hidden during a write, where HAPI hands over the very
 * resource that it is about to store (W-1): {@link ScopeBackstop} takes it out of the answer.
 * Belongs in both registries; being called twice is harmless.
 */
@Interceptor
public final class PatientReadLimit {
  private final ScopeReach reach;

  /** Limits reads. */
  public PatientReadLimit(ScopeReach reach) {
    this.reach = reach;
  }

  /** Before a hit is stored or a resource is read. */
  @Hook(value = Pointcut.STORAGE_PREACCESS_RESOURCES, order = TokenAuthentication.ORDER)
  public void access(RequestDetails request, IPreResourceAccessDetails details) {
    reading(request).ifPresent(requester -> hide(requester, request, details));
  }

  private void hide(
      Requester requester, RequestDetails request, IPreResourceAccessDetails details) {
    for (int i = 0; i < details.size(); i++) {
      if (hides(requester, request, details.getResource(i))) {
        details.setDontReturnResourceAtIndex(i);
      }
    }
  }

  /** Before a resource leaves; pages of a stored search come here alone. */
  @Hook(value = Pointcut.STORAGE_PRESHOW_RESOURCES, order = TokenAuthentication.ORDER)
  @SuppressWarnings("NullAway") // null is how HAPI is told to leave a resource out
  public void show(RequestDetails request, IPreResourceShowDetails details) {
    Optional<Requester> requester = reading(request);
    for (int i = 0; requester.isPresent() && i < details.size(); i++) {
      if (hides(requester.get(), request, details.getResource(i))) {
        details.setResource(i, null);
      }
    }
  }

  /**
   * HAPI would answer a search with the stored result of the same search by somebody else, which
   * lists what was left after hiding what they may not see.
   */
  @Hook(value = Pointcut.STORAGE_PRECHECK_FOR_CACHED_SEARCH, order = TokenAuthentication.ORDER)
  public boolean mayReuseResult(RequestDetails request) {
    return Optional.ofNullable(request).flatMap(Requester::of).isEmpty();
  }

  private static Optional<Requester> reading(RequestDetails request) {
    return Optional.ofNullable(request)
        .filter(details -> !RequestFacts.isWrite(details))
        .flatMap(Requester::of);
  }

  private boolean hides(
      Requester requester, RequestDetails request, @Nullable IBaseResource resource) {
    return resource != null && !reach.shows(requester, request, resource);
  }
}
