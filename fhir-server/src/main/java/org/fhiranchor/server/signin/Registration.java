package org.fhiranchor.server.signin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.servlet.http.HttpServletRequest;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.fhiranchor.interceptors.identity.ScopeMatcher;
import org.fhiranchor.interceptors.identity.scope.Role;
import org.fhiranchor.interceptors.identity.token.BearerTokens;
import org.fhiranchor.interceptors.identity.token.TokenDecoder;
import org.fhiranchor.interceptors.identity.token.TokenResult;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.crypto.factory.PasswordEncoderFactories;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;

/**
 * Registers apps (RFC 7591). Any app on this machine may register to sign people in, since a person
 * is asked each time. A back-end service, which nobody is asked about, needs a token of an
 * operator: without it any page that a browser on this machine shows could make itself one.
 */
@Controller
final class Registration {
  static final String PATH = "/oauth2/register";
  private static final int LONGEST = 65_536;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Apps apps;
  private final BearerTokens tokens;
  private final ScopeMatcher matcher;
  private final Clock clock;
  private final SecureRandom random = new SecureRandom();
  private final PasswordEncoder secrets =
      PasswordEncoderFactories.createDelegatingPasswordEncoder();

  Registration(Apps apps, TokenDecoder decoder, ScopeMatcher matcher, Clock clock) {
    this.apps = apps;
    this.matcher = matcher;
    this.tokens = new BearerTokens(decoder);
    this.clock = clock;
  }

  @PostMapping(path = PATH, consumes = MediaType.APPLICATION_JSON_VALUE)
  ResponseEntity<String> register(HttpServletRequest request, @RequestBody String body) {
    try {
      RegistrationRequest asked = RegistrationRequest.read(json(body));
      if (asked.isService() && !isOperator(request)) {
        return refused(
            HttpStatus.UNAUTHORIZED,
            new RegistrationRefusedException(
                "invalid_token",
                "client_credentials: want the token of an operator, make token ROLE=operator"));
      }
      asked.wantExact(matcher);
      return registered(asked);
    } catch (RegistrationRefusedException why) {
      return refused(HttpStatus.BAD_REQUEST, why);
    }
  }

  private static JsonNode json(String body) {
    try {
      JsonNode read = body.length() > LONGEST ? null : JSON.readTree(body);
      if (read != null && read.isObject()) {
        return read;
      }
    } catch (JsonProcessingException notJson) {
      throw new RegistrationRefusedException("want a JSON object", notJson);
    }
    throw new RegistrationRefusedException(
        "invalid_client_metadata", "want a JSON object of at most 64 kB");
  }

  private boolean isOperator(HttpServletRequest request) {
    return tokens.check(Collections.list(request.getHeaders("Authorization")))
            instanceof TokenResult.Valid valid
        && valid.requester().has(Role.OPERATOR);
  }

  private ResponseEntity<String> registered(RegistrationRequest asked) {
    Optional<String> secret = asked.hasSecret() ? Optional.of(secret()) : Optional.empty();
    App app =
        asked.app(
            UUID.randomUUID().toString(),
            secret.map(secrets::encode),
            clock.instant().getEpochSecond());
    if (!apps.add(app)) {
      throw new RegistrationRefusedException(
          "invalid_client_metadata",
          "want at most %d clients that people have signed in to, that many are registered; see issuer/clients.json"
              .formatted(Apps.MOST));
    }
    ObjectNode answer = JSON.valueToTree(app);
    answer.remove(List.of("client_secret_hash", "trusted", "unused"));
    secret.ifPresent(
        text -> {
          answer.put("client_secret", text);
          answer.put("client_secret_expires_at", 0);
        });
    return answer(HttpStatus.CREATED, answer);
  }

  private String secret() {
    byte[] bytes = new byte[32];
    random.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static ResponseEntity<String> refused(
      HttpStatus status, RegistrationRefusedException why) {
    return answer(
        status,
        JSON.createObjectNode()
            .put("error", why.error())
            .put("error_description", String.valueOf(why.getMessage())));
  }

  private static ResponseEntity<String> answer(HttpStatus status, ObjectNode body) {
    return ResponseEntity.status(status)
        .contentType(MediaType.APPLICATION_JSON)
        .cacheControl(CacheControl.noStore())
        .body(body.toString());
  }
}
