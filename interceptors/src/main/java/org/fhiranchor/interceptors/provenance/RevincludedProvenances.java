package org.fhiranchor.interceptors.provenance;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.api.RestOperationTypeEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.api.server.ResponseDetails;
import ca.uhn.fhir.util.UrlUtil;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.fhiranchor.interceptors.identity.BundleEntries;
import org.fhiranchor.interceptors.identity.scope.Permission;
import org.fhiranchor.interceptors.identity.token.Requester;
import org.fhiranchor.merkle.ResourceKey;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.Bundle.SearchEntryMode;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.OperationOutcome.IssueSeverity;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.hl7.fhir.r4.model.Provenance;

/**
 * {@code _revinclude=Provenance:target}: puts what the log knows of the hits beside them. Belongs
 * in the registry of the RestfulServer, before the gate looks at the answer.
 */
@Interceptor
public final class RevincludedProvenances {
  /** Most of one answer, as HAPI has it for what it includes. */
  static final int MOST = 1_000;

  /** Before the gate's first look at the answer, which comes before all interceptors of others. */
  static final int ORDER = -9_500;

  private static final Set<String> MEANT = Set.of("Provenance:target", "Provenance:*");

  private final LogProvenances log;

  public RevincludedProvenances(LogProvenances log) {
    this.log = log;
  }

  /** Before the gate. */
  @Hook(value = Pointcut.SERVER_OUTGOING_RESPONSE, order = ORDER)
  public void leaving(RequestDetails request, ResponseDetails response) {
    if (!(response.getResponseResource() instanceof Bundle answer)) {
      return;
    }
    RestOperationTypeEnum asked = request.getRestOperationType();
    if (asked == RestOperationTypeEnum.SEARCH_TYPE
        || asked == RestOperationTypeEnum.SEARCH_SYSTEM
        || asked == RestOperationTypeEnum.GET_PAGE) {
      include(answer, request.getParameters(), request);
    } else if (request.getResource() instanceof Bundle questions
        && BundleEntries.areAnsweredBy(answer)) {
      for (int i = 0; i < Math.min(answer.getEntry().size(), questions.getEntry().size()); i++) {
        if (answer.getEntry().get(i).getResource() instanceof Bundle one) {
          include(one, parameters(questions.getEntry().get(i)), request);
        }
      }
    }
  }

  private static Map<String, String[]> parameters(BundleEntryComponent question) {
    String url = question.getRequest().getUrl();
    int start = url == null ? -1 : url.indexOf('?');
    return start < 0 ? Map.of() : UrlUtil.parseQueryString(url.substring(start + 1));
  }

  private void include(Bundle answer, Map<String, String[]> parameters, RequestDetails request) {
    if (answer.getType() != BundleType.SEARCHSET
        || !isAskedFor(parameters)
        || !maySearch(request)) {
      return;
    }
    Set<ResourceKey> hits = new LinkedHashSet<>();
    for (BundleEntryComponent entry : answer.getEntry()) {
      if (entry.hasResource()
          && entry.getSearch().getMode() == SearchEntryMode.MATCH
          && entry.getResource().getIdElement().hasIdPart()) {
        hits.add(
            new ResourceKey(
                entry.getResource().fhirType(), entry.getResource().getIdElement().getIdPart()));
      }
    }
    List<Provenance> all = hits.isEmpty() ? List.of() : log.of(hits, MOST + 1, request);
    all.stream().limit(MOST).forEach(one -> add(answer, one, request));
    if (all.size() > MOST) {
      tellOfMore(answer);
    }
  }

  /** What refers to a hit is found by a search; {@link TargetVisibility} asks what may be read. */
  private static boolean maySearch(RequestDetails request) {
    return Requester.of(request)
        .map(who -> who.level(Permission.SEARCH, "Provenance").isPresent())
        .orElse(true);
  }

  /** HAPI's links to further pages say {@code _include} for either. */
  private static boolean isAskedFor(Map<String, String[]> parameters) {
    boolean page = parameters.containsKey("_getpages");
    return parameters.entrySet().stream()
        .filter(
            one ->
                one.getKey().split(":", 2)[0].equals("_revinclude")
                    || (page && one.getKey().split(":", 2)[0].equals("_include")))
        .flatMap(one -> Stream.of(one.getValue()))
        .anyMatch(MEANT::contains);
  }

  private static void add(Bundle answer, Provenance one, RequestDetails request) {
    BundleEntryComponent entry = answer.addEntry();
    entry.setFullUrl(request.getFhirServerBase() + "/Provenance/" + one.getIdElement().getIdPart());
    entry.setResource(one);
    entry.getSearch().setMode(SearchEntryMode.INCLUDE);
  }

  private static void tellOfMore(Bundle answer) {
    OperationOutcome outcome = new OperationOutcome();
    outcome
        .addIssue()
        .setSeverity(IssueSeverity.WARNING)
        .setCode(IssueType.INCOMPLETE)
        .setDiagnostics(
            "more than "
                + MOST
                + " Provenances are about these hits: the newest are here; ask with"
                + " Provenance?target= for all");
    answer.addEntry().setResource(outcome).getSearch().setMode(SearchEntryMode.OUTCOME);
  }
}
