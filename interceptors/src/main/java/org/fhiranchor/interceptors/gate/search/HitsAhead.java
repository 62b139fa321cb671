package org.fhiranchor.interceptors.gate.search;

import ca.uhn.fhir.jpa.dao.ISearchBuilder;
import ca.uhn.fhir.jpa.interceptor.JpaPreResourceAccessDetails;
import ca.uhn.fhir.jpa.model.dao.JpaPid;
import java.util.List;

/**
 * Hits that are looked at to find out which of them HAPI is given: not all of them are found by the
 * search.
 */
public final class HitsAhead extends JpaPreResourceAccessDetails {
  HitsAhead(List<JpaPid> hits, ISearchBuilder<?> loader) {
    super(hits, () -> loader);
  }
}
