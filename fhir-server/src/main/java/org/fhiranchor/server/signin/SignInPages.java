package org.fhiranchor.server.signin;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
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
    List<String> parts = new ArrayList<>();
    asking(request, response).ifPresent(app -> parts.add("<p>" + description(app) + "</p>"));
    parts.add("<form method=\"post\" action=\"" + SIGN_IN + "\">");
    parts.add(Html.hidden(csrf.getParameterName(), csrf.getToken()));
    people.all().forEach(person -> parts.add(button(person)));
    parts.add("</form>");
    return Html.answer(HttpStatus.OK, Html.page("Sign in as", parts));
  }

  private static String button(DemoPerson person) {
    return "<button type=\"submit\" name=\"person\" value=\"%s\">%s<span>%s</span></button>"
        .formatted(Html.text(person.id()), Html.text(person.fullName()), Html.text(person.label()));
  }

  private Optional<App> asking(HttpServletRequest request, HttpServletResponse response) {
    SavedRequest saved = new HttpSessionRequestCache().getRequest(request, response);
    String[] ids = saved == null ? null : saved.getParameterValues("client_id");
    return ids == null || ids.length != 1 ? Optional.empty() : apps.app(ids[0]);
  }

  /** An app that registered itself may call itself what it likes. */
  private static String description(App app) {
    return app.trusted()
        ? "The console of this server asks."
        : "An app asks that registered itself as <strong><bdi>%s</bdi></strong> and is at <code>%s</code>."
            .formatted(Html.text(app.name()), Html.text(String.join(", ", app.redirectUris())));
  }

  @GetMapping(CONSENT)
  ResponseEntity<String> consent(
      @RequestParam("client_id") String client,
      @RequestParam("state") String state,
      Authentication signedIn) {
    OAuth2Authorization asked = authorizations.findByToken(state, STATE);
    Optional<DemoPerson> person = DemoPerson.of(signedIn);
    Optional<App> app = apps.app(client);
    if (asked == null
        || person.isEmpty()
        || !person.equals(DemoPerson.of(asked.getAttribute(Principal.class.getName())))
        || !asked.getRegisteredClientId().equals(client)
        || app.isEmpty()) {
      return Html.answer(
          HttpStatus.BAD_REQUEST,
          Html.page("This page is out of date", List.of("<p>Start again from the app.</p>")));
    }
    return Html.answer(HttpStatus.OK, consentPage(person.get(), app.get(), state, asked));
  }

  private String consentPage(DemoPerson person, App app, String state, OAuth2Authorization asked) {
    OAuth2AuthorizationRequest request =
        asked.getAttribute(OAuth2AuthorizationRequest.class.getName());
    Set<String> scopes = request == null ? Set.of() : new TreeSet<>(request.getScopes());
    List<String> parts = new ArrayList<>();
    parts.add(
        "<p>You are <strong>"
            + Html.text(person.fullName())
            + "</strong>, "
            + Html.text(person.label())
            + ".</p>");
    parts.add("<p>" + description(app) + "</p>");
    parts.add("<form method=\"post\" action=\"/oauth2/authorize\">");
    parts.add(Html.hidden("client_id", app.id()));
    parts.add(Html.hidden("state", state));
    parts.add("<fieldset><legend>It may</legend>");
    for (String scope : scopes) {
      parts.add(choice(scope, " checked"));
      PersonScopes.parts(scope).forEach(part -> parts.add(choice(part, "")));
    }
    parts.add("</fieldset>");
    if (SmartTokens.needsPatient(scopes) && SmartTokens.patient(asked).isEmpty()) {
      parts.add(picker());
    }
    if (scopes.contains(SmartTokens.LAUNCH_ENCOUNTER) && SmartTokens.encounter(asked).isEmpty()) {
      parts.add(encounter("required "));
    }
    parts.add("<button class=\"main\" type=\"submit\" id=\"allow\">Allow</button></form>");
    parts.add("<form method=\"post\" action=\"/oauth2/authorize\">");
    parts.add(Html.hidden("client_id", app.id()) + Html.hidden("state", state));
    parts.add("<button type=\"submit\" id=\"deny\">Do not allow</button></form>");
    return Html.page("Allow this app?", parts);
  }

  /** No list: nobody is shown here whom no consent lets them see. */
  static String picker() {
    return "<label>Whose record (id of the Patient) <input name=\"%s\" required pattern=\"%s\"></label>"
        .formatted(ConsentRequests.PATIENT, ConsentRequests.ID.pattern());
  }

  /** Likewise without a list. */
  static String encounter(String required) {
    return "<label>Which visit (id of the Encounter) <input name=\"%s\" %spattern=\"%s\"></label>"
        .formatted(ConsentRequests.ENCOUNTER, required, ConsentRequests.ID.pattern());
  }

  /** A part of a scope is there to be given in place of the whole. */
  private static String choice(String scope, String checked) {
    String words =
        ScopeWords.of(scope).map(text -> "<span>" + Html.text(text) + "</span>").orElse("");
    return "<label><input type=\"checkbox\" name=\"scope\" value=\"%s\"%s> <code>%s</code>%s</label>"
        .formatted(Html.text(scope), checked, Html.text(scope), words);
  }
}
