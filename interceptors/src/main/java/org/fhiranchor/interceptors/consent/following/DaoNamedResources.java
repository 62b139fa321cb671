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
import org.hl7.fhir.r4.model.Group;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Reference;

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
  public Optional<Members> membersOf(String collective) {
    Optional<IBaseResource> found = read(collective);
    boolean definition = found.filter(one -> one instanceof Group g && !g.getActual()).isPresent();
    if (found.isEmpty() || definition) {
      return Optional.empty();
    }
    Set<String> certain = new LinkedHashSet<>();
    Set<String> possible = new LinkedHashSet<>();
    collect(collective, new Collected(certain, possible, true), new HashSet<>());
    return Optional.of(new Members(certain, possible));
  }

  /** Where members are put down; below a doubtful membership none is certain. */
  private record Collected(Set<String> certain, Set<String> possible, boolean isCertain) {
    void add(String member, boolean certainly) {
      (isCertain && certainly ? certain : possible).add(member);
    }

    Collected below(boolean certainly) {
      return new Collected(certain, possible, isCertain && certainly);
    }
  }

  private void collect(String collective, Collected into, Set<String> seen) {
    if (seen.size() >= MAX_TEAMS || !seen.add(collective)) {
      return;
    }
    IBaseResource found = read(collective).orElse(null);
    if (found instanceof CareTeam team) {
      for (CareTeam.CareTeamParticipantComponent participant : team.getParticipant()) {
        member(participant.getMember(), true, into, seen);
      }
    } else if (found instanceof Group group && group.getActual()) {
      boolean active = !group.hasActive() || group.getActive();
      for (Group.GroupMemberComponent member : group.getMember()) {
        if (!member.getInactive()) {
          member(member.getEntity(), active && !member.hasPeriod(), into, seen);
        }
      }
    }
  }

  private void member(Reference member, boolean certainly, Collected into, Set<String> seen) {
    String reference = member.getReference();
    Optional<String> name = reference == null ? Optional.empty() : references.normalise(reference);
    name.ifPresent(found -> into.add(found, certainly));
    name.filter(found -> found.startsWith("CareTeam/") || found.startsWith("Group/"))
        .ifPresent(found -> collect(found, into.below(certainly), seen));
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
