package org.fhiranchor.interceptors.gate;

import ca.uhn.fhir.jpa.dao.IResultIterator;
import ca.uhn.fhir.jpa.dao.ISearchBuilder;
import ca.uhn.fhir.jpa.searchparam.SearchParameterMap;
import ca.uhn.fhir.rest.api.RestOperationTypeEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.api.server.storage.IResourcePersistentId;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.fhiranchor.interceptors.consent.decide.ConsentDecider;
import org.fhiranchor.interceptors.consent.decide.Possibility;
import org.jspecify.annotations.Nullable;

/**
 * Leaves out of a search what certainly would be refused, before it is loaded to be decided about
 * (GATE-5). What is left is decided as ever: only speed, and what the limits count, hang on this.
 */
public final class HitSieve {
  private static final Set<RestOperationTypeEnum> SEARCHES =
      EnumSet.of(RestOperationTypeEnum.SEARCH_TYPE, RestOperationTypeEnum.SEARCH_SYSTEM);

  /** So few hits are loaded and decided about as fast as they are looked up. */
  private static final int FEW = 20;

  /** A search for one patient's resources finds what is permitted as a whole, or refused. */
  private static final int FEW_OF_ONE_PATIENT = 500;

  private final ConsentDecider decider;
  private final PatientLinks links;
  private final GateSettings settings;
  private final Clock clock;

  HitSieve(ConsentDecider decider, PatientLinks links, GateSettings settings, Clock clock) {
    this.decider = decider;
    this.links = links;
    this.settings = settings;
    this.clock = clock;
  }

  /** That search builder, with a sieve behind its queries. */
  public static ISearchBuilder<?> over(ISearchBuilder<?> builder, Supplier<HitSieve> sieve) {
    return (ISearchBuilder<?>)
        Proxy.newProxyInstance(
            ISearchBuilder.class.getClassLoader(),
            new Class<?>[] {ISearchBuilder.class},
            (proxy, method, arguments) -> {
              Object answer = LoadedHits.invoke(builder, method, arguments);
              return isQuery(method) && answer instanceof IResultIterator<?> hits
                  ? sieve
                      .get()
                      .over(hits, (SearchParameterMap) arguments[0], (RequestDetails) arguments[2])
                  : answer;
            });
  }

  /** {@code (parameters, runtime, request, partition)}. */
  private static boolean isQuery(Method method) {
    return method.getName().equals("createQuery") && method.getParameterCount() == 4;
  }

  private <T extends IResourcePersistentId<?>> IResultIterator<T> over(
      IResultIterator<T> hits, SearchParameterMap parameters, @Nullable RequestDetails request) {
    return Optional.ofNullable(request)
        .flatMap(this::possible)
        .<IResultIterator<T>>map(
            possibility ->
                new SievedHits<>(
                    hits,
                    links,
                    possibility,
                    new SievedHits.Limits(
                        Math.min(few(parameters), settings.searchLimit()),
                        settings.searchLimit(),
                        settings.scanLimit())))
        .orElse(hits);
  }

  /** Empty where nothing can be told beforehand: no gate, nobody's request, anybody's resources. */
  private Optional<Possibility> possible(RequestDetails request) {
    boolean guarded = settings.enforced() && RequestMemory.of(request).isPresent();
    if (!guarded || !SEARCHES.contains(request.getRestOperationType())) {
      return Optional.empty();
    }
    return Asking.of(request)
        .map(asking -> decider.possible(asking.request("Patient", clock.instant())))
        .filter(possibility -> !possibility.isOfEverybody());
  }

  private static int few(SearchParameterMap parameters) {
    boolean ofOne = parameters.containsKey("patient") || parameters.containsKey("subject");
    return ofOne ? FEW_OF_ONE_PATIENT : FEW;
  }
}
