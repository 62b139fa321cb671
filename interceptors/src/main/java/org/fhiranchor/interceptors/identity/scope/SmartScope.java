package org.fhiranchor.interceptors.identity.scope;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * One resource scope of SMART App Launch, version 1 ({@code patient/Observation.read}) or version 2
 * ({@code patient/Observation.rs}, {@code patient/Observation.rs?category=laboratory}).
 *
 * @param level whose data
 * @param type a FHIR resource type, or {@link #ANY_TYPE}
 * @param permissions what may be done, never empty
 * @param query what narrows it to some resources of the type; never with {@link #ANY_TYPE}
 */
public record SmartScope(
    ScopeLevel level, String type, Set<Permission> permissions, Optional<ScopeQuery> query) {
  /** The type of a scope that covers every type. */
  public static final String ANY_TYPE = "*";

  private static final Pattern SHAPE =
      Pattern.compile("(patient|user|system)/(\\*|[A-Z][A-Za-z]{1,63})\\.(\\*|[a-z]{1,5})");

  private static final Pattern LETTERS = Pattern.compile("c?r?u?d?s?");

  public SmartScope {
    permissions = Set.copyOf(permissions);
  }

  /**
   * Reads one scope.
   *
   * @return empty for anything that is not exactly a resource scope: another kind of scope,
   *     permission letters out of order, or search parameters that are not plainly a list of tokens
   *     on one type, in the syntax of version 2
   */
  static Optional<SmartScope> parse(String scope) {
    int question = scope.indexOf('?');
    Optional<SmartScope> whole = whole(question < 0 ? scope : scope.substring(0, question));
    return question < 0
        ? whole
        : whole
            .filter(one -> !one.type().equals(ANY_TYPE) && scope.startsWith(one.text() + "?"))
            .flatMap(
                one ->
                    ScopeQuery.parse(scope.substring(question + 1))
                        .map(query -> one.narrowedTo(Optional.of(query))));
  }

  private static Optional<SmartScope> whole(String scope) {
    Matcher match = SHAPE.matcher(scope);
    if (!match.matches()) {
      return Optional.empty();
    }
    ScopeLevel level = ScopeLevel.valueOf(match.group(1).toUpperCase(Locale.ROOT));
    Set<Permission> permissions = permissions(match.group(3));
    return permissions.isEmpty()
        ? Optional.empty()
        : Optional.of(new SmartScope(level, match.group(2), permissions, Optional.empty()));
  }

  /** The same for these resources of the type. */
  public SmartScope narrowedTo(Optional<ScopeQuery> by) {
    return new SmartScope(level, type, permissions, by);
  }

  private static Set<Permission> permissions(String suffix) {
    return switch (suffix) {
      case "*" -> EnumSet.allOf(Permission.class);
      case "read" -> EnumSet.of(Permission.READ, Permission.SEARCH);
      case "write" -> EnumSet.of(Permission.CREATE, Permission.UPDATE, Permission.DELETE);
      default -> letters(suffix);
    };
  }

  /**
   * Letters must be distinct and in the order c, r, u, d, s (SMART App Launch 2.0, section 3.0.2).
   */
  private static Set<Permission> letters(String suffix) {
    return LETTERS.matcher(suffix).matches()
        ? suffix.chars().mapToObj(Permission::ofLetter).collect(Collectors.toSet())
        : Set.of();
  }

  /** Whether it covers every resource of its type. */
  public boolean isWhole() {
    return query.isEmpty();
  }

  /** This scope as a token of version 2 has it, {@code "user/Observation.rs"}. */
  public String text() {
    String letters =
        Arrays.stream(Permission.values())
            .filter(permissions::contains)
            .map(Permission::letter)
            .collect(Collectors.joining());
    String all = level.name().toLowerCase(Locale.ROOT) + "/" + type + "." + letters;
    return query.map(narrowed -> all + "?" + narrowed.text()).orElse(all);
  }

  /**
   * Whether this scope covers the permission on the type; {@code "*"} is covered by {@code "*"}
   * alone.
   */
  boolean covers(Permission permission, String wanted) {
    return permissions.contains(permission) && (type.equals(ANY_TYPE) || type.equals(wanted));
  }
}
