package org.fhiranchor.interceptors.provenance;

import ca.uhn.fhir.rest.api.server.RequestDetails;
import org.fhiranchor.merkle.Statement;
import org.hl7.fhir.r4.model.Provenance;

/** Who may see the Provenance of a version: whoever may see that version (PRV-2). */
@FunctionalInterface
public interface TargetVisibility {
  /** Where nobody is asked who they are. */
  TargetVisibility EVERYBODY = (request, derived, version) -> true;

  /**
   * Whether whoever sent the request may see it. Decides about this very object, which is what the
   * answer will hold; asked before anything of the version is written into it.
   *
   * @param derived has its id, and nothing else yet
   * @param version what it is about
   */
  boolean shows(RequestDetails request, Provenance derived, Statement.ResourceVersion version);
}
