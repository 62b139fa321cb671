package org.fhiranchor.server.signin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.fhiranchor.server.signin.Browser.Page;
import org.fhiranchor.server.signin.SmartApp.Answer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.web.util.HtmlUtils;

/** The pages of signing in, in the language of whoever reads them. */
final class SignInLanguagesTest {
  private static final String ENGLISH = "Sign in as";
  private static final String GERMAN = "Anmelden als";

  /** What is the same in every language: names, codes, and what languages are called. */
  private static final Pattern BETWEEN = Pattern.compile("<[^>]*>|\n");

  private static final Pattern DATA =
      Pattern.compile(
          "<(strong|code|bdi|title|span lang=\"..\"[^>]*|a lang=\"..\"[^>]*|p lang=\"en\")>[^<]*");

  private final SignInServer server = SignInServer.shared();
  private final Browser browser = new Browser(server.address());

  private Page signIn(String query, String... headers) {
    return browser.get(server.address() + "/oauth2/sign-in" + query, headers);
  }

  private static void speaks(Page page, SignInLanguage language) {
    assertThat(page.body()).contains("<html lang=\"" + language.tag() + "\">");
    assertThat(page.header("Content-Language")).isEqualTo(language.tag());
    assertThat(page.response().headers().allValues("Vary").toString()).contains("Accept-Language");
  }

  /** What is read on a page but for what is data. */
  private static Set<String> texts(Page page) {
    String rest = DATA.matcher(page.body().replaceAll("(?s)^.*<body>", "")).replaceAll("<$1>");
    Set<String> texts = new LinkedHashSet<>();
    BETWEEN
        .splitAsStream(rest)
        .map(text -> HtmlUtils.htmlUnescape(text).trim())
        .filter(text -> text.codePoints().anyMatch(Character::isLetter))
        .forEach(texts::add);
    return texts;
  }

  private static void sharesNoText(Page english, Page german, String... data) {
    speaks(english, SignInLanguage.EN);
    speaks(german, SignInLanguage.DE);
    Set<String> shared = texts(english);
    shared.retainAll(texts(german));
    assertThat(shared).isSubsetOf(data);
    assertThat(texts(german)).hasSameSizeAs(texts(english));
  }

  @ParameterizedTest
  @DisplayName("SIGN-2l the browser's first language that is one of ours; English for all else")
  @CsvSource(
      delimiter = ';',
      value = {
        "de; DE",
        "'de-AT,en;q=0.9'; DE",
        "'fr,de;q=0.5'; DE",
        "'en-GB,de;q=0.9'; EN",
        "fr; EN",
        "*; EN",
        "'de;q=0,en'; EN",
        "'<script>;;q=x,,'; EN"
      })
  void ofBrowser(String header, SignInLanguage language) {
    Page page = signIn("", "Accept-Language", header);

    assertThat(page.status()).isEqualTo(200);
    speaks(page, language);
    assertThat(page.body()).contains(language == SignInLanguage.DE ? GERMAN : ENGLISH);
  }

  @Test
  @DisplayName("SIGN-2l a choice by hand is kept for the pages that follow; another word is none")
  void chosen() {
    speaks(signIn(""), SignInLanguage.EN);
    Page german = signIn("?lang=de&x=%22%3E&lang=fr");
    speaks(german, SignInLanguage.DE);
    assertThat(german.body()).contains("href=\"?x=%22%3E&amp;lang=en\"");
    speaks(signIn("", "Accept-Language", "en"), SignInLanguage.DE);
    speaks(signIn("?lang=fr"), SignInLanguage.DE);
    browser.signInAs(signIn("?error"), "demo-patient");
    speaks(browser.get(server.address() + "/oauth2/launch"), SignInLanguage.DE);
    speaks(signIn("?lang=en", "Accept-Language", "de"), SignInLanguage.EN);
  }

  @Test
  @DisplayName(
      "SIGN-2l an app says its reader's language (ui_locales); the reader may choose another")
  void ofApp() {
    SmartApp app = SmartApp.registered(server);
    Map<String, String> asks = app.asks("openid");
    asks.put("ui_locales", "fr de-CH en");
    Page german = browser.get(app.authorize(asks));
    speaks(german, SignInLanguage.DE);
    signIn("?lang=en");
    speaks(browser.signInAs(german, "demo-patient"), SignInLanguage.EN);
  }

  @Test
  @DisplayName("SIGN-2l no text of a page is the same in both languages, but names and codes")
  void everyText() {
    String launch = "http://127.0.0.1:9129/launch";
    Answer registered =
        SmartApp.register(
            server,
            "{\"client_name\":\"Xyz\",\"redirect_uris\":[\"http://127.0.0.1:9129/\"],"
                + "\"launch_uri\":\"%s\",\"token_endpoint_auth_method\":\"none\"}"
                    .formatted(launch));
    SmartApp app = new SmartApp(server, registered.text("client_id"), "http://127.0.0.1:9129/");
    String asks =
        app.authorize(
            app.asks("openid launch/patient launch/encounter patient/Observation.rs user/*.rs"));
    String[] names =
        DemoPeople.of(server.data()).all().stream()
            .map(DemoPerson::fullName)
            .toArray(String[]::new);

    sharesNoText(browser.get(asks), signIn("?lang=de"), names);
    browser.signInAs(signIn("?lang=en"), "demo-clinician");
    sharesNoText(browser.get(asks), german(browser.get(asks)));
    String launches = server.address() + "/oauth2/launch";
    Set<String> others = new LinkedHashSet<>(texts(browser.get(launches + "?lang=en")));
    others.removeIf(text -> SignInWordsTest.says(SignInLanguage.EN, text));
    sharesNoText(
        browser.get(launches + "?lang=en"),
        browser.get(launches + "?lang=de"),
        others.toArray(String[]::new));
    String nobody = server.address() + "/oauth2/consent?client_id=x&state=y&lang=";
    sharesNoText(browser.get(nobody + "en"), browser.get(nobody + "de"));
    String wrong = server.address() + "/oauth2/authorize?client_id=x&response_type=code&lang=";
    sharesNoText(browser.get(wrong + "en"), browser.get(wrong + "de"));
  }

  /** The same page in German. */
  private Page german(Page page) {
    return browser.get(page.at() + "&lang=de");
  }

  @Test
  @DisplayName("SIGN-2l forms that are wrong or too old are answered with a page as well")
  void forms() {
    signIn("?lang=de");
    Page old =
        browser.post(
            server.address() + "/oauth2/sign-in", Map.of("person", "demo-patient", "_csrf", "x"));
    assertThat(old.status()).isEqualTo(403);
    speaks(old, SignInLanguage.DE);
    assertThat(old.body()).contains("Diese Seite ist veraltet").doesNotContain("<nav");
    assertThat(old.header("Content-Security-Policy")).contains("default-src 'none'");
    browser.signInAs(signIn(""), "demo-patient");
    Page launch = browser.get(server.address() + "/oauth2/launch");
    Page nothing =
        browser.post(
            server.address() + "/oauth2/launch",
            Map.of("patient", "x", "app", "x", "_csrf", launch.hidden("_csrf")));
    assertThat(nothing.status()).isEqualTo(400);
    speaks(nothing, SignInLanguage.DE);
    assertThat(List.of(texts(nothing).toArray())).contains("Nichts zu starten");
  }
}
