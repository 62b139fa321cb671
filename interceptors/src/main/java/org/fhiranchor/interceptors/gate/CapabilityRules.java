package org.fhiranchor.interceptors.gate;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import java.util.Set;
import org.hl7.fhir.instance.model.api.IBaseConformance;
import org.hl7.fhir.r4.model.CapabilityStatement;
import org.hl7.fhir.r4.model.CapabilityStatement.CapabilityStatementRestComponent;
import org.hl7.fhir.r4.model.CapabilityStatement.CapabilityStatementRestResourceOperationComponent;
import org.hl7.fhir.r4.model.CapabilityStatement.SystemRestfulInteraction;
import org.hl7.fhir.r4.model.CapabilityStatement.TypeRestfulInteraction;

/**
 * Takes out of the CapabilityStatement what {@link RequestRules} refuse to everybody (ANS-2). What
 * a back-end service may do stays: deletes and conditional writes among it.
 */
@Interceptor
final class CapabilityRules {
  private static final Set<TypeRestfulInteraction> FOR_NOBODY =
      Set.of(TypeRestfulInteraction.HISTORYTYPE);

  private final boolean enforced;

  /** Leaves out nothing where nothing is refused. */
  CapabilityRules(boolean enforced) {
    this.enforced = enforced;
  }

  /** After everybody who adds something. */
  @Hook(value = Pointcut.SERVER_CAPABILITY_STATEMENT_GENERATED, order = Integer.MAX_VALUE)
  public void describe(IBaseConformance statement) {
    if (enforced && statement instanceof CapabilityStatement capabilities) {
      capabilities.getRest().forEach(CapabilityRules::leaveOut);
    }
  }

  private static void leaveOut(CapabilityStatementRestComponent rest) {
    rest.getInteraction().removeIf(it -> it.getCode() == SystemRestfulInteraction.HISTORYSYSTEM);
    rest.getOperation().removeIf(CapabilityRules::isClosed);
    rest.getResource()
        .forEach(
            type -> {
              type.getInteraction().removeIf(it -> FOR_NOBODY.contains(it.getCode()));
              type.getOperation().removeIf(CapabilityRules::isClosed);
            });
  }

  private static boolean isClosed(CapabilityStatementRestResourceOperationComponent operation) {
    return Surfaces.of("$" + operation.getName()) == Surfaces.CLOSED;
  }
}
