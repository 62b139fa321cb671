package org.fhiranchor.interceptors.gate.decision;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.fhiranchor.consent.decide.ConsentDecision;
import org.fhiranchor.consent.decide.DisclosureGround;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.consent.decide.ResourceFacts;
import org.fhiranchor.interceptors.disclosure.AccessVerdict;
import org.fhiranchor.interceptors.disclosure.HeldContents;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Resource;

/** What is found on the way to one decision: about one resource, or about each line of a file. */
final class Gathered {
  private final Map<PatientId, Integer> owners = new HashMap<>();
  private final Map<PatientId, ConsentDecision> each = new HashMap<>();
  private final Set<DisclosureGround> partTwo = new LinkedHashSet<>();
  private final HeldContents held = new HeldContents();
  private final boolean file;

  /**
   * Nothing yet.
   *
   * @param file whether what is decided about are lines of a file
   */
  Gathered(boolean file) {
    this.file = file;
  }

  void count(PatientId owner) {
    owners.merge(owner, 1, Integer::sum);
  }

  /** Whose it is, and of a line or a stored Bundle what it holds of each. */
  void found(Resource resource, ResourceFacts known) {
    Set<PatientId> all = known.everyOwner();
    all.forEach(this::count);
    if (file) {
      held.add(all, resource);
    }
    if (resource instanceof Bundle bundle) {
      entries(bundle, known.parts());
    }
  }

  /** What was made of the entries stands in their order; further parts are known by their types. */
  private void entries(Bundle bundle, List<ResourceFacts> parts) {
    boolean others =
        bundle.getEntry().stream()
            .anyMatch(one -> one.hasResponse() && one.getResponse().hasOutcome());
    List<Resource> resources =
        bundle.getEntry().stream()
            .filter(one -> one.hasResource() && !others)
            .map(Bundle.BundleEntryComponent::getResource)
            .toList();
    for (int i = 0; i < parts.size(); i++) {
      ResourceFacts part = parts.get(i);
      String type = part.types().get(0);
      if (i < resources.size() && resources.get(i).fhirType().equals(type)) {
        held.add(part.everyOwner(), resources.get(i));
      } else {
        held.add(part.everyOwner(), type);
      }
    }
  }

  void decided(PatientId owner, ConsentDecision decision) {
    each.merge(owner, decision, ConsentDecision::and);
  }

  void protects(Set<DisclosureGround> grounds) {
    partTwo.addAll(grounds);
  }

  AccessVerdict verdict(ConsentDecision decision) {
    return new AccessVerdict(
        owners, decision, each, decision.permitted() ? partTwo : Set.of(), held);
  }
}
