package org.fhiranchor.server.signin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** A SMART app without a secret: asks, and exchanges what it gets. */
record SmartApp(SignInServer server, String clientId, String redirectUri) {
  static final String VERIFIER = "a-verifier-of-forty-three-characters-or-more-0";

  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static final ObjectMapper JSON = new ObjectMapper();

  /** An answer of the token endpoint, or of the FHIR API. */
  record Answer(int status, JsonNode json, HttpResponse<String> response) {
    String text(String field) {
      return json.path(field).asText();
    }

    String header(String name) {
      return response.headers().firstValue(name).orElse("");
    }
  }

  static SmartApp console(SignInServer server) {
    return new SmartApp(server, Apps.CONSOLE, server.address() + "/");
  }

  /** An app that registers itself, without a secret. */
  static SmartApp registered(SignInServer server) {
    String uri = "http://127.0.0.1:9123/callback";
    Answer answer =
        register(
            server,
            "{\"client_name\":\"<b>An app</b>\",\"redirect_uris\":[\"%s\"],".formatted(uri)
                + "\"grant_types\":[\"authorization_code\",\"refresh_token\"],"
                + "\"token_endpoint_auth_method\":\"none\"}");
    return new SmartApp(server, answer.text("client_id"), uri);
  }

  static Answer register(SignInServer server, String metadata, String... headers) {
    return postJson(server.address() + "/oauth2/register", metadata, headers);
  }

  /** The same under this server's new address. */
  SmartApp at(SignInServer other) {
    return new SmartApp(other, clientId, redirectUri);
  }

  /** Signs somebody in to the console and exchanges the code. */
  Answer signedIn(String person, String scope) {
    return token(exchange(code(new Browser(server.address()), person, scope)));
  }

  String code(Browser browser, String person, String scope) {
    return code(browser.signInAs(browser.get(authorize(asks(scope))), person));
  }

  static String code(Browser.Page back) {
    return Optional.ofNullable(back.query().get("code"))
        .orElseThrow(() -> new AssertionError("no code: " + back.at() + " " + back.body()));
  }

  Answer refresh(String token, String... more) {
    Map<String, String> form = new LinkedHashMap<>();
    form.put("grant_type", "refresh_token");
    form.put("refresh_token", token);
    form.put("client_id", clientId);
    for (int i = 0; i < more.length; i += 2) {
      form.put(more[i], more[i + 1]);
    }
    return token(form);
  }

  Answer revoke(String token) {
    return post(server.address() + "/oauth2/revoke", Map.of("token", token, "client_id", clientId));
  }

  /** Parameters of a good request, to be spoilt by a test. */
  Map<String, String> asks(String scope) {
    Map<String, String> asks = new LinkedHashMap<>();
    asks.put("response_type", "code");
    asks.put("client_id", clientId);
    asks.put("redirect_uri", redirectUri);
    asks.put("scope", scope);
    asks.put("state", UUID.randomUUID().toString());
    asks.put("aud", server.fhir());
    asks.put("code_challenge", challenge(VERIFIER));
    asks.put("code_challenge_method", "S256");
    return asks;
  }

  String authorize(Map<String, String> asks) {
    return server.address() + "/oauth2/authorize?" + Browser.encoded(asks);
  }

  /** What the app sends for a code. */
  Map<String, String> exchange(String code) {
    Map<String, String> form = new LinkedHashMap<>();
    form.put("grant_type", "authorization_code");
    form.put("code", code);
    form.put("redirect_uri", redirectUri);
    form.put("client_id", clientId);
    form.put("code_verifier", VERIFIER);
    return form;
  }

  Answer token(Map<String, String> form, String... headers) {
    return post(server.address() + "/oauth2/token", form, headers);
  }

  static Answer post(String address, Map<String, String> form, String... headers) {
    return postForm(address, Browser.encoded(form), headers);
  }

  static Answer postForm(String address, String form, String... headers) {
    return send(
        builder(address, headers)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(BodyPublishers.ofString(form))
            .build());
  }

  static Answer postJson(String address, String body, String... headers) {
    return send(
        builder(address, headers)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body))
            .build());
  }

  static Answer get(String address, String... headers) {
    return send(builder(address, headers).GET().build());
  }

  /** Reads below the FHIR base with a token. */
  Answer read(String path, String token) {
    return get(server.fhir() + "/" + path, "Authorization", "Bearer " + token);
  }

  private static HttpRequest.Builder builder(String address, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(address)).timeout(Duration.ofMinutes(1));
    return headers.length == 0 ? request : request.headers(headers);
  }

  private static Answer send(HttpRequest request) {
    try {
      HttpResponse<String> response = CLIENT.send(request, BodyHandlers.ofString());
      boolean json =
          response.headers().firstValue("Content-Type").filter(t -> t.contains("json")).isPresent();
      return new Answer(
          response.statusCode(),
          json && !response.body().isBlank()
              ? JSON.readTree(response.body())
              : MissingNode.getInstance(),
          response);
    } catch (IOException failed) {
      throw new UncheckedIOException(request.method() + " " + request.uri(), failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(interrupted);
    }
  }

  static String challenge(String verifier) {
    try {
      return Base64.getUrlEncoder()
          .withoutPadding()
          .encodeToString(
              MessageDigest.getInstance("SHA-256")
                  .digest(verifier.getBytes(StandardCharsets.US_ASCII)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
