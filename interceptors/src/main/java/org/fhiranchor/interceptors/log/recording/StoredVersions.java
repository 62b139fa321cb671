package org.fhiranchor.interceptors.log.recording;

import ca.uhn.fhir.jpa.model.entity.ResourceHistoryTable;
import jakarta.persistence.EntityManagerFactory;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.fhiranchor.merkle.Statement;
import org.hibernate.engine.spi.ActionQueue;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.engine.spi.SessionImplementor;
import org.hibernate.event.service.spi.EventListenerRegistry;
import org.hibernate.event.spi.EventType;
import org.hibernate.event.spi.PostInsertEvent;
import org.hibernate.event.spi.PostInsertEventListener;
import org.hibernate.persister.entity.EntityPersister;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds what a transaction stored against what was recorded in it, before it commits (REC-5). Both
 * are collected in the transaction's own session: a row of HAPI's history when Hibernate inserts
 * it, a leaf when the recorder says so. Hibernate flushes every row before it asks here, so a row
 * that is still to come is no excuse. A difference fails the transaction: there is no leaf without
 * its version, no version without its leaf, and no answer that promises either. Costs no statement.
 */
public final class StoredVersions implements PostInsertEventListener {
  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(StoredVersions.class);

  private final transient Supplier<SessionImplementor> current;
  private final transient Map<SessionImplementor, TransactionVersions> open =
      new ConcurrentHashMap<>();

  private StoredVersions(Supplier<SessionImplementor> current) {
    this.current = current;
  }

  /**
   * Watches every history row that is inserted through this factory from now on.
   *
   * @param current the session of this thread's transaction
   */
  public static StoredVersions watch(
      EntityManagerFactory factory, Supplier<SessionImplementor> current) {
    StoredVersions watching = new StoredVersions(current);
    factory
        .unwrap(SessionFactoryImplementor.class)
        .getServiceRegistry()
        .requireService(EventListenerRegistry.class)
        .appendListeners(EventType.POST_INSERT, watching);
    return watching;
  }

  /** A leaf became pending in the transaction of this thread. */
  public void recorded(Statement.ResourceVersion version) {
    of(current.get()).recorded(version.resource().toString(), version.version());
  }

  @Override
  public void onPostInsert(PostInsertEvent event) {
    if (event.getEntity() instanceof ResourceHistoryTable row) {
      of(event.getSession())
          .stored(
              row.getResourceType() + "/" + row.getIdDt().getIdPart(),
              Long.toString(row.getVersion()));
    }
  }

  @Override
  public boolean requiresPostCommitHandling(EntityPersister persister) {
    return false;
  }

  /** Transactions that are neither committed nor rolled back. */
  int open() {
    return open.size();
  }

  private TransactionVersions of(SessionImplementor session) {
    return open.computeIfAbsent(session, this::begin);
  }

  private TransactionVersions begin(SessionImplementor session) {
    ActionQueue queue = session.getActionQueue();
    queue.registerProcess(this::compare);
    queue.registerProcess((committed, ended) -> open.remove(session));
    return new TransactionVersions();
  }

  /** Whatever a later process of the same transaction stores is collected and compared anew. */
  private void compare(SessionImplementor session) {
    TransactionVersions versions = open.remove(session);
    if (versions != null && !versions.agree()) {
      LOG.error("transaction rolled back: {}", versions);
      throw new UnrecordedVersionException(versions.toString());
    }
  }
}
