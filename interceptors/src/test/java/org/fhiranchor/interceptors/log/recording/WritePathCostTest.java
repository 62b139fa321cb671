package org.fhiranchor.interceptors.log.recording;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.rest.api.server.storage.TransactionDetails;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.fhiranchor.interceptors.log.LogStore;
import org.fhiranchor.interceptors.log.PendingSeal;
import org.fhiranchor.interceptors.store.AnchorSchema;
import org.fhiranchor.interceptors.store.SqlLogStore;
import org.fhiranchor.merkle.LogSigningKey;
import org.h2.jdbcx.JdbcDataSource;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Patient;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.transaction.support.TransactionTemplate;

/** What the recorder asks of the database, seen from the connection. */
final class WritePathCostTest {
  private final SecureRandom random = new SecureRandom();
  private final JdbcDataSource data = new JdbcDataSource();
  private final List<String> calls = new ArrayList<>();

  @BeforeEach
  void tables() {
    data.setUrl("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
    AnchorSchema.migrate(data);
    AnchorSchema.openLog(
        new JdbcTemplate(data), LogSigningKey.generate("example.org/cost", random).verifierKey());
  }

  @Test
  @DisplayName("REC-4 a version costs one insert and no read: created, updated or deleted")
  void oneInsertEach() {
    VersionRecorder recorder = recorder();
    recorder.created(patient(1), null, new TransactionDetails());
    recorder.updated(patient(1), patient(2), null, new TransactionDetails());
    recorder.deleted(patient(3), null, new TransactionDetails());
    assertThat(calls)
        .hasSize(3)
        .allSatisfy(sql -> assertThat(sql).startsWith("insert into anchor_pending "));
  }

  private VersionRecorder recorder() {
    Seen seen = new Seen(data, calls);
    LogStore store =
        new SqlLogStore(
            new JdbcTemplate(seen),
            new TransactionTemplate(new DataSourceTransactionManager(seen)),
            new PendingSeal(LogSigningKey.generate("example.org/cost", random)));
    return new VersionRecorder(
        FhirContext.forR4Cached(), store, new WhoAndWhy(), random, version -> {});
  }

  private static Patient patient(int version) {
    Patient patient = new Patient();
    patient.setId(new IdType("Patient", "p", String.valueOf(version)));
    patient.addName().setFamily("F" + version);
    return patient;
  }

  /** Notes every statement that is prepared or made on its connections. */
  private static final class Seen extends DelegatingDataSource {
    private final List<String> calls;

    Seen(JdbcDataSource data, List<String> calls) {
      super(data);
      this.calls = calls;
    }

    @Override
    public Connection getConnection() throws SQLException {
      Connection real = super.getConnection();
      return (Connection)
          Proxy.newProxyInstance(
              Connection.class.getClassLoader(),
              new Class<?>[] {Connection.class},
              (proxy, method, arguments) -> {
                if (method.getName().matches("prepare.*|createStatement|nativeSQL")) {
                  calls.add(arguments == null ? method.getName() : String.valueOf(arguments[0]));
                }
                try {
                  return method.invoke(real, arguments);
                } catch (InvocationTargetException e) {
                  throw e.getTargetException();
                }
              });
    }
  }
}
