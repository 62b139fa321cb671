package org.fhiranchor.interceptors.identity.scope;

import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
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

  public SmartScopes {
    resources = Set.copyOf(resources);
    roles = Set.copyOf(roles);
    others = Set.copyOf(others);
  }

  /**
   * Reads a space-separated scope claim (RFC 6749 section 3.3).
   *
   * @throws IllegalArgumentException when there are more than {@link #MAX_SCOPES}
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
    return new SmartScopes(resources, roles, others);
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
   * The widest level at which the permission on the type is granted.
   *
   * @param type a FHIR resource type, or {@link SmartScope#ANY_TYPE} for "on every type"
   * @return empty when no scope grants it
   */
  public Optional<ScopeLevel> level(Permission permission, String type) {
    return resources.stream()
        .filter(scope -> scope.covers(permission, type))
        .map(SmartScope::level)
        .max(ScopeLevel::compareTo);
  }
}
