package org.fhiranchor.consent.facts;

import java.util.Set;
import org.hl7.fhir.r4.model.DeviceRequest;
import org.hl7.fhir.r4.model.MedicationRequest;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.ServiceRequest;

/** Which elements say who wrote a resource (consent data meaning {@code authoredby}). */
final class Authors {
  private static final Set<String> NAMES =
      Set.of(
          "author",
          "recorder",
          "asserter",
          "enterer",
          "requester",
          "prescriber",
          "informationSource",
          "performer");

  /** In these a performer is somebody asked to do it. */
  private static final Set<Class<?>> ONLY_ASKED =
      Set.of(ServiceRequest.class, MedicationRequest.class, DeviceRequest.class);

  private Authors() {}

  static boolean isAuthor(Class<?> owner, String name) {
    if (Resource.class.isAssignableFrom(owner)) {
      return NAMES.contains(name) && !(name.equals("performer") && ONLY_ASKED.contains(owner));
    }
    boolean performed =
        name.equals("actor") && owner.getSimpleName().endsWith("PerformerComponent");
    return performed || (owner == Provenance.ProvenanceAgentComponent.class && name.equals("who"));
  }
}
