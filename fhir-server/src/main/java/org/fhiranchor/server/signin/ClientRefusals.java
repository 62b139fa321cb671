package org.fhiranchor.server.signin;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.ServletServerHttpResponse;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.oauth2.core.http.converter.OAuth2ErrorHttpMessageConverter;
import org.springframework.security.web.authentication.AuthenticationConverter;
import org.springframework.security.web.authentication.AuthenticationFailureHandler;

/**
 * Refuses a client that did not prove who it is (RFC 6749 section 5.2): 401 with a challenge where
 * it came with the header {@code Authorization}, else 400; an introspection is always answered 401
 * (RFC 7662 section 2.3). As a converter it is the last one, and refuses who said nothing.
 */
final class ClientRefusals implements AuthenticationFailureHandler, AuthenticationConverter {
  private final OAuth2ErrorHttpMessageConverter writer = new OAuth2ErrorHttpMessageConverter();

  @Override
  public @Nullable Authentication convert(HttpServletRequest request) {
    throw new OAuth2AuthenticationException(OAuth2ErrorCodes.INVALID_CLIENT);
  }

  @Override
  public void onAuthenticationFailure(
      HttpServletRequest request, HttpServletResponse response, AuthenticationException failure)
      throws IOException {
    SecurityContextHolder.clearContext();
    String code =
        failure instanceof OAuth2AuthenticationException ours
            ? ours.getError().getErrorCode()
            : OAuth2ErrorCodes.INVALID_CLIENT;
    boolean challenged =
        request.getHeader(HttpHeaders.AUTHORIZATION) != null
            || request.getRequestURI().endsWith("/oauth2/introspect");
    ServletServerHttpResponse answer = new ServletServerHttpResponse(response);
    answer.getHeaders().setCacheControl(CacheControl.noStore());
    answer.setStatusCode(HttpStatus.BAD_REQUEST);
    if (code.equals(OAuth2ErrorCodes.INVALID_CLIENT) && challenged) {
      answer.setStatusCode(HttpStatus.UNAUTHORIZED);
      answer.getHeaders().set(HttpHeaders.WWW_AUTHENTICATE, "Basic realm=\"FHIR Anchor\"");
    }
    // Which check failed is not said.
    writer.write(new OAuth2Error(code), null, answer);
  }
}
