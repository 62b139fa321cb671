package org.fhiranchor.interceptors.consent.following;

import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.rest.api.server.SystemRequestDetails;
import ca.uhn.fhir.rest.server.exceptions.ResourceGoneException;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import org.fhiranchor.consent.compile.NamedResources;
import org.fhiranchor.consent.facts.LocalReferences;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.CareTeam;
import org.hl7.fhir.r4.model.IdType;

/** What Consents name, read from HAPI as the server itself. */
public final class DaoNamedResources implements NamedResources {
  /** Most teams looked at for one; members of further ones are not known. */
  private static final int MAX_TEAMS = 32;

  private final DaoRegistry daos;
  private final LocalReferences references;

  /** Reads through these. */
  public DaoNamedResources(DaoRegistry daos, LocalReferences references) {
    this.daos = daos;
    this.references = references;
  }

  @Override
  public Optional<Set<String>> membersOf(String careTeam) {
    if (read(careTeam).isEmpty()) {
      return Optional.empty();
    }
    Set<String> members = new LinkedHashSet<>();
    collect(careTeam, members, new HashSet<>());
    return Optional.of(members);
  }

  private void collect(String team, Set<String> members, Set<String> seen) {
    if (seen.size() >= MAX_TEAMS || !seen.add(team)) {
      return;
    }
    read(team)
        .filter(CareTeam.class::isInstance)
        .map(CareTeam.class::cast)
        .ifPresent(found -> collect(found, members, seen));
  }

  private void collect(CareTeam team, Set<String> members, Set<String> seen) {
    for (CareTeam.CareTeamParticipantComponent participant : team.getParticipant()) {
      String reference = participant.getMember().getReference();
      Optional<String> member =
          reference == null ? Optional.empty() : references.normalise(reference);
      member.ifPresent(members::add);
      member
          .filter(name -> name.startsWith("CareTeam/"))
          .ifPresent(name -> collect(name, members, seen));
    }
  }

  @Override
  public Optional<Set<String>> referencesOf(String resource) {
    return read(resource).map(this::references);
  }

  private Set<String> references(IBaseResource resource) {
    Set<String> found = new LinkedHashSet<>();
    daos.getFhirContext()
        .newTerser()
        .getAllResourceReferences(resource)
        .forEach(
            info -> {
              String reference = info.getResourceReference().getReferenceElement().getValue();
              if (reference != null) {
                references.normalise(reference).ifPresent(found::add);
              }
            });
    return found;
  }

  private Optional<IBaseResource> read(String reference) {
    IdType id = new IdType(reference);
    if (!daos.isResourceTypeSupported(id.getResourceType())) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          daos.getResourceDao(id.getResourceType()).read(id, new SystemRequestDetails()));
    } catch (ResourceNotFoundException | ResourceGoneException none) {
      return Optional.empty();
    }
  }
}
