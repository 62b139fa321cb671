package org.fhiranchor.interceptors.identity;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.util.JSONObjectUtils;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** A small OAuth issuer over real HTTP: a discovery document, a key set, and tokens of its own. */
public final class PublishingIssuer implements AutoCloseable {
  public static final String DISCOVERY = "/.well-known/openid-configuration";

  private final HttpServer server;
  private final ECKey key;
  private final Map<String, String> pages = new ConcurrentHashMap<>();
  private final AtomicInteger asked = new AtomicInteger();

  /** It listens, and publishes nothing yet. */
  public PublishingIssuer() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      key = new ECKeyGenerator(Curve.P_256).keyID("one").generate();
    } catch (IOException | JOSEException failure) {
      throw new IllegalStateException(failure);
    }
    server.setExecutor(Executors.newCachedThreadPool());
    server.createContext("/", this::answer);
    server.start();
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    if (path.equals(DISCOVERY)) {
      asked.incrementAndGet();
    }
    byte[] page = pages.getOrDefault(path, "").getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(page.length == 0 ? 404 : 200, page.length == 0 ? -1 : page.length);
    exchange.getResponseBody().write(page);
    exchange.close();
  }

  public String address() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** How often somebody wanted the discovery document. */
  public int asked() {
    return asked.get();
  }

  /** What is published from now on: the usual, with these members in place of its own. */
  public void publish(Map<String, Object> changes) {
    Map<String, Object> document = new HashMap<>(usual());
    document.putAll(changes);
    pages.put(DISCOVERY, JSONObjectUtils.toJSONString(document));
    pages.put("/keys", new JWKSet(key.toPublicJWK()).toString());
  }

  /** Nothing is published any more. */
  public void goAway() {
    pages.clear();
  }

  private Map<String, Object> usual() {
    return Map.of(
        "issuer", address(),
        "jwks_uri", address() + "/keys",
        "authorization_endpoint", address() + "/auth",
        "token_endpoint", address() + "/token",
        "introspection_endpoint", address() + "/introspect",
        "grant_types_supported", List.of("authorization_code", "implicit", "password"),
        "code_challenge_methods_supported", List.of("plain", "S256"),
        "token_endpoint_auth_methods_supported", List.of("private_key_jwt", "none"),
        "scopes_supported",
            List.of("openid", "email", "user/*.rs", "launch/patient", "web-origins"));
  }

  /** A token that this issuer signs. */
  public String token(String audience, String scope) {
    JWTClaimsSet claims =
        new JWTClaimsSet.Builder()
            .issuer(address())
            .audience(audience)
            .subject("somebody")
            .claim("scope", scope)
            .expirationTime(Date.from(Instant.now().plusSeconds(600)))
            .build();
    SignedJWT token =
        new SignedJWT(new JWSHeader.Builder(JWSAlgorithm.ES256).keyID("one").build(), claims);
    try {
      token.sign(new ECDSASigner(key));
    } catch (JOSEException failure) {
      throw new IllegalStateException(failure);
    }
    return token.serialize();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
