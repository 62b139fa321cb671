package org.fhiranchor.server.signin;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.security.Principal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.core.endpoint.OAuth2AuthorizationRequest;
import org.springframework.security.oauth2.core.endpoint.OAuth2ParameterNames;
import org.springframework.security.oauth2.server.authorization.OAuth2Authorization;
import org.springframework.security.oauth2.server.authorization.OAuth2TokenType;
import org.springframework.security.web.csrf.CsrfToken;
import org.springframework.security.web.savedrequest.HttpSessionRequestCache;
import org.springframework.security.web.savedrequest.SavedRequest;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** Who are you, and what may the app do. */
@Controller
final class SignInPages {
  static final String SIGN_IN = "/oauth2/sign-in";
  static final String STYLE = "/oauth2/sign-in.css";

  /** Another style has another name: apps keep what they read here (SMART, section 2.0.12). */
  static final String APP_STYLE = "/oauth2/style-1.json";

  static final String CONSENT = "/oauth2/consent";

  private static final OAuth2TokenType STATE = new OAuth2TokenType(OAuth2ParameterNames.STATE);

  private final DemoPeople people;
  private final Apps apps;
  private final Authorizations authorizations;

  SignInPages(DemoPeople people, Apps apps, Authorizations authorizations) {
    this.people = people;
    this.apps = apps;
    this.authorizations = authorizations;
  }

  @GetMapping(STYLE)
  ResponseEntity<String> style() {
    return ResponseEntity.ok().contentType(new MediaType("text", "css")).body(Html.STYLE);
  }

  @GetMapping(path = APP_STYLE, produces = MediaType.APPLICATION_JSON_VALUE)
  ResponseEntity<Map<String, String>> appStyle() {
    return ResponseEntity.ok()
        .cacheControl(CacheControl.maxAge(Duration.ofDays(365)).immutable())
        .body(Html.APP_STYLE);
  }

  @GetMapping(SIGN_IN)
  ResponseEntity<String> signIn(
      HttpServletRequest request, HttpServletResponse response, CsrfToken csrf) {
    SignInLanguage language = SignInLanguage.of(request);
    List<String> parts = new ArrayList<>();
    asking(request, response).ifPresent(app -> parts.add(description(app, language)));
    parts.add("<form method=\"post\" action=\"" + SIGN_IN + "\">");
    parts.add(Html.hidden(csrf.getParameterName(), csrf.getToken()));
    people.all().forEach(person -> parts.add(button(person, language)));
    parts.add("</form>");
    return Html.answer(request, HttpStatus.OK, SignInWords.SIGN_IN_AS, parts);
  }

  private static String button(DemoPerson person, SignInLanguage language) {
    return "<button type=\"submit\" name=\"person\" value=\"%s\">%s<span>%s</span></button>"
        .formatted(
            Html.text(person.id()),
            Html.text(person.fullName()),
            Html.text(person.label(language)));
  }

  private Optional<App> asking(HttpServletRequest request, HttpServletResponse response) {
    SavedRequest saved = new HttpSessionRequestCache().getRequest(request, response);
    String[] ids = saved == null ? null : saved.getParameterValues("client_id");
    return ids == null || ids.length != 1 ? Optional.empty() : apps.app(ids[0]);
  }

  /** An app that registered itself may call itself what it likes. */
  private static String description(App app, SignInLanguage language) {
    String words =
        app.trusted()
            ? SignInWords.CONSOLE_ASKS.in(language)
            : SignInWords.APP_ASKS.in(
                language,
                "<strong><bdi>%s</bdi></strong>".formatted(Html.text(app.name())),
                "<code>%s</code>".formatted(Html.text(String.join(", ", app.redirectUris()))));
    return "<p>" + words + "</p>";
  }

