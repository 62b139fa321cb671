package org.fhiranchor.interceptors.gate.search;

import ca.uhn.fhir.jpa.dao.IResultIterator;
import ca.uhn.fhir.jpa.dao.ISearchBuilder;
import ca.uhn.fhir.jpa.searchparam.SearchParameterMap;
import ca.uhn.fhir.rest.api.RestOperationTypeEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.api.server.storage.IResourcePersistentId;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.fhiranchor.consent.decide.ConsentDecider;
import org.fhiranchor.consent.decide.Possibility;
import org.fhiranchor.interceptors.gate.decision.AccessSubject;
import org.fhiranchor.interceptors.gate.decision.GateSettings;

/**
 * Leaves out of a search what certainly would be refused, before it is loaded to be decided about
 * (GATE-5): in the database where {@link Narrowing} can, and again hit by hit. What is left is
 * decided as ever: only speed, and what the limits count, hang on this.
 */
public final class HitPrefilter {
  private static final Set<RestOperationTypeEnum> SEARCHES =
      EnumSet.of(
          RestOperationTypeEnum.SEARCH_TYPE,
          RestOperationTypeEnum.SEARCH_SYSTEM,
          RestOperationTypeEnum.GET_PAGE);

  /** So few hits are loaded and decided about as fast as they are looked up. */
  private static final int FEW = 20;

  /** Most pages need no more than these. */
  private static final int FIRST = 64;

  /** A search for one patient's resources finds what is permitted as a whole, or refused. */
  private static final int FEW_OF_ONE_PATIENT = 500;

  private final ConsentDecider decider;
  private final PatientLinks links;
  private final Narrowing narrowing;
  private final VisibleFirst visible;
  private final GateSettings settings;
  private final Clock clock;

  public HitPrefilter(
      ConsentDecider decider,
      PatientLinks links,
      Narrowing narrowing,
      VisibleFirst visible,
      GateSettings settings,
      Clock clock) {
    this.decider = decider;
    this.links = links;
    this.narrowing = narrowing;
    this.visible = visible;
    this.settings = settings;
    this.clock = clock;
  }

  /** That search builder, with a sieve behind its queries. */
  public static ISearchBuilder<?> over(ISearchBuilder<?> builder, Supplier<HitPrefilter> sieve) {
    return (ISearchBuilder<?>)
        Proxy.newProxyInstance(
            ISearchBuilder.class.getClassLoader(),
            new Class<?>[] {ISearchBuilder.class},
            new SievingBuilder(builder, query -> sieve.get().hits(query)));
  }

  private IResultIterator<?> hits(SearchQuery query) {
    IResultIterator<?> hits =
        possible(query)
            .<IResultIterator<?>>map(possibility -> sieved(query, possibility))
            .orElseGet(query::run);
    return query.isPaged() ? visible.among(hits, query) : hits;
  }

  private IResultIterator<?> sieved(SearchQuery query, Possibility possibility) {
    boolean ofOne = isOfOnePatient(query.parameters());
    Optional<IResultIterator<?>> narrowed =
        query
            .type()
            .filter(type -> !ofOne)
            .flatMap(type -> narrowing.hits(type, possibility, query));
    int few = Math.min(ofOne ? FEW_OF_ONE_PATIENT : FEW, settings.searchLimit());
    int first = query.isPaged() ? Math.max(FIRST, few) : PatientLinks.MOST;
    return sieved(
        narrowed.orElseGet(query::run),
        possibility,
        new SievedHits.Limits(few, first, settings.searchLimit(), settings.scanLimit()));
  }

  private <T extends IResourcePersistentId<?>> IResultIterator<T> sieved(
      IResultIterator<T> hits, Possibility possibility, SievedHits.Limits limits) {
    return new SievedHits<>(hits, links, possibility, limits);
  }

  /** Empty where nothing can be told beforehand: nothing is refused, or anything permitted. */
  private Optional<Possibility> possible(SearchQuery query) {
    RequestDetails request = query.request();
    return AccessSubject.of(request)
        .filter(asking -> query.parameters().getEverythingMode() == null)
        .filter(asking -> settings.enforced())
        .filter(asking -> SEARCHES.contains(request.getRestOperationType()))
        .map(asking -> decider.possible(asking.request("Patient", clock.instant())))
        .filter(possibility -> !possibility.isOfEverybody());
  }

  private static boolean isOfOnePatient(SearchParameterMap parameters) {
    return parameters.containsKey("patient") || parameters.containsKey("subject");
  }
}
