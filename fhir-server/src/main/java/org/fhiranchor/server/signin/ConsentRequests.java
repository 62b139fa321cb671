package org.fhiranchor.server.signin;

import jakarta.servlet.http.HttpServletRequest;
import java.security.Principal;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.oauth2.core.endpoint.OAuth2AuthorizationRequest;
import org.springframework.security.oauth2.core.endpoint.OAuth2ParameterNames;
import org.springframework.security.oauth2.server.authorization.OAuth2Authorization;
import org.springframework.security.oauth2.server.authorization.OAuth2TokenType;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationCodeRequestAuthenticationException;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationConsentAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.web.authentication.OAuth2AuthorizationConsentAuthenticationConverter;
import org.springframework.security.web.authentication.AuthenticationConverter;

/**
 * The answer of the page that asks what an app may do: the scopes, and what was picked. The page's
 * {@code state} is unguessable and belongs to one person's request, so no other page can send this
 * form.
 */
final class ConsentRequests implements AuthenticationConverter {
  static final String PATIENT = "patient";
  static final String ENCOUNTER = "encounter";
  static final Pattern ID = Pattern.compile("[A-Za-z0-9.\\-]{1,64}");

  private static final OAuth2TokenType STATE = new OAuth2TokenType(OAuth2ParameterNames.STATE);

  private final AuthenticationConverter reader =
      new OAuth2AuthorizationConsentAuthenticationConverter();
  private final Authorizations authorizations;

  ConsentRequests(Authorizations authorizations) {
    this.authorizations = authorizations;
  }

  @Override
  public @Nullable Authentication convert(HttpServletRequest request) {
    Authentication read = reader.convert(request);
    if (read instanceof OAuth2AuthorizationConsentAuthenticationToken given) {
      pick(given, request);
    }
    return read;
  }

  private void pick(
      OAuth2AuthorizationConsentAuthenticationToken given, HttpServletRequest request) {
    OAuth2Authorization asked = authorizations.findByToken(given.getState(), STATE);
    if (asked == null
        || !DemoPerson.of(given.getPrincipal())
            .equals(DemoPerson.of(asked.getAttribute(Principal.class.getName())))) {
      throw refused("state: want that of a page that was shown to this person");
    }
    Set<String> scopes = given.getScopes();
    OAuth2Authorization parts = withParts(asked, scopes);
    OAuth2Authorization patient = withPatient(parts, scopes, request.getParameter(PATIENT));
    authorizations.save(withEncounter(patient, scopes, request.getParameter(ENCOUNTER)));
  }

  /** Parts of what was asked may be given in place of it; Spring lets through what was asked. */
  private static OAuth2Authorization withParts(OAuth2Authorization asked, Set<String> given) {
    OAuth2AuthorizationRequest request =
        asked.getAttribute(OAuth2AuthorizationRequest.class.getName());
    if (request == null) {
      return asked;
    }
    Set<String> all = new LinkedHashSet<>(request.getScopes());
    Set<String> parts =
        all.stream().flatMap(one -> PersonScopes.parts(one).stream()).collect(Collectors.toSet());
    given.stream().filter(parts::contains).forEach(all::add);
    return OAuth2Authorization.from(asked)
        .attribute(
            OAuth2AuthorizationRequest.class.getName(),
            OAuth2AuthorizationRequest.from(request).scopes(all).build())
        .build();
  }

  private static OAuth2Authorization withPatient(
      OAuth2Authorization asked, Set<String> given, @Nullable String picked) {
    if (SmartTokens.patient(asked).isPresent() || !SmartTokens.needsPatient(given)) {
      return asked;
    }
    if (picked == null || !ID.matcher(picked).matches()) {
      throw refused("patient: want the logical id of a Patient");
    }
    return OAuth2Authorization.from(asked).attribute(SmartTokens.PATIENT, picked).build();
  }

  private static OAuth2Authorization withEncounter(
      OAuth2Authorization asked, Set<String> given, @Nullable String picked) {
    if (SmartTokens.encounter(asked).isPresent() || !given.contains(SmartTokens.LAUNCH_ENCOUNTER)) {
      return asked;
    }
    if (picked == null || !ID.matcher(picked).matches()) {
      throw refused("encounter: want the logical id of an Encounter");
    }
    return OAuth2Authorization.from(asked).attribute(SmartTokens.ENCOUNTER, picked).build();
  }

  private static OAuth2AuthorizationCodeRequestAuthenticationException refused(String why) {
    return new OAuth2AuthorizationCodeRequestAuthenticationException(
        new OAuth2Error(OAuth2ErrorCodes.INVALID_REQUEST, why, null), null);
  }
}
