package org.fhiranchor.server.signin;

import com.nimbusds.jwt.SignedJWT;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.text.ParseException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.oauth2.server.authorization.web.authentication.JwtClientAssertionAuthenticationConverter;
import org.springframework.security.web.authentication.AuthenticationConverter;

/**
 * A client that proves who it is with an assertion says its id there (RFC 7523 section 3). Spring
 * reads it from a parameter alone, which clients of SMART's back-end services leave out. Any other
 * type of assertion is a way that is not served, and no parameter stands twice (RFC 6749 section
 * 3.2).
 */
final class AssertionRequests implements AuthenticationConverter {
  private static final String CLIENT = "client_id";
  private static final String TYPE = "client_assertion_type";
  private static final String JWT = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

  private final AuthenticationConverter reader = new JwtClientAssertionAuthenticationConverter();

  @Override
  public @Nullable Authentication convert(HttpServletRequest request) {
    if (request.getParameterMap().values().stream().anyMatch(values -> values.length > 1)) {
      throw new OAuth2AuthenticationException(OAuth2ErrorCodes.INVALID_REQUEST);
    }
    String type = request.getParameter(TYPE);
    if (type != null && !type.equals(JWT)) {
      throw new OAuth2AuthenticationException(OAuth2ErrorCodes.INVALID_CLIENT);
    }
    return subject(request)
        .filter(id -> request.getParameter(CLIENT) == null)
        .map(id -> reader.convert(new Named(request, id)))
        .orElseGet(() -> reader.convert(request));
  }

  /** Whose it claims to be; its signature is checked with that client's keys. */
  private static Optional<String> subject(HttpServletRequest request) {
    try {
      String assertion = request.getParameter("client_assertion");
      return assertion == null
          ? Optional.empty()
          : Optional.ofNullable(SignedJWT.parse(assertion).getJWTClaimsSet().getSubject());
    } catch (ParseException unreadable) {
      return Optional.empty();
    }
  }

  /** The same request, with this client's id as a parameter. */
  private static final class Named extends HttpServletRequestWrapper {
    private final String id;

    private Named(HttpServletRequest request, String id) {
      super(request);
      this.id = id;
    }

    @Override
    public Map<String, String[]> getParameterMap() {
      Map<String, String[]> all = new HashMap<>(super.getParameterMap());
      all.put(CLIENT, new String[] {id});
      return all;
    }

    @Override
    public String[] getParameterValues(String name) {
      return name.equals(CLIENT) ? new String[] {id} : super.getParameterValues(name);
    }

    @Override
    public String getParameter(String name) {
      return name.equals(CLIENT) ? id : super.getParameter(name);
    }
  }
}
