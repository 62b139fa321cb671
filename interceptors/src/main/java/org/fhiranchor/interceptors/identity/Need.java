package org.fhiranchor.interceptors.identity;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.fhiranchor.interceptors.identity.scope.Permission;
import org.fhiranchor.interceptors.identity.scope.Role;
import org.fhiranchor.interceptors.identity.scope.ScopeLevel;
import org.fhiranchor.interceptors.identity.scope.SmartScope;
import org.fhiranchor.interceptors.identity.token.Requester;

/** What a request asks of the token's scopes. */
sealed interface Need {
  /** Whether the requester's token meets this need. */
  boolean metBy(Requester requester);

  /**
   * The same without the scopes that search parameters narrow: where the answer would tell of
   * resources that nobody matches.
   */
  default Need whole() {
    return this;
  }

  /**
   * The permission on the type ({@code "*"}: on every type), at this level or a wider one.
   *
   * @param narrowed whether it is enough on some resources of the type, each of which is decided
   *     about
   */
  record Access(Permission permission, String type, ScopeLevel atLeast, boolean narrowed)
      implements Need {
    @Override
    public boolean metBy(Requester requester) {
      Optional<ScopeLevel> level =
          narrowed ? requester.level(permission, type) : requester.levelOfWhole(permission, type);
      return level.filter(one -> one.compareTo(atLeast) >= 0).isPresent();
    }

    @Override
    public Need whole() {
      return new Access(permission, type, atLeast, false);
    }
  }

  /** The permission on at least one type. */
  record SomeAccess(Permission permission) implements Need {
    @Override
    public boolean metBy(Requester requester) {
      return requester.levelOnSomeType(permission).isPresent();
    }
  }

  /** A role of this project. */
  record Holds(Role role) implements Need {
    @Override
    public boolean metBy(Requester requester) {
      return requester.has(role);
    }
  }

  /** A back-end service: every scope of the token is a {@code system/} one. */
  record BackEndService() implements Need {
    @Override
    public boolean metBy(Requester requester) {
      return requester.isBackEndService();
    }
  }

  /** Every one of these; none means that a valid token is enough. */
  record All(List<Need> needs) implements Need {
    public All {
      needs = List.copyOf(needs);
    }

    @Override
    public boolean metBy(Requester requester) {
      return needs.stream().allMatch(need -> need.metBy(requester));
    }

    @Override
    public Need whole() {
      return new All(needs.stream().map(Need::whole).toList());
    }
  }

  /**
   * At least one of these; none means that nobody has decided which scope permits it, so none does.
   */
  record Either(List<Need> needs) implements Need {
    public Either {
      needs = List.copyOf(needs);
    }

    @Override
    public boolean metBy(Requester requester) {
      return needs.stream().anyMatch(need -> need.metBy(requester));
    }

    @Override
    public Need whole() {
      return new Either(needs.stream().map(Need::whole).toList());
    }
  }

  static Need validToken() {
    return new All(List.of());
  }

  static Need undecided() {
    return new Either(List.of());
  }

  static Need all(Need... needs) {
    return new All(List.of(needs));
  }

  static Need either(Need... needs) {
    return new Either(List.of(needs));
  }

  static Need role(Role role) {
    return new Holds(role);
  }

  /** These permissions on one type. */
  static Need on(String type, Permission... permissions) {
    return access(type, ScopeLevel.PATIENT, permissions);
  }

  /** A backend service's right to every type. */
  static Need system(Permission... permissions) {
    return access(SmartScope.ANY_TYPE, ScopeLevel.SYSTEM, permissions);
  }

  private static Need access(String type, ScopeLevel atLeast, Permission... permissions) {
    return new All(
        Stream.of(permissions)
            .<Need>map(permission -> new Access(permission, type, atLeast, true))
            .toList());
  }
}
