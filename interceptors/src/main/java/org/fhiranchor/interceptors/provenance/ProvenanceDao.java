package org.fhiranchor.interceptors.provenance;

import ca.uhn.fhir.jpa.api.dao.IFhirResourceDao;
import ca.uhn.fhir.jpa.searchparam.SearchParameterMap;
import ca.uhn.fhir.rest.api.SearchTotalModeEnum;
import ca.uhn.fhir.rest.api.SummaryEnum;
import ca.uhn.fhir.rest.api.server.IBundleProvider;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;
import org.hl7.fhir.instance.model.api.IIdType;
import org.hl7.fhir.r4.model.Provenance;
import org.jspecify.annotations.Nullable;

/**
 * What HAPI's own provider for Provenance asks in place of the store: reads and searches answer
 * what the log knows as well. Whatever else is asked, and every id that is not shown, is the
 * store's to answer, so that a hidden one is answered exactly as a missing one.
 */
public final class ProvenanceDao {
  private final IFhirResourceDao<Provenance> stored;
  private final Supplier<LogProvenances> log;
  private final InstantSource clock;

  private ProvenanceDao(
      IFhirResourceDao<Provenance> stored, Supplier<LogProvenances> log, InstantSource clock) {
    this.stored = stored;
    this.log = log;
    this.clock = clock;
  }

  /** That store, with the log before it. */
  @SuppressWarnings("unchecked") // the only interface of the proxy
  public static IFhirResourceDao<Provenance> over(
      IFhirResourceDao<Provenance> stored, Supplier<LogProvenances> log, InstantSource clock) {
    ProvenanceDao dao = new ProvenanceDao(stored, log, clock);
    return (IFhirResourceDao<Provenance>)
        Proxy.newProxyInstance(
            ProvenanceDao.class.getClassLoader(),
            new Class<?>[] {IFhirResourceDao.class},
            (proxy, method, arguments) -> dao.call(method, arguments));
  }

  private @Nullable Object call(Method method, @Nullable Object @Nullable [] arguments)
      throws Throwable {
    if (arguments != null && arguments.length > 1 && arguments[1] instanceof RequestDetails who) {
      if (method.getName().equals("read") && arguments[0] instanceof IIdType id) {
        Optional<Provenance> derived = derived(id, who);
        return derived.isPresent() ? derived.get() : invoke(method, arguments);
      }
      if (method.getName().equals("search") && arguments[0] instanceof SearchParameterMap asked) {
        return search(method, arguments, asked, who);
      }
    }
    return invoke(method, arguments);
  }

  private Optional<Provenance> derived(IIdType id, RequestDetails request) {
    return id.hasVersionIdPart() || !id.hasIdPart()
        ? Optional.empty()
        : log.get().read(id.getIdPart(), request);
  }

  /** The store goes first: it refuses what is no search, and whoever may not search. */
  private @Nullable Object search(
      Method method, @Nullable Object[] arguments, SearchParameterMap asked, RequestDetails request)
      throws Throwable {
    String query = asked.toNormalizedQueryString();
    boolean counted = asked.getSearchTotalMode() == SearchTotalModeEnum.ACCURATE;
    boolean countAlone =
        asked.getSummaryMode() == SummaryEnum.COUNT || Integer.valueOf(0).equals(asked.getCount());
    if (!(invoke(method, arguments) instanceof IBundleProvider found)) {
      return null;
    }
    LogProvenances.Found derived =
        log.get().found(ProvenanceCriteria.of(query), clock.instant(), request);
    if (counted || countAlone) {
      derived.all();
    }
    return new LogThenStore(derived, found, countAlone);
  }

  private @Nullable Object invoke(Method method, @Nullable Object @Nullable [] arguments)
      throws Throwable {
    try {
      return method.invoke(stored, arguments);
    } catch (InvocationTargetException thrown) {
      throw thrown.getCause();
    }
  }
}
