package org.fhiranchor.server.signin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.CookieManager;
import java.net.CookiePolicy;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.springframework.web.util.HtmlUtils;

/** What a browser does while somebody signs in: cookies, redirects within the server, forms. */
final class Browser {
  private static final int MOST_REDIRECTS = 10;
  private static final Pattern HIDDEN =
      Pattern.compile("<input type=\"hidden\" name=\"([^\"]*)\" value=\"([^\"]*)\">");

  private final String server;
  private final CookieManager cookies = new CookieManager(null, CookiePolicy.ACCEPT_ALL);
  private final HttpClient client = HttpClient.newBuilder().cookieHandler(cookies).build();

  Browser(String server) {
    this.server = server;
  }

  /**
   * Where the browser is: a page of the server, or an address elsewhere that it was sent to.
   *
   * @param status of the last answer of the server
   */
  record Page(URI at, int status, String body, HttpResponse<String> response) {
    /** Of a hidden field of the first form that has it. */
    String hidden(String name) {
      Matcher field = HIDDEN.matcher(body);
      while (field.find()) {
        if (field.group(1).equals(name)) {
          return HtmlUtils.htmlUnescape(field.group(2));
        }
      }
      throw new AssertionError("no field " + name + " in " + body);
    }

    /** What an app reads of the address that it was called back at. */
    Map<String, String> query() {
      return Optional.ofNullable(at.getRawQuery()).stream()
          .flatMap(query -> Arrays.stream(query.split("&")))
          .map(pair -> pair.split("=", 2))
          .collect(
              Collectors.toMap(
                  pair -> pair[0],
                  pair -> URLDecoder.decode(pair[1], StandardCharsets.UTF_8),
                  (first, second) -> first,
                  LinkedHashMap::new));
    }

    String header(String name) {
      return response.headers().firstValue(name).orElse("");
    }
  }

  Page get(String address, String... headers) {
    return follow(request(address, headers).GET().build());
  }

  Page post(String address, Map<String, String> form, String... headers) {
    return follow(
        request(address, headers)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(BodyPublishers.ofString(encoded(form)))
            .build());
  }

  /** Clicks on a person. */
  Page signInAs(Page page, String person) {
    assertThat(page.body()).contains("value=\"" + person + "\"");
    return post(
        server + "/oauth2/sign-in", Map.of("person", person, "_csrf", page.hidden("_csrf")));
  }

  /** Lets the app do all that it asked for. */
  Page allow(Page page, Map<String, String> more) {
    return allow(page, checked(page), more);
  }

  Page allow(Page page, java.util.List<String> scopes, Map<String, String> more) {
    Map<String, String> form = new LinkedHashMap<>(more);
    form.put("client_id", page.hidden("client_id"));
    form.put("state", page.hidden("state"));
    String body =
        encoded(form)
            + scopes.stream().map(scope -> "&scope=" + encode(scope)).collect(Collectors.joining());
    return follow(
        request(server + "/oauth2/authorize")
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(BodyPublishers.ofString(body))
            .build());
  }

  static java.util.List<String> checked(Page page) {
    return Pattern.compile("name=\"scope\" value=\"([^\"]*)\" checked")
        .matcher(page.body())
        .results()
        .map(found -> HtmlUtils.htmlUnescape(found.group(1)))
        .toList();
  }

  /** Value of the session's cookie. */
  Optional<String> session() {
    return cookies.getCookieStore().getCookies().stream()
        .filter(cookie -> cookie.getName().equals("fhir-anchor-sign-in"))
        .map(java.net.HttpCookie::getValue)
        .findFirst();
  }

  private static HttpRequest.Builder request(String address, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(address))
            .timeout(Duration.ofMinutes(1))
            .header("Accept", "text/html,application/xhtml+xml");
    return headers.length == 0 ? request : request.headers(headers);
  }

  private Page follow(HttpRequest first) {
    HttpRequest next = first;
    for (int hop = 0; hop < MOST_REDIRECTS; hop++) {
      HttpResponse<String> answer = send(next);
      Optional<URI> to =
          answer.headers().firstValue("Location").map(answer.request().uri()::resolve);
      if (to.isEmpty()) {
        return new Page(answer.uri(), answer.statusCode(), answer.body(), answer);
      }
      if (!to.get().toString().startsWith(server + "/oauth2/")) {
        return new Page(to.get(), answer.statusCode(), answer.body(), answer);
      }
      next = request(to.get().toString()).GET().build();
    }
    throw new AssertionError("more than " + MOST_REDIRECTS + " redirects: " + next.uri());
  }

  private HttpResponse<String> send(HttpRequest request) {
    try {
      return client.send(request, BodyHandlers.ofString());
    } catch (IOException failed) {
      throw new UncheckedIOException(request.method() + " " + request.uri(), failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(interrupted);
    }
  }

  static String encoded(Map<String, String> form) {
    return form.entrySet().stream()
        .map(field -> encode(field.getKey()) + "=" + encode(field.getValue()))
        .collect(Collectors.joining("&"));
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
