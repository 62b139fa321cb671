package org.fhiranchor.server.signin;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationCodeRequestAuthenticationException;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationCodeRequestAuthenticationToken;
import org.springframework.security.web.authentication.AuthenticationFailureHandler;
import org.springframework.security.web.authentication.AuthenticationSuccessHandler;
import org.springframework.web.util.UriComponentsBuilder;

/**
 * Sends the browser back to the app, with the issuer's name beside code or error, so that an app of
 * many issuers knows whose answer it is (RFC 9207). Without an address that is known to be the
 * app's, the browser stays here and shows why.
 */
final class AuthorizationResponses
    implements AuthenticationSuccessHandler, AuthenticationFailureHandler {
  private final SignInAddress address;

  AuthorizationResponses(SignInAddress address) {
    this.address = address;
  }

  @Override
  public void onAuthenticationSuccess(
      HttpServletRequest request, HttpServletResponse response, Authentication authentication)
      throws IOException {
    OAuth2AuthorizationCodeRequestAuthenticationToken granted =
        (OAuth2AuthorizationCodeRequestAuthenticationToken) authentication;
    Map<String, String> answer = new LinkedHashMap<>();
    Optional.ofNullable(granted.getAuthorizationCode())
        .ifPresent(code -> answer.put("code", code.getTokenValue()));
    redirect(granted, answer, response);
  }

  @Override
  public void onAuthenticationFailure(
      HttpServletRequest request, HttpServletResponse response, AuthenticationException failure)
      throws IOException {
    OAuth2Error error = ((OAuth2AuthenticationException) failure).getError();
    OAuth2AuthorizationCodeRequestAuthenticationToken asked =
        failure instanceof OAuth2AuthorizationCodeRequestAuthenticationException ofRequest
            ? ofRequest.getAuthorizationCodeRequestAuthentication()
            : null;
    if (asked == null || asked.getRedirectUri() == null || asked.getRedirectUri().isBlank()) {
      stay(error, request, response);
      return;
    }
    Map<String, String> answer = new LinkedHashMap<>();
    answer.put("error", error.getErrorCode());
    Optional.ofNullable(error.getDescription())
        .ifPresent(why -> answer.put("error_description", why));
    redirect(asked, answer, response);
  }

  private void redirect(
      OAuth2AuthorizationCodeRequestAuthenticationToken asked,
      Map<String, String> answer,
      HttpServletResponse response)
      throws IOException {
    Optional.ofNullable(asked.getState()).ifPresent(state -> answer.put("state", state));
    address.origin().ifPresent(issuer -> answer.put("iss", issuer));
    UriComponentsBuilder to = UriComponentsBuilder.fromUriString(uri(asked.getRedirectUri()));
    answer.keySet().forEach(name -> to.queryParam(name, "{" + name + "}"));
    response.sendRedirect(to.encode().buildAndExpand(answer).toUriString());
  }

  private static String uri(@Nullable String uri) {
    return Optional.ofNullable(uri).orElse("");
  }

  /** The reason is one line for programs and their authors, in English. */
  private static void stay(
      OAuth2Error error, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    String why = Optional.ofNullable(error.getDescription()).orElse(error.getErrorCode());
    String forAuthor = SignInWords.FOR_ITS_AUTHOR.in(SignInLanguage.of(request));
    Html.write(
        request,
        response,
        HttpStatus.BAD_REQUEST,
        SignInWords.CANNOT_BE,
        List.of(
            "<p>" + forAuthor + "</p>",
            "<p><code>" + Html.text(error.getErrorCode()) + "</code></p>",
            "<p lang=\"en\">" + Html.text(why) + "</p>"));
  }
}
