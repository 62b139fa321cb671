package org.fhiranchor.interceptors.consent.operations;

import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.rest.api.server.SystemRequestDetails;
import ca.uhn.fhir.rest.server.exceptions.ForbiddenOperationException;
import ca.uhn.fhir.rest.server.exceptions.ResourceGoneException;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.fhiranchor.consent.decide.OtherNames;
import org.fhiranchor.consent.facts.LocalReferences;
import org.fhiranchor.interceptors.identity.token.Requester;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.CareTeam;
import org.hl7.fhir.r4.model.Group;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.PractitionerRole;
import org.hl7.fhir.r4.model.Reference;

/**
 * Who a registrar is, and what leads to them (WHO-6): roles, teams and groups at any depth, as they
 * are stored, what the same transaction wrote before included.
 */
public final class RegistrarNames {
  /** Most roles, teams and groups looked at; behind more there may be anybody. */
  private static final int MOST = 64;

  private final DaoRegistry daos;
  private final LocalReferences references;
  private final Function<Set<String>, OtherNames> people;

  /**
   * Looks there.
   *
   * @param people who else those are who go by these names (DENY-7)
   */
  public RegistrarNames(
      DaoRegistry daos, LocalReferences references, Function<Set<String>, OtherNames> people) {
    this.daos = daos;
    this.references = references;
    this.people = people;
  }

  /**
   * Whom a permit could be for that is this registrar's: they, in each of their roles.
   *
   * @throws ForbiddenOperationException when the token does not say who the registrar is
   */
  Set<String> personal(Requester registrar) {
    String user = user(registrar);
    Set<String> names = new LinkedHashSet<>(people.apply(Set.of(user)).references());
    names.add(user);
    read(user).map(this::members).ifPresent(names::addAll);
    names.removeIf(name -> typeOf(name).equals("Organization"));
    return names;
  }

  /** The same with the organization that the token names. */
  Set<String> withOrganization(Requester registrar) {
    Set<String> names = new LinkedHashSet<>(personal(registrar));
    registrar.organization().ifPresent(names::add);
    return names;
  }

  /** Whether a deny whose actors have these names may cover this registrar. */
  boolean mayMean(Requester registrar, Set<String> actors) {
    OtherNames others = people.apply(Set.of(user(registrar)));
    return !others.known()
        || Stream.concat(withOrganization(registrar).stream(), others.references().stream())
            .anyMatch(actors::contains);
  }

  private static String user(Requester registrar) {
    return registrar
        .fhirUser()
        .orElseThrow(
            () ->
                new ForbiddenOperationException(
                    "a registrar's token must say who they are (fhirUser)"));
  }

  /** Whether one of these actors is, or has among its members, somebody of these names. */
  boolean lead(Set<String> actors, Set<String> names) {
    Deque<String> next = new ArrayDeque<>(actors);
    Set<String> seen = new HashSet<>(actors);
    int looks = 0;
    while (!next.isEmpty()) {
      String actor = next.remove();
      if (names.contains(actor)) {
        return true;
      }
      if (isOfPeople(typeOf(actor))) {
        looks++;
        if (looks > MOST) {
          return true;
        }
        read(actor).map(this::members).stream()
            .flatMap(Set::stream)
            .filter(seen::add)
            .forEach(next::add);
      }
    }
    return false;
  }

  /** Whether an actor of this type stands for the people in it. */
  static boolean isOfPeople(String type) {
    return type.equals("PractitionerRole") || type.equals("CareTeam") || type.equals("Group");
  }

  /** Whom a role, a team or a group has in it, normalised; what leads nowhere here is left out. */
  Set<String> members(IBaseResource resource) {
    Set<String> members = new LinkedHashSet<>();
    if (resource instanceof CareTeam team) {
      team.getParticipant().forEach(one -> add(one.getMember(), members));
    } else if (resource instanceof Group group) {
      group.getMember().forEach(one -> add(one.getEntity(), members));
    } else if (resource instanceof PractitionerRole role) {
      add(role.getPractitioner(), members);
    }
    return members;
  }

  private void add(Reference member, Set<String> members) {
    Optional.ofNullable(member.getReference())
        .flatMap(references::normalise)
        .ifPresent(members::add);
  }

  private Optional<IBaseResource> read(String reference) {
    if (!isOfPeople(typeOf(reference))) {
      return Optional.empty();
    }
    try {
      return Optional.ofNullable(
          daos.getResourceDao(typeOf(reference))
              .read(new IdType(reference), new SystemRequestDetails()));
    } catch (ResourceNotFoundException | ResourceGoneException none) {
      return Optional.empty();
    }
  }

  private static String typeOf(String reference) {
    return reference.substring(0, Math.max(0, reference.indexOf('/')));
  }
}
