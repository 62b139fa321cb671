package org.fhiranchor.interceptors.identity.token;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.fhiranchor.interceptors.identity.scope.SmartScopes;

/**
 * From the claims of a validated token to its requester. Claims: {@code sub}, {@code client_id} or
 * {@code azp}, {@code scope}, {@code fhirUser}, {@code patient}, {@code organization}, {@code
 * purpose_of_use}; the last two also where IHE IUA puts them, under {@code extensions.ihe_iua}.
 */
final class TokenClaims {
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9.-]{1,64}");
  private static final String ELSEWHERE = "https?://[^\\s?#]+/";

  /** A resource here or on another server, or a name that is no reference. */
  private static final Pattern REFERENCE =
      Pattern.compile("(" + ELSEWHERE + ")?[A-Z][A-Za-z]{1,63}/[A-Za-z0-9.-]{1,64}|urn:\\S+");

  private static final Pattern ORGANIZATION =
      Pattern.compile("(" + ELSEWHERE + ")?Organization/[A-Za-z0-9.-]{1,64}|urn:\\S+");

  private static final String IUA = "ihe_iua";
  private static final String IUA_ORGANIZATION = "subject_organization_id";
  private static final int MAX_PURPOSES = 64;

  private final Supplier<? extends Collection<String>> ownBases;
  private final boolean patientClaimIsSelf;

  /**
   * Reads claims for one server.
   *
   * @param ownBases base URLs of this server; a reference that starts with one of them is a local
   *     reference
   * @param patientClaimIsSelf as in {@link TokenRules}
   */
  TokenClaims(Supplier<? extends Collection<String>> ownBases, boolean patientClaimIsSelf) {
    this.ownBases = ownBases;
    this.patientClaimIsSelf = patientClaimIsSelf;
  }

  /**
   * Who the claims stand for.
   *
   * @throws MalformedClaimException when a claim is missing or malformed
   */
  Requester requester(Map<String, Object> claims) {
    Optional<String> patient = text(claims, "patient").map(TokenClaims::patientId);
    SmartScopes scopes = scopes(claims);
    return new Requester(
        text(claims, "sub").orElseThrow(() -> malformed("sub")),
        text(claims, "client_id").or(() -> text(claims, "azp")),
        text(claims, "fhirUser").map(this::user).or(() -> ofLaunch(patient, scopes)),
        organization(claims),
        patient,
        purposes(claims),
        scopes);
  }

  /** A launch context entitles nobody, unless the operator says that this issuer means it so. */
  private Optional<String> ofLaunch(Optional<String> patient, SmartScopes scopes) {
    return patient
        .filter(id -> patientClaimIsSelf && scopes.arePatientLevelAlone())
        .map(id -> "Patient/" + id);
  }

  private String user(String claim) {
    String user = local(claim);
    if (!REFERENCE.matcher(user).matches()) {
      throw malformed("fhirUser");
    }
    return user;
  }

  private static SmartScopes scopes(Map<String, Object> claims) {
    try {
      return SmartScopes.parse(scope(claims));
    } catch (IllegalArgumentException tooMany) {
      throw malformed("scope");
    }
  }

  private static Optional<String> text(Map<String, Object> claims, String name) {
    Object value = claims.get(name);
    if (value == null) {
      return Optional.empty();
    }
    if (value instanceof String text && !text.isBlank()) {
      return Optional.of(text);
    }
    throw malformed(name);
  }

  /** A space ends a scope: one with a space in its search parameters would be read as another. */
  private static String scope(Map<String, Object> claims) {
    Object value = claims.getOrDefault("scope", "");
    if (value instanceof Collection<?> list) {
      return list.stream()
          .map(TokenClaims::scopeText)
          .filter(one -> !(one.contains("?") && one.contains(" ")))
          .collect(Collectors.joining(" "));
    }
    return scopeText(value);
  }

  private static String scopeText(Object value) {
    if (value instanceof String text) {
      return text;
    }
    throw malformed("scope");
  }

  private static String patientId(String claim) {
    String id = claim.startsWith("Patient/") ? claim.substring("Patient/".length()) : claim;
    if (!ID.matcher(id).matches()) {
      throw malformed("patient");
    }
    return id;
  }

  private String local(String reference) {
    return ownBases.get().stream()
        .map(base -> base.endsWith("/") ? base : base + "/")
        .filter(base -> reference.regionMatches(true, 0, base, 0, base.length()))
        .map(base -> reference.substring(base.length()))
        .findFirst()
        .orElse(reference);
  }

  private Optional<String> organization(Map<String, Object> claims) {
    return text(claims, "organization")
        .map(claim -> organization("organization", claim))
        .or(
            () ->
                text(iua(claims), IUA_ORGANIZATION)
                    .map(claim -> organization(IUA_ORGANIZATION, claim)));
  }

  /** An id, a reference to an Organization here or elsewhere, or a name that is no reference. */
  private String organization(String name, String claim) {
    if (ID.matcher(claim).matches()) {
      return "Organization/" + claim;
    }
    String reference = local(claim);
    if (!ORGANIZATION.matcher(reference).matches()) {
      throw malformed(name);
    }
    return reference;
  }

  private static Map<String, Object> iua(Map<String, Object> claims) {
    return object(object(claims, "extensions"), IUA);
  }

  private static Map<String, Object> object(Map<String, Object> claims, String name) {
    if (!(claims.get(name) instanceof Map<?, ?> found)) {
      return Map.of();
    }
    return found.entrySet().stream()
        .filter(entry -> entry.getValue() != null)
        .collect(
            Collectors.toUnmodifiableMap(
                entry -> String.valueOf(entry.getKey()), Map.Entry::getValue));
  }

  private static Set<TokenPurpose> purposes(Map<String, Object> claims) {
    Set<TokenPurpose> purposes = new LinkedHashSet<>();
    Stream.of(claims, iua(claims))
        .map(holder -> holder.getOrDefault("purpose_of_use", List.of()))
        .forEach(value -> purposes.addAll(purposes(value)));
    if (purposes.size() > MAX_PURPOSES) {
      throw malformed("purpose_of_use");
    }
    return purposes;
  }

  private static List<TokenPurpose> purposes(Object value) {
    if (value instanceof Collection<?> list) {
      return list.stream().map(TokenClaims::purpose).toList();
    }
    return value instanceof String text
        ? Stream.of(text.strip().split(" +")).map(TokenClaims::purpose).toList()
        : List.of(purpose(value));
  }

  private static TokenPurpose purpose(Object value) {
    if (value instanceof String code && !code.isBlank()) {
      return TokenPurpose.of(code);
    }
    if (value instanceof Map<?, ?> coding && coding.get("code") instanceof String code) {
      return coding.get("system") instanceof String system
          ? new TokenPurpose(system, code)
          : TokenPurpose.of(code);
    }
    throw malformed("purpose_of_use");
  }

  private static MalformedClaimException malformed(String claim) {
    return new MalformedClaimException(claim);
  }
}
