package org.fhiranchor.interceptors.log.recording;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.interceptor.model.RequestPartitionId;
import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.jpa.api.dao.IJpaDao;
import ca.uhn.fhir.jpa.dao.tx.IHapiTransactionService;
import ca.uhn.fhir.jpa.model.dao.JpaPid;
import ca.uhn.fhir.jpa.model.entity.ResourceTable;
import ca.uhn.fhir.rest.annotation.Operation;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.api.server.storage.TransactionDetails;
import java.time.Clock;
import java.util.Date;
import java.util.List;
import java.util.function.Supplier;
import org.fhiranchor.interceptors.log.recording.ResourcesWithoutVersion.Missing;
import org.fhiranchor.interceptors.log.recording.ResourcesWithoutVersion.Page;
import org.hibernate.engine.spi.SessionImplementor;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.IntegerType;
import org.hl7.fhir.r4.model.Parameters;

/**
 * {@code $end-resources-without-version}: ends each resource whose current version was never stored
 * with a deletion, which is a version with its leaf. What the lost version said is gone; its leaf
 * stays in the log. For operators alone.
 */
public final class MissingVersionsOperation {
  /** Most resources that one call ends. */
  static final int MOST = 1_000;

  /** HAPI compares a change with the last version otherwise, which there is not. */
  private static final boolean FORCED = true;

  private final Stores stores;
  private final ResourcesWithoutVersion resources;
  private final VersionRecorder recorder;
  private final MissingVersionsCheck check;

  /**
   * HAPI's parts that it works with.
   *
   * @param session the session of this thread's transaction
   */
  public record Stores(
      FhirContext context,
      DaoRegistry daos,
      IHapiTransactionService transactions,
      Supplier<SessionImplementor> session,
      Clock clock) {}

  /** Ends what it finds, and has it counted again. */
  public MissingVersionsOperation(
      Stores stores,
      ResourcesWithoutVersion resources,
      VersionRecorder recorder,
      MissingVersionsCheck check) {
    this.stores = stores;
    this.resources = resources;
    this.recorder = recorder;
    this.check = check;
  }

  /** Ends at most {@value #MOST}; to be called until {@code ended} is 0. */
  @Operation(name = "$end-resources-without-version", idempotent = false)
  public Parameters end(RequestDetails request) {
    int ended = 0;
    Page page = resources.page(ResourcesWithoutVersion.START, MissingVersionsCheck.PAGE);
    ended += end(page.missing(), MOST, request);
    while (!page.end() && ended < MOST) {
      page = resources.page(page.last(), MissingVersionsCheck.PAGE);
      ended += end(page.missing(), MOST - ended, request);
    }
    check.start();
    Parameters answer = new Parameters();
    answer.addParameter().setName("ended").setValue(new IntegerType(ended));
    return answer;
  }

  private int end(List<Missing> missing, int most, RequestDetails request) {
    int ended = 0;
    for (Missing one : missing.subList(0, Math.min(missing.size(), most))) {
      Boolean was =
          stores
              .transactions()
              .withRequest(request)
              .withRequestPartitionId(RequestPartitionId.allPartitions())
              .execute(() -> endOne(one, request));
      ended += Boolean.TRUE.equals(was) ? 1 : 0;
    }
    return ended;
  }

  /**
   * What HAPI's delete does, without the body of the last version, which there is not.
   *
   * @return whether it was still without its version; what was written or ended since it was listed
   *     is left alone
   */
  private boolean endOne(Missing missing, RequestDetails request) {
    if (!resources.isMissing(missing.key())) {
      return false;
    }
    ResourceTable row =
        stores.session().get().find(ResourceTable.class, JpaPid.fromId(missing.key()));
    IJpaDao<?> dao = (IJpaDao<?>) stores.daos().getResourceDao(missing.type());
    Date now = Date.from(stores.clock().instant());
    TransactionDetails transaction = new TransactionDetails(now);
    dao.updateEntity(request, null, row, now, true, true, transaction, FORCED, true);
    IBaseResource ended = stores.context().getResourceDefinition(missing.type()).newInstance();
    ended.setId(row.getIdDt().getValue());
    recorder.deleted(ended, request, transaction);
    return true;
  }
}
