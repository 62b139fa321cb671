package org.fhiranchor.interceptors.gate.search;

import ca.uhn.fhir.jpa.dao.IResultIterator;
import ca.uhn.fhir.jpa.searchparam.SearchParameterMap;
import ca.uhn.fhir.rest.api.Constants;
import ca.uhn.fhir.rest.api.SortOrderEnum;
import ca.uhn.fhir.rest.api.SortSpec;
import ca.uhn.fhir.rest.param.ReferenceOrListParam;
import ca.uhn.fhir.rest.param.ReferenceParam;
import ca.uhn.fhir.rest.param.TokenOrListParam;
import ca.uhn.fhir.rest.param.TokenParam;
import ca.uhn.fhir.rest.server.util.ISearchParamRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.consent.decide.Possibility;
import org.fhiranchor.consent.facts.GovernedTypes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the database look among the resources of the few patients who could permit, instead of among
 * all (GATE-5). Finds whatever could be permitted, or steps back: what no reference leads from to a
 * patient is looked for first, and where the search finds one of those, it is not narrowed.
 */
public final class Narrowing {
  private static final Logger LOG = LoggerFactory.getLogger(Narrowing.class);
  private static final String PATIENT = "Patient";
  private static final String ID = "_id";

  /** In the place of nobody: HAPI takes an empty list for no condition. */
  private static final PatientId NOBODY = new PatientId("-");

  private final ISearchParamRegistry registry;
  private final ResourcesWithoutPatient unlinked;
  private final int limit;

  /**
   * Narrows.
   *
   * @param limit most patients to narrow to; 0 for never
   */
  public Narrowing(ISearchParamRegistry registry, ResourcesWithoutPatient unlinked, int limit) {
    this.registry = registry;
    this.unlinked = unlinked;
    this.limit = limit;
  }

  /** The hits that could be permitted, and others; empty where that cannot be told beforehand. */
  Optional<IResultIterator<?>> hits(String type, Possibility possibility, SearchQuery query) {
    boolean governed = GovernedTypes.kindOf(type) == GovernedTypes.Kind.ALWAYS;
    if (limit == 0 || !governed || !query.isEverywhere()) {
      return Optional.empty();
    }
    return possibility
        .patients(limit)
        .map(patients -> patients.isEmpty() ? Set.of(NOBODY) : patients)
        .flatMap(
            patients -> type.equals(PATIENT) ? own(patients, query) : of(type, patients, query));
  }

  /** A patient's own resource belongs to the patient. */
  private static Optional<IResultIterator<?>> own(Set<PatientId> patients, SearchQuery query) {
    List<String> ids = patients.stream().map(PatientId::value).toList();
    return Optional.of(query.run(inUsualOrder(withIds(query.parameters(), ids))));
  }

  /**
   * By HAPI's own key where no order is asked for, as without narrowing on H2: the answer must not
   * depend on whether a type was looked through already.
   */
  private static SearchParameterMap inUsualOrder(SearchParameterMap narrowed) {
    if (narrowed.getSort() == null) {
      narrowed.setSort(new SortSpec(Constants.PARAM_PID, SortOrderEnum.ASC));
    }
    return narrowed;
  }

  private Optional<IResultIterator<?>> of(String type, Set<PatientId> patients, SearchQuery query) {
    List<String> paths = OwnerParameter.paths(registry, type);
    if (!OwnerParameter.isKnown(registry, type, paths)) {
      return Optional.empty();
    }
    return unlinked
        .of(type, paths)
        .filter(ids -> ids.isEmpty() || !finds(query, withIds(query.parameters(), ids)))
        .map(none -> OwnerParameter.during(type, paths, () -> started(query, patients)));
  }

  private static boolean finds(SearchQuery query, SearchParameterMap parameters) {
    try (IResultIterator<?> hits = query.run(parameters)) {
      return hits.hasNext();
    } catch (IOException failed) {
      throw new UncheckedIOException("closing a search for unlinked resources", failed);
    }
  }

  /** HAPI builds a query when its first hit is asked for. */
  private static IResultIterator<?> started(SearchQuery query, Set<PatientId> patients) {
    ReferenceOrListParam owners = new ReferenceOrListParam();
    patients.forEach(owner -> owners.add(new ReferenceParam(PATIENT, "", owner.value())));
    SearchParameterMap narrowed = query.parameters().clone();
    narrowed.add(OwnerParameter.NAME, owners);
    IResultIterator<?> hits = query.run(inUsualOrder(narrowed));
    LOG.debug("search narrowed patients={} found={}", patients.size(), hits.hasNext());
    return hits;
  }

  private static SearchParameterMap withIds(SearchParameterMap all, Collection<String> ids) {
    TokenOrListParam any = new TokenOrListParam();
    ids.forEach(id -> any.add(new TokenParam(id)));
    SearchParameterMap narrowed = all.clone();
    narrowed.add(ID, any);
    return narrowed;
  }
}
