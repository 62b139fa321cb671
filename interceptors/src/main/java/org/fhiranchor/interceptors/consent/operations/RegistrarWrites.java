package org.fhiranchor.interceptors.consent.operations;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import java.util.Optional;
import org.fhiranchor.interceptors.identity.scope.Role;
import org.fhiranchor.interceptors.identity.token.Requester;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Consent;
import org.jspecify.annotations.Nullable;

/**
 * Looks at what registrars write (WHO-6): at what was there before it is stored, and at what is to
 * be there in its last form, after a patch and a transaction's placeholders. Belongs in the JPA
 * registry.
 */
@Interceptor
public final class RegistrarWrites {
  private final RegistrarLimits limits;

  /** Holds registrars to these. */
  public RegistrarWrites(RegistrarLimits limits) {
    this.limits = limits;
  }

  /** A resource is about to be changed. */
  @Hook(Pointcut.STORAGE_PRESTORAGE_RESOURCE_UPDATED)
  public void updating(
      @Nullable RequestDetails request, @Nullable IBaseResource before, IBaseResource after) {
    if (before != null) {
      registrar(request)
          .ifPresent(
              who -> {
                limits.requireOthersTeam(who, before);
                if (before instanceof Consent was && after instanceof Consent is) {
                  limits.requireOthersDeny(who, was, Optional.of(is));
                }
              });
    }
  }

  /** A resource is about to be deleted. */
  @Hook(Pointcut.STORAGE_PRESTORAGE_RESOURCE_DELETED)
  public void deleting(@Nullable RequestDetails request, IBaseResource before) {
    registrar(request)
        .ifPresent(
            who -> {
              limits.requireOthersTeam(who, before);
              if (before instanceof Consent was) {
                limits.requireOthersDeny(who, was, Optional.empty());
              }
            });
  }

  /** A resource was stored for the first time, and is not committed. */
  @Hook(Pointcut.STORAGE_PRECOMMIT_RESOURCE_CREATED)
  public void created(@Nullable RequestDetails request, IBaseResource resource) {
    registrar(request).ifPresent(who -> limits.wroteOthersTeam(who, resource));
  }

  /** A later version was stored, and is not committed. */
  @Hook(Pointcut.STORAGE_PRECOMMIT_RESOURCE_UPDATED)
  public void updated(
      @Nullable RequestDetails request, @Nullable IBaseResource before, IBaseResource after) {
    registrar(request).ifPresent(who -> limits.wroteOthersTeam(who, after));
  }

  /** A back-end service is nobody who could benefit, unless its token names somebody. */
  private static Optional<Requester> registrar(@Nullable RequestDetails request) {
    return Optional.ofNullable(request)
        .flatMap(Requester::of)
        .filter(who -> who.has(Role.REGISTRAR))
        .filter(who -> who.fhirUser().isPresent() || !who.isBackEndService());
  }
}
