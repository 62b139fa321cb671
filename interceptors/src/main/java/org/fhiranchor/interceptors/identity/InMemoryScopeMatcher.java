package org.fhiranchor.interceptors.identity;

import ca.uhn.fhir.context.RuntimeSearchParam;
import ca.uhn.fhir.jpa.searchparam.SearchParameterMap;
import ca.uhn.fhir.jpa.searchparam.matcher.InMemoryMatchResult;
import ca.uhn.fhir.jpa.searchparam.matcher.SearchParamMatcher;
import ca.uhn.fhir.rest.api.RestSearchParameterTypeEnum;
import ca.uhn.fhir.rest.param.TokenOrListParam;
import ca.uhn.fhir.rest.server.util.ISearchParamRegistry;
import ca.uhn.fhir.rest.server.util.ISearchParamRegistry.SearchParamLookupContextEnum;
import org.fhiranchor.interceptors.identity.scope.ScopeQuery;
import org.fhiranchor.interceptors.identity.scope.SmartScope;
import org.hl7.fhir.instance.model.api.IBaseResource;

/**
 * By HAPI's own matcher, which extracts from a resource what the index of a search would hold. Of
 * token parameters alone: of the others it ignores some, and finds more than a search with some
 * (docs/decide/narrowed-scopes.md).
 */
public final class InMemoryScopeMatcher implements ScopeMatcher {
  /** Served out of the journal, where nothing is matched. */
  private static final String FROM_JOURNAL = "AuditEvent";

  private final ISearchParamRegistry parameters;
  private final SearchParamMatcher matcher;

  /** Matches by these definitions of search parameters. */
  public InMemoryScopeMatcher(ISearchParamRegistry parameters, SearchParamMatcher matcher) {
    this.parameters = parameters;
    this.matcher = matcher;
  }

  @Override
  public boolean isExact(SmartScope scope) {
    return scope.query().stream()
        .allMatch(query -> !scope.type().equals(FROM_JOURNAL) && isExact(scope.type(), query));
  }

  private boolean isExact(String type, ScopeQuery query) {
    return query.terms().stream().allMatch(term -> isToken(type, term.name()));
  }

  private boolean isToken(String type, String name) {
    RuntimeSearchParam parameter =
        parameters.getActiveSearchParam(type, name, SearchParamLookupContextEnum.SEARCH);
    return parameter != null && parameter.getParamType() == RestSearchParameterTypeEnum.TOKEN;
  }

  @Override
  public boolean matches(ScopeQuery query, IBaseResource resource) {
    if (!isExact(resource.fhirType(), query)) {
      return false;
    }
    InMemoryMatchResult result = matcher.match(search(query), resource);
    return result.supported() && result.matched();
  }

  private static SearchParameterMap search(ScopeQuery query) {
    SearchParameterMap search = new SearchParameterMap();
    for (ScopeQuery.Term term : query.terms()) {
      TokenOrListParam either = new TokenOrListParam();
      term.values()
          .forEach(token -> either.add(token.system().orElse(null), token.code().orElse(null)));
      search.add(term.name(), either);
    }
    return search;
  }
}
