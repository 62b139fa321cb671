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

  /**
   * Notes whose the links of this answer are, before it leaves. A page says the total only where
   * the answer that began the search did: whoever is counted was told then (DIS-4).
   */
  public void bind(Bundle answer, Requester who) {
    answer.getLink().stream()
        .flatMap(link -> searchIn(link.getUrl()).stream())
        .distinct()
        .forEach(search -> bind(search, answer, RequesterFingerprint.of(who)));
  }

  private void bind(String search, Bundle answer, String holder) {
    boolean begins = bindings.holder(Kind.PAGE, search).isEmpty();
    bindings.bind(Kind.PAGE, search, holder);
    if (begins && answer.hasTotal()) {
      bindings.bind(Kind.TOTAL, search, holder);
    } else if (bindings.holder(Kind.TOTAL, search).isEmpty()) {
      answer.setTotalElement(null);
    }
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
