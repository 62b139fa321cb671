package org.fhiranchor.interceptors.gate;

import ca.uhn.fhir.jpa.model.util.JpaConstants;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.util.UrlUtil;
import java.util.List;
import java.util.stream.Stream;
import org.fhiranchor.interceptors.gate.decision.AccessSubject;
import org.fhiranchor.interceptors.gate.decision.ExportJobs;
import org.fhiranchor.interceptors.gate.decision.Verdicts;
import org.fhiranchor.interceptors.gate.search.SearchRules;
import org.fhiranchor.interceptors.identity.RequestFacts;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Type;

/** Which bulk exports may start, and who may ask how one is doing (G11). */
final class ExportRules {
  private final ExportJobs jobs;
  private final Verdicts verdicts;
  private final SearchRules searches;

  ExportRules(ExportJobs jobs, Verdicts verdicts, SearchRules searches) {
    this.jobs = jobs;
    this.verdicts = verdicts;
    this.searches = searches;
  }

  boolean allow(
      String operation, RequestFacts facts, RequestDetails request, AccessSubject asking) {
    if (operation.equals("$export-poll-status")) {
      List<String> job = values(JpaConstants.PARAM_EXPORT_POLL_STATUS_JOB_ID, facts);
      return job.size() == 1 && jobs.isOwn(job.get(0), asking);
    }
    boolean instance =
        facts.id().map(id -> verdicts.isVisible(request, asking, facts.type(), id)).orElse(true);
    return instance
        && values(JpaConstants.PARAM_EXPORT_PATIENT, facts).stream()
            .flatMap(list -> Stream.of(list.split(",", -1)))
            .map(id -> new IdType(id).getIdPart())
            .distinct()
            .allMatch(id -> id != null && verdicts.isVisible(request, asking, "Patient", id))
        && filters(facts).allMatch(this::isDecidable);
  }

  private static Stream<String> filters(RequestFacts facts) {
    return Stream.of(
            JpaConstants.PARAM_EXPORT_TYPE_FILTER,
            JpaConstants.PARAM_EXPORT_TYPE_POST_FETCH_FILTER_URL)
        .flatMap(name -> values(name, facts).stream());
  }

  /** A filter could look through hidden resources as a search could. */
  private boolean isDecidable(String filter) {
    return Stream.of(filter.split(",(?=[A-Z][A-Za-z]+\\?)", -1))
        .map(one -> one.split("\\?", 2))
        .allMatch(
            parts ->
                parts.length < 2
                    || searches.allowUnaided(parts[0], UrlUtil.parseQueryString(parts[1])));
  }

  /** From the URL and from a Parameters body alike. */
  private static List<String> values(String name, RequestFacts facts) {
    Stream<String> query =
        facts.parameters().entrySet().stream()
            .filter(entry -> entry.getKey().equals(name))
            .flatMap(entry -> Stream.of(entry.getValue()));
    Stream<String> body =
        facts.body().stream()
            .filter(Parameters.class::isInstance)
            .flatMap(parameters -> ((Parameters) parameters).getParameter().stream())
            .filter(parameter -> name.equals(parameter.getName()))
            .map(parameter -> text(parameter.getValue()));
    return Stream.concat(query, body).distinct().toList();
  }

  private static String text(Type value) {
    return value instanceof Reference reference
        ? String.valueOf(reference.getReference())
        : String.valueOf(value == null ? null : value.primitiveValue());
  }
}
