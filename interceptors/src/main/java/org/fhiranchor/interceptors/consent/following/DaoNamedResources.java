package org.fhiranchor.interceptors.consent.following;

import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.parser.DataFormatException;
import ca.uhn.fhir.rest.api.server.SystemRequestDetails;
import ca.uhn.fhir.rest.server.exceptions.InternalErrorException;
import ca.uhn.fhir.rest.server.exceptions.ResourceGoneException;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import org.fhiranchor.consent.compile.NamedResources;
import org.fhiranchor.consent.facts.LocalReferences;
import org.fhiranchor.interceptors.log.EditedRows;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.CareTeam;
import org.hl7.fhir.r4.model.Group;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What Consents name, read from HAPI as the server itself. */
public final class DaoNamedResources implements NamedResources {
  /** Most teams looked at for one; members of further ones are not known. */
  private static final int MAX_TEAMS = 32;

  private static final int LOOKS = 3;
  private static final String EDITED = "what is stored of it is not its newest leaf's";
  private static final Logger LOG = LoggerFactory.getLogger(DaoNamedResources.class);

  private final DaoRegistry daos;
  private final LocalReferences references;
  private final LeafComparison leaves;
  private final EditedRows edited;

  /** Reads through these, and takes for known only what the log confirms (FOL-3). */
  public DaoNamedResources(
      DaoRegistry daos, LocalReferences references, LeafComparison leaves, EditedRows edited) {
    this.daos = daos;
    this.references = references;
    this.leaves = leaves;
    this.edited = edited;
  }

  @Override
  public Optional<Members> membersOf(String collective) {
    Set<String> unconfirmed = new HashSet<>();
    Optional<IBaseResource> found = read(collective, unconfirmed);
    boolean definition = found.filter(one -> one instanceof Group g && !g.getActual()).isPresent();
    if (found.isEmpty() || definition) {
      return Optional.empty();
    }
    Set<String> certain = new LinkedHashSet<>();
    Set<String> possible = new LinkedHashSet<>();
    collect(collective, new Collected(certain, possible, unconfirmed, true), new HashSet<>());
    return unconfirmed.isEmpty() ? Optional.of(new Members(certain, possible)) : Optional.empty();
  }

  /**
   * Where members are put down; below a doubtful membership none is certain, and with one team that
   * the log does not confirm nobody is known.
   */
  private record Collected(
      Set<String> certain, Set<String> possible, Set<String> unconfirmed, boolean isCertain) {
    void add(String member, boolean certainly) {
      (isCertain && certainly ? certain : possible).add(member);
    }

    Collected below(boolean certainly) {
      return new Collected(certain, possible, unconfirmed, isCertain && certainly);
    }
  }

  private void collect(String collective, Collected into, Set<String> seen) {
    if (seen.size() >= MAX_TEAMS || !seen.add(collective)) {
      return;
    }
    IBaseResource found = read(collective, into.unconfirmed()).orElse(null);
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
    Set<String> unconfirmed = new HashSet<>();
    Optional<IBaseResource> found = read(resource, unconfirmed);
    return unconfirmed.isEmpty() ? found.map(this::references) : Optional.empty();
  }

  @Override
  public boolean isUnconfirmed(String resource) {
    Set<String> unconfirmed = new HashSet<>();
    read(resource, unconfirmed);
    return !unconfirmed.isEmpty();
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

  private Optional<IBaseResource> read(String reference, Set<String> unconfirmed) {
    IdType id = new IdType(reference);
    if (!daos.isResourceTypeSupported(id.getResourceType())) {
      return Optional.empty();
    }
    Optional<IBaseResource> found = Optional.empty();
    Optional<String> wrong = Optional.of(EDITED);
    for (int looks = LOOKS; looks > 0 && wrong.equals(Optional.of(EDITED)); looks--) {
      // Between two looks it may have been written again.
      try {
        found = read(id);
        wrong = wrong(reference, found);
      } catch (DataFormatException | InternalErrorException damaged) {
        LOG.warn("a resource that consents name cannot be read: it is damaged");
      }
    }
    edited.looked(reference, wrong);
    if (wrong.isPresent()) {
      unconfirmed.add(reference);
      return Optional.empty();
    }
    return found;
  }

  private Optional<String> wrong(String reference, Optional<IBaseResource> found) {
    return switch (leaves.compare(reference, found.map(this::json))) {
      case FITS -> Optional.empty();
      case NOT_RECORDED -> Optional.of("it has no leaf: write it once more, so that it counts");
      case EDITED -> Optional.of(EDITED);
    };
  }

  private String json(IBaseResource resource) {
    return daos.getFhirContext().newJsonParser().encodeResourceToString(resource);
  }

  private Optional<IBaseResource> read(IdType id) {
    try {
      return Optional.of(
          daos.getResourceDao(id.getResourceType()).read(id, new SystemRequestDetails()));
    } catch (ResourceNotFoundException | ResourceGoneException none) {
      return Optional.empty();
    }
  }
}
