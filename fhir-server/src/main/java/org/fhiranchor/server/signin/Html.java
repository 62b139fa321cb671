package org.fhiranchor.server.signin;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.util.HtmlUtils;

/** The few pages of signing in: no script, and one style sheet of this server. */
final class Html {
  static final String STYLE =
      """
      body { font: 16px/1.5 system-ui, sans-serif; margin: 0; color: #1a1b1e; background: #f8f9fa; }
      main { max-width: 34rem; margin: 3rem auto; padding: 1.5rem 2rem; background: #fff;
        border: 1px solid #dee2e6; border-radius: 8px; }
      h1 { font-size: 1.4rem; margin: 0 0 .5rem; }
      .notice { background: #fff3bf; border-left: 4px solid #b35900; padding: .5rem .8rem; color: #4d2600; }
      button { font: inherit; width: 100%; text-align: left; padding: .7rem 1rem; margin: .25rem 0; cursor: pointer;
        background: #fff; color: inherit; border: 1px solid #868e96; border-radius: 6px; }
      button:hover, button:focus-visible { background: #e7f5ff; border-color: #1864ab; outline: 2px solid #1864ab; }
      button.main { background: #1864ab; color: #fff; text-align: center; }
      button.main:hover, button.main:focus-visible { background: #0b3d6b; }
      button span, label span { display: block; font-size: .9rem; color: #495057; }
      fieldset { border: 1px solid #dee2e6; border-radius: 6px; margin: 1rem 0; min-width: 0; }
      label { display: block; padding: .2rem 0; }
      nav { text-align: right; font-size: .9rem; }
      nav a, nav span { display: inline-block; padding: .3rem .4rem; }
      nav span { font-weight: 600; }
      a { color: #1864ab; }
      code, label span { overflow-wrap: anywhere; }
      @media (prefers-color-scheme: dark) {
        body { color: #e9ecef; background: #141517; }
        main, button { background: #1f2023; }
        main, fieldset { border-color: #495057; }
        button span, label span { color: #ced4da; }
        button:hover, button:focus-visible { background: #1c3a5e; }
        .notice { background: #4d3800; color: #fff3bf; }
        a { color: #74c0fc; }
      }
      @media (max-width: 40rem) { main { margin: 0; padding: 1rem; border: 0; } }
      """;

  /** The light one of the same colours, in the words that SMART has for apps. */
  static final Map<String, String> APP_STYLE =
      Map.ofEntries(
          Map.entry("color_background", "#f8f9fa"),
          Map.entry("color_text", "#1a1b1e"),
          Map.entry("color_highlight", "#1864ab"),
          Map.entry("color_error", "#c92a2a"),
          Map.entry("color_success", "#2b8a3e"),
          Map.entry("color_modal_backdrop", "#495057"),
          Map.entry("dim_border_radius", "6px"),
          Map.entry("dim_font_size", "16px"),
          Map.entry("dim_spacing_size", "16px"),
          Map.entry("font_family_body", "system-ui, sans-serif"),
          Map.entry("font_family_heading", "system-ui, sans-serif"));

  private static final MediaType TYPE =
      new MediaType(MediaType.TEXT_HTML, java.nio.charset.StandardCharsets.UTF_8);

  private Html() {}

  /** Text that came from somewhere, as a part of a page. */
  static String text(String text) {
    return HtmlUtils.htmlEscape(text);
  }

  static String hidden(String name, String value) {
    return "<input type=\"hidden\" name=\"%s\" value=\"%s\">\n".formatted(text(name), text(value));
  }

  /** A whole page, as an answer of Spring's; the parts are HTML. */
  static ResponseEntity<String> answer(
      HttpServletRequest request, HttpStatusCode status, SignInWords title, List<String> parts) {
    return ResponseEntity.status(status)
        .contentType(TYPE)
        .cacheControl(CacheControl.noStore())
        .header(HttpHeaders.CONTENT_LANGUAGE, SignInLanguage.of(request).tag())
        .varyBy(HttpHeaders.ACCEPT_LANGUAGE)
        .body(page(request, title, parts));
  }

  /** The same, where Spring's pages are not reached. */
  static void write(
      HttpServletRequest request,
      HttpServletResponse response,
      HttpStatus status,
      SignInWords title,
      List<String> parts)
      throws IOException {
    response.setStatus(status.value());
    response.setContentType(TYPE.toString());
    response.setHeader(HttpHeaders.CONTENT_LANGUAGE, SignInLanguage.of(request).tag());
    response.addHeader(HttpHeaders.VARY, HttpHeaders.ACCEPT_LANGUAGE);
    response.getWriter().write(page(request, title, parts));
  }

  private static String page(HttpServletRequest request, SignInWords title, List<String> parts) {
    SignInLanguage language = SignInLanguage.of(request);
    return """
    <!DOCTYPE html>
    <html lang="%1$s">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>%2$s</title>
    <link rel="stylesheet" href="/oauth2/sign-in.css">
    </head>
    <body><main>
    %3$s
    <h1>%2$s</h1>
    <p class="notice" role="note">%4$s</p>
    %5$s
    </main></body>
    </html>
    """
        .formatted(
            language.tag(),
            title.in(language),
            languages(request, language),
            SignInWords.FOR_TRYING_OUT.in(language),
            String.join("\n", parts));
  }

  /** The same page in the others; what a form led to is nowhere else. */
  private static String languages(HttpServletRequest request, SignInLanguage now) {
    if (!request.getMethod().equals("GET")) {
      return "";
    }
    String all =
        Stream.of(SignInLanguage.values())
            .map(one -> one == now ? spoken(one) : link(one, address(request, one)))
            .collect(Collectors.joining("\n"));
    return "<nav aria-label=\"%s\">\n%s\n</nav>".formatted(SignInWords.LANGUAGE.in(now), all);
  }

  private static String spoken(SignInLanguage now) {
    return "<span lang=\"%s\" aria-current=\"true\">%s</span>".formatted(now.tag(), now.ownName());
  }

  private static String link(SignInLanguage other, String address) {
    return "<a lang=\"%s\" hreflang=\"%s\" href=\"%s\">%s</a>"
        .formatted(other.tag(), other.tag(), text(address), other.ownName());
  }

  private static String address(HttpServletRequest request, SignInLanguage language) {
    String chosen = SignInLanguage.PARAMETER + "=";
    String others =
        Stream.of(Optional.ofNullable(request.getQueryString()).orElse("").split("&"))
            .filter(pair -> !pair.isEmpty() && !pair.startsWith(chosen))
            .map(pair -> pair + "&")
            .collect(Collectors.joining());
    return "?" + others + chosen + language.tag();
  }
}
