package org.fhiranchor.interceptors.consent.following;

import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.jpa.searchparam.SearchParameterMap;
import ca.uhn.fhir.rest.api.server.SystemRequestDetails;
import ca.uhn.fhir.rest.param.ReferenceParam;
import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.fhiranchor.consent.decide.OtherNames;
import org.fhiranchor.consent.facts.LocalReferences;
import org.fhiranchor.interceptors.log.EditedRows;
import org.fhiranchor.merkle.Statement;
import org.hl7.fhir.instance.model.api.IIdType;
import org.hl7.fhir.r4.model.PractitionerRole;
import org.hl7.fhir.r4.model.Reference;

/**
 * Who else a requester is by the PractitionerRoles that are stored, whatever their status and
 * period: the person whose role it is, all roles of that person, and whom these are for (DENY-7).
 * Remembered until the next write of any PractitionerRole. All methods may be called from any
 * thread.
 */
public final class SamePerson {
  private static final String PERSON = "Practitioner/";
  private static final String ROLES = "PractitionerRole";
  private static final String ROLE = ROLES + "/";

  /** Most roles of a person that are looked at; of whoever has more nobody knows them all. */
  private static final int MOST = 200;

  private static final int REMEMBERED = 10_000;

  private final DaoRegistry daos;
  private final LocalReferences references;
  private final ConfirmedResources stored;
  private final EditedRows edited;
  private final Cache<Set<String>, Known> known =
      CacheBuilder.newBuilder().maximumSize(REMEMBERED).build();
  private final AtomicLong changes = new AtomicLong();

  /** Reads through these, and takes for known only what the log does not contradict. */
  public SamePerson(
      DaoRegistry daos, LocalReferences references, LeafComparison leaves, EditedRows edited) {
    this.daos = daos;
    this.references = references;
    this.stored = new ConfirmedResources(daos, leaves);
    this.edited = edited;
  }

  /** What was found after so many changes. */
  private record Known(OtherNames names, long changes) {}

  /**
   * The other names of whoever goes by these.
   *
   * @param actors normalised, such as {@code "PractitionerRole/7"}
   */
  public OtherNames of(Set<String> actors) {
    if (actors.stream().noneMatch(SamePerson::isNamedElsewhere)) {
      return OtherNames.NONE;
    }
    Known found = known.getIfPresent(actors);
    long now = changes.get();
    if (found == null || found.changes() != now) {
      found = new Known(new Look().at(actors), now);
      known.put(actors, found);
    }
    return found.names();
  }

  private static boolean isNamedElsewhere(String actor) {
    return actor.startsWith(PERSON) || actor.startsWith(ROLE);
  }

  /** A role was written, or may have been: whoever asks is looked at anew. */
  public void changed() {
    changes.incrementAndGet();
  }

  /** Looks anew once one of these is of a role. */
  void recorded(Collection<Statement> statements) {
    if (statements.stream().anyMatch(SamePerson::isOfRole)) {
      changed();
    }
  }

  private static boolean isOfRole(Statement statement) {
    return statement instanceof Statement.ResourceVersion version
        && isRole(version.resource().type());
  }

  static boolean isRole(String type) {
    return type.equals(ROLES);
  }

  /** One look at everything that names somebody. */
  private final class Look {
    private final Set<String> names = new HashSet<>();
    private boolean whole = true;

    OtherNames at(Set<String> actors) {
      Set<String> people = new HashSet<>();
      for (String actor : actors) {
        if (actor.startsWith(PERSON)) {
          people.add(actor);
        } else if (actor.startsWith(ROLE)) {
          role(actor).ifPresentOrElse(people::add, () -> whole = false);
        }
      }
      names.addAll(people);
      people.forEach(this::rolesOf);
      names.removeAll(actors);
      return new OtherNames(names, whole);
    }

    /** Whose role it is; empty when nobody can tell. */
    private Optional<String> role(String role) {
      names.add(role);
      ConfirmedResources.Found found = stored.read(role);
      boolean isEdited = found.result() == LeafComparison.Result.EDITED;
      edited.looked(role, isEdited ? Optional.of(ConfirmedResources.EDITED) : Optional.empty());
      if (isEdited) {
        whole = false;
        return Optional.empty();
      }
      Optional<PractitionerRole> read = found.resource().map(PractitionerRole.class::cast);
      read.flatMap(one -> local(one.getOrganization())).ifPresent(names::add);
      return read.flatMap(one -> local(one.getPractitioner()));
    }

    private void rolesOf(String person) {
      List<IIdType> roles =
          daos.getResourceDao(PractitionerRole.class)
              .searchForResourceIds(
                  new SearchParameterMap(
                          PractitionerRole.SP_PRACTITIONER, new ReferenceParam(person))
                      .setLoadSynchronousUpTo(MOST + 1),
                  SystemRequestDetails.forAllPartitions());
      whole &= roles.size() <= MOST;
      roles.forEach(id -> role(ROLE + id.getIdPart()));
    }
  }

  private Optional<String> local(Reference reference) {
    return Optional.ofNullable(reference.getReference()).flatMap(references::normalise);
  }
}
