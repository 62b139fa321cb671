package org.fhiranchor.interceptors.keycloak;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Somebody who signs in at Keycloak's own page, and the app that sent them there. */
final class KeycloakLogin {
  /** By client, as the realm has it. */
  private static final Map<String, String> REDIRECTS =
      Map.of("fhir-anchor-console", "https://fhir.example.org/");

  /** RFC 7636, appendix B. */
  private static final String VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

  private static final String CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
  private static final Pattern FORM = Pattern.compile("action=\"([^\"]+)\"");

  private final Keycloak keycloak;
  private final String client;
  private final String redirect;
  private final HttpClient http = HttpClient.newHttpClient();

  /** As HTTP headers carry them; Java's own jar keeps those for https back on loopback. */
  private final Map<String, String> cookies = new LinkedHashMap<>();

  KeycloakLogin(Keycloak keycloak, String client) {
    this.keycloak = keycloak;
    this.client = client;
    redirect = REDIRECTS.getOrDefault(client, "https://app.example.org/callback");
  }

  /** Signs in and exchanges the code for a token. */
  JsonNode tokens(String user, String scope) throws IOException, InterruptedException {
    HttpResponse<String> page = send(HttpRequest.newBuilder(URI.create(asks(scope, true))));
    assertThat(page.statusCode()).as(page.body()).isEqualTo(200);
    Matcher form = FORM.matcher(page.body());
    assertThat(form.find()).as(page.body()).isTrue();
    HttpResponse<String> back =
        send(
            HttpRequest.newBuilder(URI.create(form.group(1).replace("&amp;", "&")))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(
                    BodyPublishers.ofString(
                        encoded(Map.of("username", user, "password", user + "-password")))));
    Map<String, String> query = query(back);
    assertThat(query).containsKey("code").containsEntry("iss", keycloak.issuer());
    return token(
        Map.of(
            "grant_type", "authorization_code",
            "code", query.get("code"),
            "redirect_uri", redirect,
            "client_id", client,
            "code_verifier", VERIFIER));
  }

  /** Where Keycloak sends an app that asks without PKCE. */
  Map<String, String> withoutPkce() throws IOException, InterruptedException {
    return query(send(HttpRequest.newBuilder(URI.create(asks("openid", false)))));
  }

  JsonNode token(Map<String, String> form) throws IOException, InterruptedException {
    HttpResponse<String> answer =
        send(
            HttpRequest.newBuilder(URI.create(keycloak.endpoint("token")))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(encoded(form))));
    return Keycloak.read(answer.body());
  }

  private String asks(String scope, boolean pkce) {
    Map<String, String> asks = new LinkedHashMap<>();
    asks.put("response_type", "code");
    asks.put("client_id", client);
    asks.put("redirect_uri", redirect);
    asks.put("scope", scope);
    asks.put("state", "s");
    if (pkce) {
      asks.put("code_challenge", CHALLENGE);
      asks.put("code_challenge_method", "S256");
    }
    return keycloak.endpoint("auth") + "?" + encoded(asks);
  }

  private HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    if (!cookies.isEmpty()) {
      request.header(
          "Cookie",
          cookies.entrySet().stream()
              .map(one -> one.getKey() + "=" + one.getValue())
              .collect(Collectors.joining("; ")));
    }
    HttpResponse<String> answer = http.send(request.build(), BodyHandlers.ofString());
    for (String set : answer.headers().allValues("Set-Cookie")) {
      String pair = set.substring(0, (set + ";").indexOf(';'));
      cookies.put(pair.substring(0, pair.indexOf('=')), pair.substring(pair.indexOf('=') + 1));
    }
    return answer;
  }

  private Map<String, String> query(HttpResponse<String> back) {
    String to = back.headers().firstValue("Location").orElse("");
    assertThat(to).as("%s %s", back.statusCode(), back.body()).startsWith(redirect);
    Map<String, String> query = new LinkedHashMap<>();
    String text = Optional.ofNullable(URI.create(to).getQuery()).orElse("");
    for (String pair : text.split("&", -1)) {
      String[] parts = pair.split("=", 2);
      query.put(parts[0], parts[parts.length - 1]);
    }
    return query;
  }

  static String encoded(Map<String, String> form) {
    return form.entrySet().stream()
        .map(
            field ->
                field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
        .collect(Collectors.joining("&"));
  }
}
