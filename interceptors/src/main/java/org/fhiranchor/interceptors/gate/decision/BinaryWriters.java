package org.fhiranchor.interceptors.gate.decision;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import java.util.Optional;
import org.fhiranchor.interceptors.gate.StorageGate;
import org.fhiranchor.interceptors.gate.decision.Bindings.Kind;
import org.fhiranchor.interceptors.identity.scope.Role;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Binary;
import org.jspecify.annotations.Nullable;

/**
 * Who wrote which Binary: one that nothing refers to is shown to whoever wrote it last and to
 * operators alone (OWN-2). Belongs in the JPA registry.
 */
@Interceptor(order = StorageGate.ORDER)
public final class BinaryWriters {
  private final Bindings bindings;

  public BinaryWriters(Bindings bindings) {
    this.bindings = bindings;
  }

  /** It has an id now: noted in the transaction that stores it. */
  @Hook(Pointcut.STORAGE_PRECOMMIT_RESOURCE_CREATED)
  public void created(@Nullable RequestDetails request, IBaseResource resource) {
    own(request, resource);
  }

  /** Whoever changed it last wrote it. */
  @Hook(Pointcut.STORAGE_PRECOMMIT_RESOURCE_UPDATED)
  public void updated(
      @Nullable RequestDetails request, @Nullable IBaseResource before, IBaseResource after) {
    own(request, after);
  }

  private void own(@Nullable RequestDetails request, IBaseResource resource) {
    if (resource instanceof Binary binary && binary.getIdElement().hasIdPart()) {
      Optional.ofNullable(request)
          .flatMap(AccessSubject::of)
          .ifPresent(
              asking ->
                  bindings.rebind(
                      Kind.BINARY,
                      binary.getIdElement().getIdPart(),
                      RequesterFingerprint.of(asking.who())));
    }
  }

  /** Whether they may see it although it belongs to nobody. */
  public boolean maySeeUnreferenced(Binary binary, AccessSubject asking) {
    return asking.who().has(Role.OPERATOR)
        || Optional.ofNullable(binary.getIdElement().getIdPart())
            .flatMap(id -> bindings.holder(Kind.BINARY, id))
            .filter(RequesterFingerprint.of(asking.who())::equals)
            .isPresent();
  }
}
