package org.fhiranchor.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.fhiranchor.server.FhirHttp.Answer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class ConsoleTest {
  private static final String HTML =
      "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
  private static final Pattern NONCE = Pattern.compile("'nonce-([A-Za-z0-9+/=]{20,})'");
  private static final Pattern LOADED = Pattern.compile("(?:src|href)=\"\\./(console/[^\"]+)\"");

  private final RunningServer server = RunningServer.shared();
  private final FhirHttp http = new FhirHttp(server.address());

  @Test
  @DisplayName("CON-1 a browser gets the console at /, programs are answered as before")
  void aPageForBrowsersAlone() {
    Answer page = http.get("/", "Accept", HTML).ok();

    assertThat(page.header("Content-Type").orElseThrow()).startsWith("text/html");
    assertThat(page.text()).contains("<div id=\"root\">");
    for (String accept :
        List.of("*/*", "application/json", "application/fhir+json", "text/html;q=0", "<>")) {
      Answer program = http.get("/", "Accept", accept);
      assertThat(program.status()).as(accept).isIn(404, 406);
      assertThat(program.text()).as(accept).doesNotContain("root");
    }
    assertThat(http.get("/").status()).isEqualTo(404);
    assertThat(http.post("/", "{}", "Accept", HTML, "Content-Type", "application/json").status())
        .isGreaterThanOrEqualTo(400);
  }

  @Test
  @DisplayName("CON-1 where nobody is asked for a token a browser is led nowhere")
  void nobodySignsInHere() {
    assertThat(http.get("/fhir/Patient/none-of-this-id", "Accept", HTML).status()).isEqualTo(404);
  }

  @Test
  @DisplayName("CON-7 a page lets in its own scripts alone, and no inline script or style")
  void strictPolicy() {
    for (String path : List.of("/", "/check.html")) {
      Answer page = http.get(path, "Accept", HTML).ok();
      String policy = page.header("Content-Security-Policy").orElseThrow();

      assertThat(policy)
          .contains(
              "default-src 'none'",
              "script-src 'self';",
              "frame-ancestors 'none'",
              "base-uri 'none'")
          .doesNotContain("unsafe", "*", "data:");
      assertThat(page.text().toLowerCase(Locale.ROOT)).doesNotContain("<style", "onload=", "{{");
      assertThat(page.header("X-Content-Type-Options")).contains("nosniff");
      assertThat(page.header("X-Frame-Options")).contains("DENY");
      assertThat(page.header("Referrer-Policy")).contains("no-referrer");
      assertThat(page.header("Cache-Control")).contains("no-store");
    }
    assertThat(http.get("/", "Accept", HTML).header("Content-Security-Policy").orElseThrow())
        .contains("connect-src 'self';");
  }

  @Test
  @DisplayName("CON-7 the nonce of the style sheets is another one in each answer")
  void aNewNonceEachTime() {
    Set<String> nonces = new HashSet<>();
    for (int i = 0; i < 20; i++) {
      Answer page = http.get("/", "Accept", HTML).ok();
      String nonce =
          NONCE
              .matcher(page.header("Content-Security-Policy").orElseThrow())
              .results()
              .map((MatchResult found) -> found.group(1))
              .findFirst()
              .orElseThrow();
      assertThat(page.text()).contains("nonce=\"" + nonce + "\"");
      nonces.add(nonce);
    }
    assertThat(nonces).hasSize(20);
  }

  @Test
  @DisplayName(
      "CON-7 what a page loads comes from this server, is kept for good, and nothing else is handed"
          + " out")
  void files() {
    List<String> loaded =
        LOADED
            .matcher(http.get("/", "Accept", HTML).ok().text())
            .results()
            .map((MatchResult found) -> found.group(1))
            .toList();
    assertThat(loaded).hasSizeGreaterThan(2);
    for (String file : loaded) {
      Answer answer = http.get("/" + file).ok();
      assertThat(answer.header("Cache-Control").orElseThrow()).contains("immutable");
      assertThat(answer.header("X-Content-Type-Options")).contains("nosniff");
    }
    for (String wrong :
        List.of(
            "/console/",
            "/console/none.js",
            "/console/..%2findex.html",
            "/console/%2e%2e/index.html",
            "/console/index.html",
            "/console/.sources",
            "/console/a/b.js",
            "/index.html")) {
      Answer answer = http.get(wrong, "Accept", HTML);
      assertThat(answer.status()).as(wrong).isBetween(400, 499);
      assertThat(answer.text()).as(wrong).doesNotContain("id=\"root\"");
    }
  }

  @Test
  @DisplayName("CON-2 Swagger UI comes from this server, and is looked at again after an hour")
  void swagger() {
    for (String name : List.of("swagger-ui-bundle.js", "swagger-ui.css")) {
      Answer file = http.get("/console/" + name).ok();
      assertThat(file.text().length()).as(name).isGreaterThan(100_000);
      assertThat(file.header("Cache-Control")).contains("public, max-age=3600");
      assertThat(file.header("X-Content-Type-Options")).contains("nosniff");
    }
    assertThat(http.get("/console/swagger-ui.js").status()).isEqualTo(404);
  }
}
