package org.fhiranchor.interceptors.identity;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.server.IPreResourceAccessDetails;
import ca.uhn.fhir.rest.api.server.IPreResourceShowDetails;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.fhiranchor.interceptors.identity.token.Requester;
import org.hl7.fhir.instance.model.api.IBaseResource;

/**
 * Holds a {@code patient/} scope to its patient when something is read: what belongs to other
 * patients alone is treated as if it did not exist. This is the scope's own limit and stays in
 * force whatever the consent gate is set to. What belongs to nobody, such as an Organization,
 * passes here. Nothing is hidden during a write, where HAPI hands over the very resource that it is
 * about to store (W-1): {@link ScopeBackstop} takes it out of the answer. Belongs in both
 * registries; being called twice is harmless.
 */
@Interceptor
public final class PatientReadLimit {
  private final Function<IBaseResource, Set<String>> owners;

  /**
   * Limits reads.
   *
   * @param owners logical ids of the patients to whom a resource belongs; a Patient belongs to
   *     itself
   */
  public PatientReadLimit(Function<IBaseResource, Set<String>> owners) {
    this.owners = owners;
  }

  /** Before a hit is stored or a resource is read. */
  @Hook(value = Pointcut.STORAGE_PREACCESS_RESOURCES, order = TokenAuthentication.ORDER)
  public void access(RequestDetails request, IPreResourceAccessDetails details) {
    reading(request).ifPresent(requester -> hide(requester, details));
  }

  private void hide(Requester requester, IPreResourceAccessDetails details) {
    for (int i = 0; i < details.size(); i++) {
      if (isOthers(requester, details.getResource(i))) {
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
      if (isOthers(requester.get(), details.getResource(i))) {
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
        .flatMap(Requester::of)
        .filter(requester -> requester.patient().isPresent());
  }

  /** Whether the token's scopes reach one patient's resources of the type, and not this one. */
  boolean isOthers(Requester requester, IBaseResource resource) {
    if (resource == null) {
      return false;
    }
    Optional<String> only = requester.onlyPatient(resource.fhirType());
    Set<String> of = only.isPresent() ? owners.apply(resource) : Set.of();
    return !of.isEmpty() && !of.contains(only.orElse(""));
  }
}
