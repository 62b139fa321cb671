package org.fhiranchor.interceptors.identity.token;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
  private static final String IUA = "ihe_iua";
  private static final int MAX_PURPOSES = 64;

  private final Set<String> ownBases;

  /**
   * Reads claims for one server.
   *
   * @param ownBases base URLs of this server; a reference that starts with one of them is a local
   *     reference
   */
  TokenClaims(Set<String> ownBases) {
    this.ownBases = Set.copyOf(ownBases);
  }

  /**
   * Who the claims stand for.
   *
   * @throws IllegalArgumentException when a claim is missing or malformed; the message names the
   *     claim alone
   */
  Requester requester(Map<String, Object> claims) {
    return new Requester(
        text(claims, "sub").orElseThrow(() -> malformed("sub")),
        text(claims, "client_id").or(() -> text(claims, "azp")),
        text(claims, "fhirUser").map(this::local),
        organization(claims).map(this::organizationReference),
        text(claims, "patient").map(TokenClaims::patientId),
        purposes(claims),
        SmartScopes.parse(scope(claims)));
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

  private static String scope(Map<String, Object> claims) {
    Object value = claims.getOrDefault("scope", "");
    if (value instanceof Collection<?> list) {
      return list.stream().map(TokenClaims::scopeText).collect(Collectors.joining(" "));
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
    return ownBases.stream()
        .map(base -> base.endsWith("/") ? base : base + "/")
        .filter(reference::startsWith)
        .map(base -> reference.substring(base.length()))
        .findFirst()
        .orElse(reference);
  }

  private String organizationReference(String claim) {
    return ID.matcher(claim).matches() ? "Organization/" + claim : local(claim);
  }

  private static Optional<String> organization(Map<String, Object> claims) {
    return text(claims, "organization").or(() -> text(iua(claims), "subject_organization_id"));
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

  private static IllegalArgumentException malformed(String claim) {
    return new IllegalArgumentException("claim " + claim + " is missing or malformed");
  }
}
