package org.fhiranchor.interceptors.provenance;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import org.hl7.fhir.instance.model.api.IBaseConformance;
import org.hl7.fhir.r4.model.CapabilityStatement;

/** Says in the CapabilityStatement that Provenance comes from the log as well (ANS-2). */
@Interceptor
public final class ProvenanceStatement {
  /** Adds it to the type's entry. */
  @Hook(Pointcut.SERVER_CAPABILITY_STATEMENT_GENERATED)
  public void describe(IBaseConformance statement) {
    if (statement instanceof CapabilityStatement capabilities) {
      capabilities.getRest().stream()
          .flatMap(rest -> rest.getResource().stream())
          .filter(type -> "Provenance".equals(type.getType()))
          .forEach(
              type ->
                  type.setDocumentation(
                      "Beside what clients store, every version of every resource has a Provenance"
                          + " that is derived from the log when asked for: its id begins with"
                          + " log."));
    }
  }
}
