package org.fhiranchor.interceptors.identity;

import static org.fhiranchor.interceptors.identity.scope.Permission.CREATE;
import static org.fhiranchor.interceptors.identity.scope.Permission.READ;
import static org.fhiranchor.interceptors.identity.scope.Permission.SEARCH;
import static org.fhiranchor.interceptors.identity.scope.Permission.UPDATE;

import ca.uhn.fhir.rest.api.RestOperationTypeEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.fhiranchor.interceptors.identity.scope.Permission;
import org.fhiranchor.interceptors.identity.scope.ScopeLevel;
import org.fhiranchor.interceptors.identity.scope.SmartScope;
import org.fhiranchor.interceptors.identity.token.Requester;
import org.hl7.fhir.instance.model.api.IBaseResource;

/**
 * Whether a token's scopes reach one resource: a {@code patient/} scope reaches its patient's, and
 * one with search parameters what matches them (WHO-1, SIGN-5). Whoever shows, delivers or stores a
 * resource asks here. That a scope covers the type at all is asked before, of the request.
 */
public final class ScopeReach {
  private static final String EVERYTHING = "$everything";

  private final Resources resources;
  private final ScopeMatcher matcher;

  /** What has to be known of resources. */
  public interface Resources {
    /** Logical ids of the patients to whom it belongs; a Patient belongs to itself. */
    Set<String> owners(IBaseResource resource);

    /** What tells about it: itself, and for a deletion the last version before it. */
    Optional<? extends IBaseResource> telling(IBaseResource resource);

    /** The current version; empty when there is none. */
    Optional<? extends IBaseResource> current(String type, String id);
  }

  /** Reach among these resources. */
  public ScopeReach(Resources resources, ScopeMatcher matcher) {
    this.resources = resources;
    this.matcher = matcher;
  }

  /** What is left of the scopes: one whose search parameters cannot be matched grants nothing. */
  public Requester understood(Requester who) {
    return who.isNarrowed() ? who.without(scope -> !matcher.isExact(scope)) : who;
  }

  /**
   * Whether the resource may be in the answer: to a search, what may be searched; else what may be
   * read. Where the token has no scope for the one, the other decides: an {@code _include} of a
   * type that may be read alone ({@link Includes} sees to it that something refers to it). Without
   * either, what a search brings along is left out; elsewhere the type is {@link ScopeBackstop}'s
   * business. What {@code $everything} brings is found by a search.
   */
  public boolean shows(Requester who, RequestDetails request, IBaseResource resource) {
    if (EVERYTHING.equals(request.getOperation())) {
      return who.level(SEARCH, resource.fhirType()).isPresent() && byFirst(who, resource, SEARCH);
    }
    return isSearch(request)
        ? covers(who, resource.fhirType()) && byFirst(who, resource, SEARCH, READ)
        : byFirst(who, resource, READ, SEARCH);
  }

  private static boolean covers(Requester who, String type) {
    return who.level(SEARCH, type).isPresent() || who.level(READ, type).isPresent();
  }

  private static boolean isSearch(RequestDetails request) {
    RestOperationTypeEnum interaction = request.getRestOperationType();
    return interaction == RestOperationTypeEnum.SEARCH_TYPE
        || interaction == RestOperationTypeEnum.SEARCH_SYSTEM
        || interaction == RestOperationTypeEnum.GET_PAGE;
  }

  /** The same outside of any interaction: what a write refers to, or has in its answer. */
  public boolean isWithin(Requester who, IBaseResource resource) {
    return byFirst(who, resource, READ, SEARCH);
  }

  private boolean byFirst(Requester who, IBaseResource resource, Permission... inOrder) {
    if (!who.isLimited()) {
      return true;
    }
    for (Permission permission : inOrder) {
      if (who.level(permission, resource.fhirType()).isPresent()) {
        return covers(who, permission, resource);
      }
    }
    return true;
  }

