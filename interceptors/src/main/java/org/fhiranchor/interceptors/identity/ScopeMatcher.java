package org.fhiranchor.interceptors.identity;

import org.fhiranchor.interceptors.identity.scope.ScopeQuery;
import org.fhiranchor.interceptors.identity.scope.SmartScope;
import org.hl7.fhir.instance.model.api.IBaseResource;

/**
 * Matches resources against the search parameters that narrow a scope (SIGN-5). Asked by several
 * threads; looks at the resource as it is handed over, and changes nothing of it.
 */
public interface ScopeMatcher {
  /**
   * Whether every search parameter of the scope can be matched exactly: a search of this server
   * finds the same resources. Asked once for each request, and right again after a SearchParameter
   * was changed.
   */
  boolean isExact(SmartScope scope);

  /** Whether the resource matches; never when that cannot be told. */
  boolean matches(ScopeQuery query, IBaseResource resource);
}
