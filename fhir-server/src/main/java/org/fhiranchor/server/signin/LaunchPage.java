package org.fhiranchor.server.signin;

import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.fhiranchor.interceptors.autoconfigure.OwnAddresses;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.Authentication;
import org.springframework.security.web.csrf.CsrfToken;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.util.UriComponentsBuilder;

/** The pretended EHR, out of which an app is launched with a record open. */
@Controller
final class LaunchPage {
  static final String LAUNCH = "/oauth2/launch";

  private final Apps apps;
  private final LaunchContexts launches;
  private final OwnAddresses own;

  LaunchPage(Apps apps, LaunchContexts launches, OwnAddresses own) {
    this.apps = apps;
    this.launches = launches;
    this.own = own;
  }

  @GetMapping(LAUNCH)
  ResponseEntity<String> launchPage(HttpServletRequest request, CsrfToken csrf) {
    SignInLanguage language = SignInLanguage.of(request);
    List<String> parts = new ArrayList<>();
    parts.add("<p>" + SignInWords.STANDS_FOR_AN_EHR.in(language) + "</p>");
    parts.add("<form method=\"post\" action=\"" + LAUNCH + "\">");
    parts.add(Html.hidden(csrf.getParameterName(), csrf.getToken()));
    parts.add(SignInPages.picker(language));
    parts.add(SignInPages.encounter("", language));
    apps.launched()
        .forEach(
            app ->
                parts.add(
                    "<button type=\"submit\" name=\"app\" value=\"%s\">%s<span>%s</span></button>"
                        .formatted(
                            Html.text(app.id()),
                            Html.text(app.name()),
                            Html.text(String.valueOf(app.launchUri())))));
    parts.add("</form>");
    return Html.answer(request, HttpStatus.OK, SignInWords.LAUNCH_AN_APP, parts);
  }

  @PostMapping(LAUNCH)
  ResponseEntity<String> launch(
      HttpServletRequest request,
      @RequestParam("patient") String patient,
      @RequestParam(name = ConsentRequests.ENCOUNTER, defaultValue = "") String encounter,
      @RequestParam("app") String client,
      Authentication signedIn) {
    Optional<DemoPerson> person = DemoPerson.of(signedIn);
    Optional<App> app = apps.app(client).filter(one -> one.launchUri() != null);
    boolean visit = encounter.isEmpty() || ConsentRequests.ID.matcher(encounter).matches();
    if (person.isEmpty() || app.isEmpty() || !mayOpen(person.get(), patient) || !visit) {
      String again = SignInWords.PICK_AGAIN.in(SignInLanguage.of(request));
      return Html.answer(
          request,
          HttpStatus.BAD_REQUEST,
          SignInWords.NOTHING_TO_LAUNCH,
          List.of("<p>" + again + "</p>"));
    }
    LaunchContexts.Launch launch =
        new LaunchContexts.Launch(patient, Optional.of(encounter).filter(id -> !id.isEmpty()));
    String iss = own.get().stream().findFirst().orElse("");
    return ResponseEntity.status(HttpStatus.SEE_OTHER)
        .location(
            UriComponentsBuilder.fromUriString(String.valueOf(app.get().launchUri()))
                .queryParam("iss", "{iss}")
                .queryParam("launch", "{launch}")
                .build(iss, launches.open(person.get(), launch, app.get())))
        .build();
  }

  private boolean mayOpen(DemoPerson person, String patient) {
    return person.isPatient()
        ? person.fhirUser().equals("Patient/" + patient)
        : ConsentRequests.ID.matcher(patient).matches();
  }
}
