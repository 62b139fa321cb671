package org.fhiranchor.interceptors.erasure;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import java.util.function.Function;
import java.util.function.Predicate;
import org.hl7.fhir.instance.model.api.IBaseResource;

/**
 * Gives no id again of what was erased: the next start would erase a new patient of the old id as
 * well, and whatever was kept and still names an old id would become the new resource's patient's.
 * On the JPA registry, which sees every write, placeholders and entries of transactions included.
 */
@Interceptor
public final class ErasedIds {
  private final Tombstones tombstones;
  private final Function<String, BaseServerResponseException> refusals;

  /**
   * Asks these.
   *
   * @param refusals what is answered for a type
   */
  public ErasedIds(Tombstones tombstones, Function<String, BaseServerResponseException> refusals) {
    this.tombstones = tombstones;
    this.refusals = refusals;
  }

  /** A new resource: where it brings its id, another node may just have erased what had it. */
  @Hook(Pointcut.STORAGE_PRESTORAGE_RESOURCE_CREATED)
  public void created(IBaseResource resource) {
    refuse(resource, tombstones::isErasedByNow);
  }

  /** A new version. */
  @Hook(Pointcut.STORAGE_PRESTORAGE_RESOURCE_UPDATED)
  public void updated(IBaseResource before, IBaseResource after) {
    refuse(after, tombstones::isErased);
  }

  private void refuse(IBaseResource resource, Predicate<String> isErased) {
    String id = resource.getIdElement().getIdPart();
    if (id != null && isErased.test(resource.fhirType() + "/" + id)) {
      throw refusals.apply(resource.fhirType());
    }
  }
}