  /**
   * Whether a scope lets its holder read the resource.
   *
   * @param of what it was made of, which tells whose it is; else the resource itself
   */
  public boolean reads(Requester who, IBaseResource resource, IBaseResource of) {
    return who.granting(READ, resource.fhirType())
        .anyMatch(scope -> reachesOwner(who, scope, of) && matches(scope, resource));
  }

  /**
   * The same of what is known by name.
   *
   * @param ids of its current version, which search parameters are matched against
   * @param owners logical ids of the patients to whom it belongs
   */
  public boolean reads(Requester who, String type, Set<String> ids, Set<String> owners) {
    return who.granting(READ, type)
        .filter(scope -> isOfOwner(who, scope, owners))
        .anyMatch(
            scope ->
                scope.query().isEmpty()
                    || ids.stream()
                        .flatMap(id -> resources.current(type, id).stream())
                        .anyMatch(stored -> matches(scope, stored)));
  }

  private boolean covers(Requester who, Permission permission, IBaseResource resource) {
    return who.granting(permission, resource.fhirType())
        .anyMatch(scope -> reachesOwner(who, scope, resource) && matches(scope, resource));
  }

  /** What belongs to nobody is within the reach of every patient's token. */
  private boolean reachesOwner(Requester who, SmartScope scope, IBaseResource resource) {
    return scope.level() != ScopeLevel.PATIENT || isOfOwner(who, scope, owners(resource));
  }

  private static boolean isOfOwner(Requester who, SmartScope scope, Set<String> owners) {
    return scope.level() != ScopeLevel.PATIENT
        || owners.isEmpty()
        || who.patient().filter(owners::contains).isPresent();
  }

  private Set<String> owners(IBaseResource resource) {
    return resources.telling(resource).map(resources::owners).orElseGet(Set::of);
  }

  private boolean matches(SmartScope scope, IBaseResource resource) {
    return scope.query().isEmpty()
        || resources
            .telling(resource)
            .filter(telling -> matcher.matches(scope.query().get(), telling))
            .isPresent();
  }

  /**
   * Whether a version may be stored, replaced or deleted: with a {@code patient/} scope, it belongs
   * to that patient and to nobody else. What no scope of the token is for is written by an
   * operation that has rules of its own.
   *
   * @param permission what HAPI does to the resource
   */
  public boolean writes(
      Requester who, RequestDetails request, Permission permission, IBaseResource resource) {
    if (!who.isLimited()) {
      return true;
    }
    Set<Permission> by = permission == CREATE ? creating(request) : EnumSet.of(permission);
    String type = resource.fhirType();
    return by.stream().allMatch(one -> who.level(one, type).isEmpty())
        || by.stream()
            .flatMap(one -> who.granting(one, type))
            .anyMatch(scope -> isOfOwnerAlone(who, scope, resource) && matches(scope, resource));
  }

  private boolean isOfOwnerAlone(Requester who, SmartScope scope, IBaseResource resource) {
    return scope.level() != ScopeLevel.PATIENT
        || who.patient().map(Set::of).filter(owners(resource)::equals).isPresent();
  }

  /** An update may create; an entry of a transaction does not say here which of both it is. */
  private static Set<Permission> creating(RequestDetails request) {
    RestOperationTypeEnum interaction = request.getRestOperationType();
    if (interaction == RestOperationTypeEnum.CREATE) {
      return EnumSet.of(CREATE);
    }
    return interaction == RestOperationTypeEnum.UPDATE
        ? EnumSet.of(UPDATE)
        : EnumSet.of(CREATE, UPDATE);
  }

  /**
   * Whether a write of what stands under this id may be tried. Where search parameters narrow every
   * scope for it, there must be something there that matches: what does not match and what is
   * missing are refused alike, so a narrowed {@code u} creates nothing.
   */
  boolean mayTry(Requester who, Permission permission, String type, String id) {
    return who.level(permission, type).isEmpty()
        || who.levelOfWhole(permission, type).isPresent()
        || resources
            .current(type, id)
            .filter(stored -> covers(who, permission, stored))
            .isPresent();
  }
}
