package org.fhiranchor.interceptors.gate.search;

import ca.uhn.fhir.rest.api.Constants;
import ca.uhn.fhir.rest.api.SummaryEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.RestfulServerUtils;
import ca.uhn.fhir.rest.server.method.ElementsParameter;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Whether HAPI writes the entries of a Bundle into the answer to a request that finds them. */
public final class WrittenEntries {
  private static final String BUNDLE = "Bundle.";
  private static final String ENTRY = "Bundle.entry";

  private WrittenEntries() {}

  /**
   * Whether it leaves them out, as its encoder is told by the request: to count alone ({@code
   * _summary=count}, {@code _count=0}), or elements of the Bundle that these are not.
   */
  public static boolean areLeftOut(RequestDetails request) {
    return RestfulServerUtils.determineSummaryMode(request).equals(Set.of(SummaryEnum.COUNT))
        || isCountNone(request)
        || elements(request, true).anyMatch(ENTRY::equals)
        || areOthersAskedFor(request);
  }

  private static boolean isCountNone(RequestDetails request) {
    return Stream.of(request.getParameters().getOrDefault(Constants.PARAM_COUNT, new String[0]))
        .findFirst()
        .filter("0"::equals)
        .isPresent();
  }

  private static boolean areOthersAskedFor(RequestDetails request) {
    return elements(request, false).anyMatch(element -> element.startsWith(BUNDLE))
        && elements(request, false).noneMatch(element -> element.startsWith(ENTRY));
  }

  private static Stream<String> elements(RequestDetails request, boolean excluded) {
    return Optional.ofNullable(ElementsParameter.getElementsValueOrNull(request, excluded)).stream()
        .flatMap(Set::stream);
  }
}
