package org.fhiranchor.interceptors.consent.following;

import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.rest.api.server.SystemRequestDetails;
import ca.uhn.fhir.rest.server.exceptions.ResourceGoneException;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
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
  /** Most teams and groups looked at for one, itself included: past them nobody knows who is in. */
  static final int MAX_TEAMS = 32;

  private final DaoRegistry daos;
  private final LocalReferences references;

  /** Reads through these. */
  public DaoNamedResources(DaoRegistry daos, LocalReferences references) {
    this.daos = daos;
    this.references = references;
  }

  @Override
  public Members membersOf(String collective) {
    Optional<IBaseResource> found = read(collective);
    boolean definition = found.filter(one -> one instanceof Group g && !g.getActual()).isPresent();
    if (found.isEmpty() || definition) {
      return Members.unknown(Set.of(collective));
    }
    Walk walk = new Walk();
    walk.into(collective, true);
    return walk.members();
  }

  /** One look at everybody in a team, at any depth. */
  private final class Walk {
    private final Set<String> certain = new LinkedHashSet<>();
    private final Set<String> possible = new LinkedHashSet<>();
    private final Set<String> lookedAt = new LinkedHashSet<>();
    private boolean whole = true;

    Members members() {
      return new Members(whole, certain, possible, lookedAt);
    }

    /**
     * Members of one more team.
     *
     * @param certainly whether whoever is in it is a member of the outermost one without a doubt
     */
    void into(String collective, boolean certainly) {
      if (lookedAt.contains(collective)) {
        return;
      }
      if (lookedAt.size() >= MAX_TEAMS) {
        whole = false;
        return;
      }
      // Noted before it is read: one that is missing may be there later.
      lookedAt.add(collective);
      IBaseResource found = read(collective).orElse(null);
      if (found instanceof CareTeam team) {
        for (CareTeam.CareTeamParticipantComponent participant : team.getParticipant()) {
          member(participant.getMember(), certainly);
        }
      } else if (found instanceof Group group && group.getActual()) {
        boolean active = !group.hasActive() || group.getActive();
        for (Group.GroupMemberComponent member : group.getMember()) {
          if (!member.getInactive()) {
            member(member.getEntity(), certainly && active && !member.hasPeriod());
          }
        }
      }
    }

    private void member(Reference member, boolean certainly) {
      String reference = member.getReference();
      Optional<String> name =
          reference == null ? Optional.empty() : references.normalise(reference);
      name.ifPresent(found -> (certainly ? certain : possible).add(found));
      name.filter(found -> found.startsWith("CareTeam/") || found.startsWith("Group/"))
          .ifPresent(found -> into(found, certainly));
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
