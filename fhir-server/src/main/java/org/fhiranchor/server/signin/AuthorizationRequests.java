package org.fhiranchor.server.signin;

import jakarta.servlet.http.HttpServletRequest;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.fhiranchor.interceptors.autoconfigure.OwnAddresses;
import org.fhiranchor.interceptors.identity.ScopeMatcher;
import org.fhiranchor.interceptors.identity.scope.SmartScopes;
import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.AnonymousAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationCodeRequestAuthenticationContext;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationCodeRequestAuthenticationException;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationCodeRequestAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.web.authentication.OAuth2AuthorizationCodeRequestAuthenticationConverter;
import org.springframework.security.web.authentication.AuthenticationConverter;

/**
 * What an app asks for when it sends somebody to sign in (SMART App Launch 2.2, section 2.0.9):
 * read, narrowed to what the person can give, and checked.
 */
final class AuthorizationRequests
    implements AuthenticationConverter,
        Consumer<OAuth2AuthorizationCodeRequestAuthenticationContext> {
  private static final Authentication NOBODY =
      new AnonymousAuthenticationToken(
          "anonymous", "anonymous", AuthorityUtils.createAuthorityList("ROLE_ANONYMOUS"));

  /**
   * Of pushed requests (RFC 9126), which are not served: they would pass by what is checked here.
   */
  private static final String REQUEST_URI = "request_uri";

  /** Origin but for its port, port, and all that follows. */
  private static final Pattern ANY_PORT =
      Pattern.compile("(https?://(?:127\\.0\\.0\\.1|\\[::1]))(?::([0-9]{1,5}))?((?:/[^#]*)?)");

  private static final int HIGHEST_PORT = 65_535;

  /** Of a SHA-256, in base64url (RFC 7636 section 4.2). */
  private static final Pattern CHALLENGE = Pattern.compile("[A-Za-z0-9_-]{43}");

  private final AuthenticationConverter reader =
      new OAuth2AuthorizationCodeRequestAuthenticationConverter();
  private final Apps apps;
  private final OwnAddresses own;
  private final LaunchContexts launches;
  private final ScopeMatcher matcher;

  AuthorizationRequests(
      Apps apps, OwnAddresses own, LaunchContexts launches, ScopeMatcher matcher) {
    this.apps = apps;
    this.own = own;
    this.launches = launches;
    this.matcher = matcher;
  }

  @Override
  public @Nullable Authentication convert(HttpServletRequest request) {
    SignInLanguage.keepOfApp(request);
    return reader.convert(request)
            instanceof OAuth2AuthorizationCodeRequestAuthenticationToken asked
        ? ofPerson(asked)
        : null;
  }

  /** A session is somebody; the holder of a token is nobody here. */
  private Authentication ofPerson(OAuth2AuthorizationCodeRequestAuthenticationToken asked) {
    if (asked.getAdditionalParameters().containsKey(REQUEST_URI)) {
      throw refused(null, OAuth2ErrorCodes.INVALID_REQUEST, "request_uri: want the parameters");
    }
    Optional<DemoPerson> person = DemoPerson.of(asked.getPrincipal());
    Set<String> scopes = scopes(asked, person);
    Authentication principal = person.isPresent() ? (Authentication) asked.getPrincipal() : NOBODY;
    return new OAuth2AuthorizationCodeRequestAuthenticationToken(
        asked.getAuthorizationUri(),
        asked.getClientId(),
        principal,
        asked.getRedirectUri(),
        asked.getState(),
        scopes,
        new HashMap<>(asked.getAdditionalParameters()));
  }

  /** What is asked, within what the app may ask for and the person can give. */
  private Set<String> scopes(
      OAuth2AuthorizationCodeRequestAuthenticationToken asked, Optional<DemoPerson> person) {
    Optional<App> app = apps.app(asked.getClientId());
    Set<String> good = new LinkedHashSet<>(asked.getScopes());
    good.removeIf(scope -> !isExact(scope));
    Set<String> ofApp = app.map(one -> PersonScopes.within(good, one.askable())).orElse(good);
    if (person.isEmpty()) {
      return ofApp;
    }
    Set<String> both = PersonScopes.narrowed(ofApp, person.get().role());
    if (app.filter(App::trusted).isEmpty()) {
      return both;
    }
    both.remove(SmartTokens.LAUNCH_ENCOUNTER);
    return person.get().isPatient() ? both : PersonScopes.withoutContext(both);
  }

  /** Nothing is given that would open nothing (SIGN-5). */
  private boolean isExact(String scope) {
    return SmartScopes.parse(scope).resources().stream().allMatch(matcher::isExact);
  }

  @Override
  public void accept(OAuth2AuthorizationCodeRequestAuthenticationContext context) {
    OAuth2AuthorizationCodeRequestAuthenticationToken asked = context.getAuthentication();
    if (asked.getRedirectUri() == null || asked.getRedirectUri().isBlank()) {
      throw refused(null, OAuth2ErrorCodes.INVALID_REQUEST, "redirect_uri: want one, got none");
    }
    redirect(context, asked.getRedirectUri());
    Map<String, Object> more = asked.getAdditionalParameters();
    if (!isOwn(more.get("aud"))) {
      throw refused(
          asked, OAuth2ErrorCodes.INVALID_REQUEST, "aud: want the FHIR base of this server");
    }
    if (asked.getScopes().isEmpty()) {
      throw refused(
          asked, OAuth2ErrorCodes.INVALID_SCOPE, "scope: want some that this person can give");
    }
    if (!(more.get("code_challenge") instanceof String challenge)
        || !CHALLENGE.matcher(challenge).matches()) {
      throw refused(asked, OAuth2ErrorCodes.INVALID_REQUEST, "code_challenge: want one by S256");
    }
    launch(asked);
  }

  /**
   * Compared word by word; apps of 127.0.0.1 may open any port (RFC 8252 section 7.3). The console,
   * at which nobody is asked, is at its own addresses alone.
   */
  private void redirect(
      OAuth2AuthorizationCodeRequestAuthenticationContext context, String redirectUri) {
    boolean trusted =
        apps.app(context.getRegisteredClient().getClientId()).filter(App::trusted).isPresent();
    Set<String> own = context.getRegisteredClient().getRedirectUris();
    boolean good =
        own.contains(redirectUri)
            || (!trusted && own.stream().anyMatch(one -> sameButPort(one, redirectUri)));
    if (!good) {
      throw refused(
          null, OAuth2ErrorCodes.INVALID_REQUEST, "redirect_uri: want one of the app's own");
    }
  }

  private static boolean sameButPort(String registered, String asked) {
    Matcher one = ANY_PORT.matcher(registered);
    Matcher other = ANY_PORT.matcher(asked);
    return one.matches()
        && other.matches()
        && one.group(1).equals(other.group(1))
        && one.group(3).equals(other.group(3))
        && (other.group(2) == null || Integer.parseInt(other.group(2)) <= HIGHEST_PORT);
  }

  private void launch(OAuth2AuthorizationCodeRequestAuthenticationToken asked) {
    Object handle = asked.getAdditionalParameters().get("launch");
    boolean scope = asked.getScopes().contains("launch");
    if (handle == null && !scope) {
      return;
    }
    Optional<DemoPerson> person = DemoPerson.of(asked.getPrincipal());
    boolean good =
        scope
            && handle instanceof String text
            && person.stream()
                .allMatch(one -> launches.launch(text, one, asked.getClientId()).isPresent());
    if (!good) {
      throw refused(
          asked,
          OAuth2ErrorCodes.INVALID_REQUEST,
          "launch: want the scope launch and the handle of a launch that was made for this app and"
              + " person within 10 minutes");
    }
  }

  private boolean isOwn(@Nullable Object aud) {
    return aud instanceof String text
        && own.get().contains(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
  }

  private static OAuth2AuthorizationCodeRequestAuthenticationException refused(
      @Nullable OAuth2AuthorizationCodeRequestAuthenticationToken asked,
      String code,
      String description) {
    return new OAuth2AuthorizationCodeRequestAuthenticationException(
        new OAuth2Error(code, description, null), asked);
  }
}
