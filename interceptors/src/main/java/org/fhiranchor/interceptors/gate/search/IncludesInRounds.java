package org.fhiranchor.interceptors.gate.search;

import ca.uhn.fhir.jpa.dao.ISearchBuilder;
import ca.uhn.fhir.jpa.model.dao.JpaPid;
import ca.uhn.fhir.jpa.model.search.SearchBuilderLoadIncludesParameters;
import ca.uhn.fhir.model.api.Include;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.fhiranchor.interceptors.gate.decision.AccessSubject;
import org.fhiranchor.interceptors.identity.scope.Permission;
import org.hl7.fhir.instance.model.api.IBaseResource;

/**
 * What comes along with hits, one step after the other. HAPI alone would take all steps of an
 * {@code :iterate} at once, and have decided at the end: then what only a hidden resource leads to
 * is there, and looks as if something shown had led to it. Asked step by step it decides after each
 * one, and the next begins at what may be shown (G5).
 */
final class IncludesInRounds {
  private final ISearchBuilder<JpaPid> builder;
  private final SearchBuilderLoadIncludesParameters<JpaPid> asked;

  IncludesInRounds(
      ISearchBuilder<JpaPid> builder, SearchBuilderLoadIncludesParameters<JpaPid> asked) {
    this.builder = builder;
    this.asked = asked;
  }

  /** What came along, the hits themselves left out, as HAPI gives it. */
  Set<JpaPid> load() {
    Set<JpaPid> hits = new HashSet<>(asked.getMatches());
    Set<JpaPid> along = new HashSet<>();
    Collection<JpaPid> from = hits;
    Collection<Include> left = Optional.ofNullable(asked.getIncludeFilters()).orElse(List.of());
    while (!from.isEmpty() && !left.isEmpty() && !isEnough(along)) {
      List<JpaPid> next = new ArrayList<>();
      for (JpaPid found : mayLeadOn(step(from, left))) {
        if (!hits.contains(found) && along.add(found)) {
          next.add(found);
        }
      }
      from = next;
      left = left.stream().filter(Include::isRecurse).toList();
    }
    return along;
  }

  private boolean isEnough(Set<JpaPid> along) {
    return asked.getMaxCount() != null && along.size() >= asked.getMaxCount();
  }

  private Set<JpaPid> step(Collection<JpaPid> from, Collection<Include> includes) {
    SearchBuilderLoadIncludesParameters<JpaPid> step = new SearchBuilderLoadIncludesParameters<>();
    step.setFhirContext(asked.getFhirContext());
    step.setEntityManager(asked.getEntityManager());
    step.setMatches(from);
    step.setIncludeFilters(includes.stream().map(Include::asNonRecursive).toList());
    step.setReverseMode(asked.isReverseMode());
    step.setLastUpdated(asked.getLastUpdated());
    step.setSearchIdOrDescription(asked.getSearchIdOrDescription());
    step.setRequestDetails(asked.getRequestDetails());
    step.setMaxCount(asked.getMaxCount());
    step.setDesiredResourceTypes(asked.getDesiredResourceTypes());
    return builder.loadIncludes(step);
  }

  /** Who refers to what is found by a search, which a right to read alone is not (SIGN-5). */
  private Collection<JpaPid> mayLeadOn(Set<JpaPid> found) {
    Optional<AccessSubject> asking =
        Optional.ofNullable(asked.getRequestDetails()).flatMap(AccessSubject::of);
    if (!asked.isReverseMode() || !asking.map(one -> one.who().isPartial()).orElse(false)) {
      return found;
    }
    List<JpaPid> all = List.copyOf(found);
    HitsAhead loaded = new HitsAhead(all, LoadedHits.over(builder));
    List<JpaPid> searchable = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      IBaseResource resource = loaded.getResource(i);
      if (resource != null
          && asking
              .flatMap(one -> one.who().level(Permission.SEARCH, resource.fhirType()))
              .isPresent()) {
        searchable.add(all.get(i));
      }
    }
    return searchable;
  }
}
