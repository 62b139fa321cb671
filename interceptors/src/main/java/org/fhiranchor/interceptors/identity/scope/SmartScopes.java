package org.fhiranchor.interceptors.identity.scope;

import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The scopes of one token, read once.
 *
 * @param resources the resource scopes that grant something
 * @param roles the roles granted by this project's own scopes
 * @param others every other scope as it stood: {@code openid}, {@code launch/patient}, and those
 *     not understood; they grant nothing
 */
public record SmartScopes(Set<SmartScope> resources, Set<Role> roles, Set<String> others) {
  /** The most scopes one token may carry. */
  public static final int MAX_SCOPES = 512;

  /** The most of them that search parameters may narrow: each is matched against each resource. */
  public static final int MAX_NARROWED = 64;

  public SmartScopes {
    resources = Set.copyOf(resources);
    roles = Set.copyOf(roles);
    others = Set.copyOf(others);
  }

  /**
   * Reads a space-separated scope claim (RFC 6749 section 3.3).
   *
   * @throws IllegalArgumentException when there are more than {@link #MAX_SCOPES}, or more than
   *     {@link #MAX_NARROWED} of them are narrowed
   */
  public static SmartScopes parse(String claim) {
    Set<SmartScope> resources = new LinkedHashSet<>();
    Set<Role> roles = EnumSet.noneOf(Role.class);
    Set<String> others = new LinkedHashSet<>();
    for (String scope : words(claim)) {
      Role.ofScope(scope)
          .ifPresentOrElse(
              roles::add,
              () ->
                  SmartScope.parse(scope).ifPresentOrElse(resources::add, () -> others.add(scope)));
    }
    if (resources.stream().filter(scope -> !scope.isWhole()).count() > MAX_NARROWED) {
      throw new IllegalArgumentException(
          "narrowed scopes in a token: want at most " + MAX_NARROWED);
    }
    return new SmartScopes(resources, roles, others);
  }

  /** These without the resource scopes that are not good: they grant nothing. */
  public SmartScopes without(Predicate<SmartScope> notGood) {
    Set<SmartScope> good = new LinkedHashSet<>(resources);
    Set<String> rest = new LinkedHashSet<>(others);
    resources.stream()
        .filter(notGood)
        .forEach(
            scope -> {
              good.remove(scope);
              rest.add(scope.text());
            });
    return new SmartScopes(good, roles, rest);
  }

  private static String[] words(String claim) {
    String trimmed = claim.strip();
    if (trimmed.isEmpty()) {
      return new String[0];
    }
    String[] words = trimmed.split(" +", MAX_SCOPES + 2);
    if (words.length > MAX_SCOPES) {
      throw new IllegalArgumentException("scopes in a token: want at most " + MAX_SCOPES);
    }
    return words;
  }

  /** What they grant as a scope claim; {@link #parse} reads it back. Not the {@link #others}. */
  public String text() {
    return Stream.concat(resources.stream().map(SmartScope::text), roles.stream().map(Role::scope))
        .sorted()
        .collect(Collectors.joining(" "));
  }

  /**
   * Whether all that they could grant is about the patient of the launch context. A scope of
   * another level counts also where it is not understood.
   */
  public boolean arePatientLevelAlone() {
    return roles.isEmpty()
        && !resources.isEmpty()
        && resources.stream().allMatch(scope -> scope.level() == ScopeLevel.PATIENT)
        && others.stream().noneMatch(scope -> scope.matches("(user|system|anchor)/.*"));
  }

  /**
   * Every scope that grants the permission on the type, or on some of its resources.
   *
   * @param type a FHIR resource type, or {@link SmartScope#ANY_TYPE} for "on every type"
   */
  public Stream<SmartScope> granting(Permission permission, String type) {
    return resources.stream().filter(scope -> scope.covers(permission, type));
  }

  /**
   * The widest level at which the permission on the type, or on some of its resources, is granted.
   *
   * @return empty when no scope grants it
   */
  public Optional<ScopeLevel> level(Permission permission, String type) {
    return granting(permission, type).map(SmartScope::level).max(ScopeLevel::compareTo);
  }
}