  @GetMapping(CONSENT)
  ResponseEntity<String> consent(
      HttpServletRequest request,
      @RequestParam("client_id") String client,
      @RequestParam("state") String state,
      Authentication signedIn) {
    SignInLanguage language = SignInLanguage.of(request);
    OAuth2Authorization asked = authorizations.findByToken(state, STATE);
    Optional<DemoPerson> person = DemoPerson.of(signedIn);
    Optional<App> app = apps.app(client);
    if (asked == null
        || person.isEmpty()
        || !person.equals(DemoPerson.of(asked.getAttribute(Principal.class.getName())))
        || !asked.getRegisteredClientId().equals(client)
        || app.isEmpty()) {
      return Html.answer(
          request, HttpStatus.BAD_REQUEST, SignInWords.OUT_OF_DATE, startAgain(language));
    }
    List<String> parts = new ArrayList<>();
    String name = "<strong>" + Html.text(person.get().fullName()) + "</strong>";
    String label = Html.text(person.get().label(language));
    parts.add("<p>" + SignInWords.YOU_ARE.in(language, name, label) + "</p>");
    parts.add(description(app.get(), language));
    parts.addAll(forms(app.get(), state, asked, language));
    return Html.answer(request, HttpStatus.OK, SignInWords.ALLOW_THIS_APP, parts);
  }

  /** A form of a session that is over: the page stood open for too long. */
  static void outOfDate(
      HttpServletRequest request, HttpServletResponse response, AccessDeniedException refused)
      throws IOException {
    Html.write(
        request,
        response,
        HttpStatus.FORBIDDEN,
        SignInWords.OUT_OF_DATE,
        startAgain(SignInLanguage.of(request)));
  }

  private static List<String> startAgain(SignInLanguage language) {
    return List.of("<p>" + SignInWords.START_AGAIN.in(language) + "</p>");
  }

  private static List<String> forms(
      App app, String state, OAuth2Authorization asked, SignInLanguage language) {
    OAuth2AuthorizationRequest request =
        asked.getAttribute(OAuth2AuthorizationRequest.class.getName());
    Set<String> scopes = request == null ? Set.of() : new TreeSet<>(request.getScopes());
    List<String> parts = new ArrayList<>();
    parts.add("<form method=\"post\" action=\"/oauth2/authorize\">");
    parts.add(Html.hidden("client_id", app.id()));
    parts.add(Html.hidden("state", state));
    parts.add("<fieldset><legend>" + SignInWords.IT_MAY.in(language) + "</legend>");
    ScopeWords words = new ScopeWords(language);
    for (String scope : scopes) {
      parts.add(choice(scope, " checked", words));
      PersonScopes.parts(scope).forEach(part -> parts.add(choice(part, "", words)));
    }
    parts.add("</fieldset>");
    if (SmartTokens.needsPatient(scopes) && SmartTokens.patient(asked).isEmpty()) {
      parts.add(picker(language));
    }
    if (scopes.contains(SmartTokens.LAUNCH_ENCOUNTER) && SmartTokens.encounter(asked).isEmpty()) {
      parts.add(encounter("required ", language));
    }
    parts.add(
        "<button class=\"main\" type=\"submit\" id=\"allow\">%s</button></form>"
            .formatted(SignInWords.ALLOW.in(language)));
    parts.add("<form method=\"post\" action=\"/oauth2/authorize\">");
    parts.add(Html.hidden("client_id", app.id()) + Html.hidden("state", state));
    parts.add(
        "<button type=\"submit\" id=\"deny\">%s</button></form>"
            .formatted(SignInWords.DO_NOT_ALLOW.in(language)));
    return parts;
  }

  /** No list: nobody is shown here whom no consent lets them see. */
  static String picker(SignInLanguage language) {
    return "<label>%s <input name=\"%s\" required pattern=\"%s\"></label>"
        .formatted(
            SignInWords.WHOSE_RECORD.in(language),
            ConsentRequests.PATIENT,
            ConsentRequests.ID.pattern());
  }

  /** Likewise without a list. */
  static String encounter(String required, SignInLanguage language) {
    return "<label>%s <input name=\"%s\" %spattern=\"%s\"></label>"
        .formatted(
            SignInWords.WHICH_VISIT.in(language),
            ConsentRequests.ENCOUNTER,
            required,
            ConsentRequests.ID.pattern());
  }

  /** A part of a scope is there to be given in place of the whole. */
  private static String choice(String scope, String checked, ScopeWords words) {
    String said = words.of(scope).map(text -> "<span>" + Html.text(text) + "</span>").orElse("");
    return "<label><input type=\"checkbox\" name=\"scope\" value=\"%s\"%s> <code>%s</code>%s</label>"
        .formatted(Html.text(scope), checked, Html.text(scope), said);
  }
}
