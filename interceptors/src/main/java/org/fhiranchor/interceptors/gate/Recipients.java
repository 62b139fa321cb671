package org.fhiranchor.interceptors.gate;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fhiranchor.consent.facts.FactsReader;
import org.fhiranchor.interceptors.gate.decision.StoredResources;
import org.hl7.fhir.r4.model.Address;
import org.hl7.fhir.r4.model.HumanName;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Organization;
import org.hl7.fhir.r4.model.Practitioner;
import org.hl7.fhir.r4.model.Resource;

/**
 * Names and addresses of those who were shown something (EXP-3), as they are stored now. Of
 * practitioners and organizations alone, and of them only where no patient owns what is stored:
 * everybody else stays a reference. For one answer, one thread.
 */
public final class Recipients {
  private final StoredResources stored;
  private final FactsReader facts;
  private final Map<String, Optional<String>> known = new HashMap<>();

  /** Read through these. */
  public Recipients(StoredResources stored, FactsReader facts) {
    this.stored = stored;
    this.facts = facts;
  }

  /** Name and address of {@code Practitioner/[id]} or {@code Organization/[id]}; empty if none. */
  Optional<String> of(String reference) {
    return known.computeIfAbsent(reference, this::read);
  }

  private Optional<String> read(String reference) {
    IdType id = new IdType(reference);
    if (id.isAbsolute() || !id.hasIdPart() || !id.hasResourceType()) {
      return Optional.empty();
    }
    return switch (id.getResourceType()) {
      case "Practitioner", "Organization" ->
          stored
              .current(id.getResourceType(), id.getIdPart())
              .filter(found -> !facts.read(found).governed())
              .flatMap(Recipients::text);
      default -> Optional.empty();
    };
  }

  private static Optional<String> text(Resource found) {
    List<String> parts = new ArrayList<>();
    if (found instanceof Practitioner person) {
      person.getName().stream().limit(1).map(HumanName::getNameAsSingleString).forEach(parts::add);
      person.getAddress().stream().limit(1).map(Recipients::text).forEach(parts::add);
    } else if (found instanceof Organization organization) {
      Optional.ofNullable(organization.getName()).ifPresent(parts::add);
      organization.getAddress().stream().limit(1).map(Recipients::text).forEach(parts::add);
    }
    parts.removeIf(part -> part == null || part.isBlank());
    return parts.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", parts));
  }

  private static String text(Address address) {
    if (address.getText() != null) {
      return address.getText();
    }
    List<String> parts = new ArrayList<>();
    address.getLine().forEach(line -> parts.add(line.getValueNotNull()));
    for (String part :
        new String[] {address.getPostalCode(), address.getCity(), address.getCountry()}) {
      Optional.ofNullable(part).ifPresent(parts::add);
    }
    return String.join(", ", parts);
  }
}
