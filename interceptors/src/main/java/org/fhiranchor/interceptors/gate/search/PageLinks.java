package org.fhiranchor.interceptors.gate.search;

import ca.uhn.fhir.rest.api.Constants;
import ca.uhn.fhir.util.UrlUtil;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.fhiranchor.interceptors.gate.decision.Bindings;
import org.fhiranchor.interceptors.gate.decision.Bindings.Kind;
import org.fhiranchor.interceptors.gate.decision.RequesterFingerprint;
import org.fhiranchor.interceptors.identity.token.Requester;
import org.hl7.fhir.r4.model.Bundle;

/** Ties the page links of an answer to whoever asked, and for which purpose (G3). */
public final class PageLinks {
  private final Bindings bindings;

  public PageLinks(Bindings bindings) {
    this.bindings = bindings;
  }

  /** Notes whose the links of this answer are, before it leaves. */
  public void bind(Bundle answer, Requester who) {
    answer.getLink().stream()
        .flatMap(link -> searchIn(link.getUrl()).stream())
        .distinct()
        .forEach(search -> bindings.bind(Kind.PAGE, search, RequesterFingerprint.of(who)));
  }

  /** Whether the link that these parameters come from is the requester's. */
  public boolean isOwn(Map<String, String[]> parameters, Requester who) {
    List<String> searches =
        Stream.of(parameters.getOrDefault(Constants.PARAM_PAGINGACTION, new String[0])).toList();
    return searches.size() == 1
        && bindings
            .holder(Kind.PAGE, searches.get(0))
            .filter(RequesterFingerprint.of(who)::equals)
            .isPresent();
  }

  private static Optional<String> searchIn(String url) {
    int question = url == null ? -1 : url.indexOf('?');
    if (question < 0) {
      return Optional.empty();
    }
    return Stream.of(
            UrlUtil.parseQueryString(url.substring(question + 1))
                .getOrDefault(Constants.PARAM_PAGINGACTION, new String[0]))
        .findFirst();
  }
}
