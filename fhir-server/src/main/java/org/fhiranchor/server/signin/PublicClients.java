package org.fhiranchor.server.signin;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2ClientAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.web.authentication.AuthenticationConverter;

/**
 * An app without a secret that refreshes or revokes a token: it says who it is, and the token is
 * the proof. Spring Authorization Server itself knows such apps only with a code.
 */
final class PublicClients implements AuthenticationConverter, AuthenticationProvider {
  private static final Set<String> SAID_OTHERWISE =
      Set.of("client_secret", "client_assertion", "code_verifier");

  /** Tells this way from a code's, which Spring's own provider checks. */
  private static final class WithToken extends OAuth2ClientAuthenticationToken {
    private static final long serialVersionUID = 1L;

    private WithToken(String id) {
      super(id, ClientAuthenticationMethod.NONE, null, null);
    }
  }

  private final Apps apps;

  PublicClients(Apps apps) {
    this.apps = apps;
  }

  @Override
  public @Nullable Authentication convert(HttpServletRequest request) {
    boolean refresh =
        request.getRequestURI().endsWith("/oauth2/token")
            && "refresh_token".equals(request.getParameter("grant_type"));
    boolean revoke = request.getRequestURI().endsWith("/oauth2/revoke");
    String[] ids = request.getParameterValues("client_id");
    boolean otherwise =
        request.getHeader("Authorization") != null
            || SAID_OTHERWISE.stream().anyMatch(name -> request.getParameter(name) != null);
    if (codeAlone(request) && !otherwise) {
      throw new OAuth2AuthenticationException(
          new OAuth2Error(OAuth2ErrorCodes.INVALID_REQUEST, "code_verifier: want one", null));
    }
    return (refresh || revoke) && ids != null && ids.length == 1 && !otherwise
        ? new WithToken(ids[0])
        : null;
  }

  /** A code without the verifier that an app without a secret sends with it. */
  private static boolean codeAlone(HttpServletRequest request) {
    return request.getRequestURI().endsWith("/oauth2/token")
        && "authorization_code".equals(request.getParameter("grant_type"))
        && request.getParameter("client_id") != null
        && request.getParameter("code_verifier") == null;
  }

  @Override
  public @Nullable Authentication authenticate(Authentication asked) {
    if (!(asked instanceof WithToken)) {
      return null;
    }
    RegisteredClient client =
        Optional.ofNullable(apps.findByClientId(asked.getName()))
            .filter(
                one ->
                    one.getClientAuthenticationMethods().contains(ClientAuthenticationMethod.NONE))
            .orElseThrow(() -> new OAuth2AuthenticationException(OAuth2ErrorCodes.INVALID_CLIENT));
    return new OAuth2ClientAuthenticationToken(client, ClientAuthenticationMethod.NONE, null);
  }

  @Override
  public boolean supports(Class<?> authentication) {
    return WithToken.class.isAssignableFrom(authentication);
  }
}
