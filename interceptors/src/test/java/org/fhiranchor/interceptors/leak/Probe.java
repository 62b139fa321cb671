package org.fhiranchor.interceptors.leak;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One thing that is asked.
 *
 * @param id unique in the probe file
 * @param surface G1 to G16
 * @param request the first request
 * @param systemScopes whether the token has system scopes in place of a user's
 * @param first who sends the first request; empty for the persona whose turn it is
 * @param then what is sent next
 * @param withConsent what somebody with a matching consent gets
 */
record Probe(
    String id,
    String surface,
    Request request,
    boolean systemScopes,
    Optional<String> first,
    List<Next> then,
    Expectation withConsent) {
  private static final Pattern PERCENT = Pattern.compile("%([0-9A-Fa-f]{2})");

  /** A request below the FHIR base. */
  record Request(String method, String path, Map<String, String> headers, String body) {
    @Override
    public String toString() {
      return method + " " + path;
    }
  }

  /** What follows an answer. */
  enum Follow {
    NEXT,
    SELF,
    REPEAT,
    POLL,
    AWAIT,
    DOWNLOAD
  }

  /** One more step, by the persona whose turn it is or by somebody else. */
  record Next(Follow follow, Optional<String> by) {}

  /** All that the asking side says, in which a hidden record's texts are no leak. */
  String said() {
    String once = decoded(request.path());
    return String.join(
        " ", request.path(), once, decoded(once), request.headers().toString(), request.body());
  }

  private static String decoded(String path) {
    return PERCENT
        .matcher(path)
        .replaceAll(
            match ->
                Matcher.quoteReplacement(
                    String.valueOf((char) Integer.parseInt(match.group(1), 16))));
  }
}
