package org.fhiranchor.interceptors.autoconfigure;

import ca.uhn.fhir.jpa.model.entity.ResourceHistoryTable;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.fhiranchor.interceptors.start.StartRefusedException;
import org.hibernate.engine.spi.SessionImplementor;
import org.springframework.orm.jpa.SharedEntityManagerCreator;

/** Where HAPI's own rows are written. */
final class HapiEntities {
  private HapiEntities() {}

  /**
   * The one factory that knows HAPI's history.
   *
   * @throws StartRefusedException when there is none, or more than one: versions could be stored
   *     where nobody looks
   */
  static EntityManagerFactory factory(Stream<EntityManagerFactory> all) {
    List<EntityManagerFactory> found = all.filter(HapiEntities::knowsHistory).toList();
    if (found.size() != 1) {
      throw new StartRefusedException(
          "EntityManagerFactory beans with HAPI's resource history: want 1, got " + found.size());
    }
    return found.get(0);
  }

  /** The session of the transaction that this thread is in. */
  static Supplier<SessionImplementor> session(EntityManagerFactory factory) {
    EntityManager shared = SharedEntityManagerCreator.createSharedEntityManager(factory);
    return () -> shared.unwrap(SessionImplementor.class);
  }

  private static boolean knowsHistory(EntityManagerFactory factory) {
    return factory.getMetamodel().getEntities().stream()
        .anyMatch(entity -> ResourceHistoryTable.class.equals(entity.getJavaType()));
  }
}
