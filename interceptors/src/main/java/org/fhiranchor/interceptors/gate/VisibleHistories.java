package org.fhiranchor.interceptors.gate;

import ca.uhn.fhir.interceptor.model.RequestPartitionId;
import ca.uhn.fhir.jpa.model.dao.JpaPid;
import ca.uhn.fhir.jpa.search.PersistedJpaBundleProviderFactory;
import ca.uhn.fhir.rest.api.server.IBundleProvider;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.param.HistorySearchStyleEnum;
import ca.uhn.fhir.rest.server.method.ResponsePage.ResponsePageBuilder;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.instance.model.api.IPrimitiveType;
import org.jspecify.annotations.Nullable;

/**
 * Pages of an instance's history, cut from the versions that the reader may see (G2). HAPI cuts
 * first and hides then: a short page, or an empty one, would tell how many hidden versions stand
 * beside the visible ones. Takes the place of HAPI's own factory.
 */
public final class VisibleHistories extends PersistedJpaBundleProviderFactory {
  @Override
  public IBundleProvider history(
      @Nullable RequestDetails request,
      String type,
      @Nullable JpaPid instance,
      @Nullable Date from,
      @Nullable Date to,
      @Nullable Integer offset,
      @Nullable HistorySearchStyleEnum style,
      RequestPartitionId partition) {
    if (instance == null || StorageGate.asking(request).isEmpty()) {
      return super.history(request, type, instance, from, to, offset, style, partition);
    }
    return new VisibleHistory(
        super.history(request, type, instance, from, to, null, style, partition),
        Optional.ofNullable(offset).orElse(0));
  }

  /** One history, for one request. */
  private static final class VisibleHistory implements IBundleProvider {
    /** Versions that are loaded at once. */
    private static final int MANY = 200;

    private final IBundleProvider all;
    private final int offset;
    private final List<IBaseResource> visible = new ArrayList<>();
    private int looked;
    private boolean ended;

    VisibleHistory(IBundleProvider all, int offset) {
      this.all = all;
      this.offset = offset;
    }

    /** Loads on, newest first, until so many are known to be visible or there are no more. */
    private void look(long count) {
      while (!ended && visible.size() < count) {
        all.getResources(looked, looked + MANY).stream()
            .filter(Objects::nonNull)
            .forEach(visible::add);
        looked += MANY;
        // HAPI does not count the one version before _at, which it shows
        ended = looked > Objects.requireNonNull(all.size());
      }
    }

    @Override
    public List<IBaseResource> getResources(int from, int to) {
      return getResources(from, to, new ResponsePageBuilder());
    }

    @Override
    public List<IBaseResource> getResources(int from, int to, ResponsePageBuilder page) {
      long last = (long) offset + to;
      look(last + 1);
      int first = (int) Math.min((long) offset + from, visible.size());
      page.setTotalRequestedResourcesFetched((int) Math.min(last + 1, visible.size()) - first);
      return List.copyOf(visible.subList(first, (int) Math.min(last, visible.size())));
    }

    /** Of the visible ones; unknown for a long history. */
    @Override
    public @Nullable Integer size() {
      look(1);
      return ended ? visible.size() : null;
    }

    @Override
    public @Nullable IPrimitiveType<Date> getPublished() {
      return all.getPublished();
    }

    @Override
    public @Nullable String getUuid() {
      return all.getUuid();
    }

    @Override
    public @Nullable Integer preferredPageSize() {
      return all.preferredPageSize();
    }
  }
}
