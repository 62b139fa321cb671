package org.fhiranchor.interceptors.provenance;

import ca.uhn.fhir.rest.api.server.IBundleProvider;
import ca.uhn.fhir.rest.server.method.ResponsePage.ResponsePageBuilder;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.instance.model.api.IPrimitiveType;
import org.hl7.fhir.r4.model.Provenance;
import org.jspecify.annotations.Nullable;

/** One result of a search: what the log knows, then what is stored. */
final class LogThenStore implements IBundleProvider {
  private final LogProvenances.Found derived;
  private final IBundleProvider stored;
  private final boolean countAlone;

  LogThenStore(LogProvenances.Found derived, IBundleProvider stored, boolean countAlone) {
    this.derived = derived;
    this.stored = stored;
    this.countAlone = countAlone;
  }

  @Override
  public List<IBaseResource> getResources(int from, int to) {
    return getResources(from, to, new ResponsePageBuilder());
  }

  @Override
  public List<IBaseResource> getResources(int from, int to, ResponsePageBuilder page) {
    if (countAlone) {
      return new ArrayList<>();
    }
    int beyond = to == Integer.MAX_VALUE ? to : to + 1;
    List<Provenance> known = derived.first(beyond);
    List<IBaseResource> all =
        new ArrayList<>(known.subList(Math.min(from, known.size()), Math.min(to, known.size())));
    if (known.size() >= to) {
      // the store is not asked: whether it has more shows on the next page
      boolean more = known.size() > to || !isEmpty(stored, 0);
      page.setTotalRequestedResourcesFetched(to - from + (more ? 1 : 0));
      return all;
    }
    int next = to - known.size();
    all.addAll(stored.getResources(Math.max(0, from - known.size()), next, page));
    if (stored.size() == null) {
      boolean more = !isEmpty(stored, next);
      page.setTotalRequestedResourcesFetched(to - from + (more ? 1 : 0));
    }
    return all;
  }

  private static boolean isEmpty(IBundleProvider provider, int from) {
    Integer size = provider.size();
    return size == null ? provider.getResources(from, from + 1).isEmpty() : size <= from;
  }

  @Override
  public @Nullable Integer size() {
    Optional<Integer> known = derived.size();
    Integer rest = stored.size();
    return known.isEmpty() || rest == null ? null : Integer.valueOf(known.get() + rest);
  }

  @Override
  public @Nullable String getUuid() {
    return stored.getUuid();
  }

  @Override
  public IPrimitiveType<Date> getPublished() {
    return stored.getPublished();
  }

  @Override
  public @Nullable Integer preferredPageSize() {
    return stored.preferredPageSize();
  }
}
