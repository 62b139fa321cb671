package org.fhiranchor.interceptors.gate;

import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.servlet.ServletRequestDetails;
import java.util.Optional;
import org.fhiranchor.interceptors.gate.decision.AccessSubject;
import org.fhiranchor.interceptors.gate.decision.JudgedAs;
import org.fhiranchor.interceptors.gate.decision.StoredResources;
import org.fhiranchor.interceptors.gate.decision.Verdicts;
import org.fhiranchor.interceptors.provenance.TargetVisibility;
import org.fhiranchor.merkle.Operation;
import org.fhiranchor.merkle.Statement;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.Resource;

/**
 * Whoever may see a version may see its Provenance, and nobody else (PRV-2): the token must reach
 * both types, and consents are asked about the version itself. What is not there any more to decide
 * about is hidden.
 */
final class TargetGate implements TargetVisibility {
  private final Verdicts verdicts;
  private final StoredResources stored;
  private final boolean enforced;

  TargetGate(Verdicts verdicts, StoredResources stored, boolean enforced) {
    this.verdicts = verdicts;
    this.stored = stored;
    this.enforced = enforced;
  }

  @Override
  public boolean shows(
      RequestDetails request, Provenance derived, Statement.ResourceVersion version) {
    Optional<AccessSubject> asking = asking(request);
    if (asking.isEmpty()) {
      return true;
    }
    Optional<Resource> target = target(version);
    target.ifPresent(of -> JudgedAs.note(derived, of));
    boolean permitted = target.isPresent() && verdicts.permits(request, asking.get(), derived);
    boolean reached = target.isPresent() && verdicts.reaches(asking.get(), derived);
    return (permitted || !enforced) && (reached || target.isEmpty());
  }

  /** Empty for HAPI's own jobs alone. */
  private static Optional<AccessSubject> asking(RequestDetails request) {
    Optional<AccessSubject> known = AccessSubject.of(request);
    return known.isEmpty() && request instanceof ServletRequestDetails
        ? Optional.of(AccessSubject.nobody())
        : known;
  }

  /** A deletion belongs to whom the version before it did. */
  private Optional<Resource> target(Statement.ResourceVersion version) {
    IdType id = new IdType(version.resource().type(), version.resource().id(), version.version());
    return version.operation() == Operation.DELETE || version.operation() == Operation.ERASE
        ? stored.lastLiveVersion(id)
        : stored.version(id);
  }
}
