package org.fhiranchor.server.signin;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Arrays;
import java.util.Collections;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;

/** What the pages of signing in are written in: the same as the console. */
enum SignInLanguage {
  EN("English"),
  DE("Deutsch");

  /** Of a page's own address, for who wants another one than the browser. */
  static final String PARAMETER = "lang";

  /** Of an app's request (OpenID Connect Core, section 3.1.2.1). */
  static final String OF_APPS = "ui_locales";

  private static final String CHOSEN = "fhir-anchor-language";
  private static final String OF_APP = "fhir-anchor-ui-locales";

  private final String ownName;

  SignInLanguage(String ownName) {
    this.ownName = ownName;
  }

  /** As its speakers call it. */
  String ownName() {
    return ownName;
  }

  /** For {@code lang} and {@code Content-Language}. */
  String tag() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * What was chosen by hand, now or before; else what the app asks for, else what the browser does.
   */
  static SignInLanguage of(HttpServletRequest request) {
    Optional<SignInLanguage> now = named(request.getParameter(PARAMETER));
    now.ifPresent(one -> request.getSession().setAttribute(CHOSEN, one));
    return now.or(() -> kept(request, CHOSEN))
        .or(() -> kept(request, OF_APP))
        .orElseGet(() -> ofBrowser(request));
  }

  /** Keeps for the pages that follow what this app asks for, and forgets what one before did. */
  static void keepOfApp(HttpServletRequest request) {
    Optional<SignInLanguage> asked =
        Optional.ofNullable(request.getParameter(OF_APPS)).stream()
            .flatMap(tags -> Arrays.stream(tags.split(" ")))
            .flatMap(tag -> named(Locale.forLanguageTag(tag).getLanguage()).stream())
            .findFirst();
    if (asked.isPresent()) {
      request.getSession().setAttribute(OF_APP, asked.get());
    } else if (request.getSession(false) != null) {
      request.getSession().removeAttribute(OF_APP);
    }
  }

  private static Optional<SignInLanguage> kept(HttpServletRequest request, String name) {
    return Optional.ofNullable(request.getSession(false))
        .map(session -> session.getAttribute(name))
        .map(SignInLanguage.class::cast);
  }

  /** Without the header a server would say its own machine's language. */
  private static SignInLanguage ofBrowser(HttpServletRequest request) {
    Stream<Locale> wanted =
        request.getHeader(HttpHeaders.ACCEPT_LANGUAGE) == null
            ? Stream.empty()
            : Collections.list(request.getLocales()).stream();
    return wanted.flatMap(locale -> named(locale.getLanguage()).stream()).findFirst().orElse(EN);
  }

  private static Optional<SignInLanguage> named(@Nullable String tag) {
    return Stream.of(values()).filter(one -> one.tag().equals(tag)).findFirst();
  }
}
