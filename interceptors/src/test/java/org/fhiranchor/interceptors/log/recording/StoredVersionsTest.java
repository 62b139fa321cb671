package org.fhiranchor.interceptors.log.recording;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.IInterceptorService;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.jpa.model.dao.JpaPid;
import ca.uhn.fhir.jpa.model.entity.ResourceEncodingEnum;
import ca.uhn.fhir.jpa.model.entity.ResourceHistoryTable;
import ca.uhn.fhir.jpa.model.entity.ResourceTable;
import ca.uhn.fhir.rest.api.server.IPreResourceAccessDetails;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.fhiranchor.interceptors.plain.RunningServer;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.Operation;
import org.fhiranchor.merkle.ResourceKey;
import org.fhiranchor.merkle.Statement;
import org.hibernate.BaseSessionEventListener;
import org.hibernate.Session;
import org.hl7.fhir.r4.model.Patient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.orm.jpa.SharedEntityManagerCreator;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** REC-5 at runtime, in a server whose own hooks or code do what they should not. */
final class StoredVersionsTest {
  private static final String DIFFER = "stored and recorded versions differ";

  private final RunningServer server = RunningServer.shared();
  private final JdbcTemplate jdbc = new JdbcTemplate(server.bean(DataSource.class));
  private final IInterceptorService hooks = server.bean(IInterceptorService.class);
  private final TransactionTemplate transaction =
      new TransactionTemplate(server.bean(PlatformTransactionManager.class));

  @AfterEach
  void nothingStaysInMemory() {
    assertThat(server.bean(StoredVersions.class).open()).isZero();
  }

  /** What a consent interceptor of somebody else does. */
  @Interceptor
  static final class Hiding {
    private final String family;

    Hiding(String family) {
      this.family = family;
    }

    @Hook(Pointcut.STORAGE_PREACCESS_RESOURCES)
    public void hide(IPreResourceAccessDetails details) {
      if (details.getResource(0) instanceof Patient patient
          && patient.getNameFirstRep().getFamily().equals(family)) {
        details.setDontReturnResourceAtIndex(0);
      }
    }
  }

  private HttpResponse<String> post(String type, String family) {
    return server.fhir(
        "POST",
        "",
        "{\"resourceType\":\"Bundle\",\"type\":\"%s\",\"entry\":[{\"resource\":{\"resourceType\":\"Patient\",\"name\":[{\"family\":\"%s\"}]},\"request\":{\"method\":\"POST\",\"url\":\"Patient\"}}]}"
            .formatted(type, family));
  }

  private long resources() {
    return jdbc.queryForObject("select count(*) from HFJ_RESOURCE", Long.class);
  }

  @Test
  @DisplayName("REC-5 a leaf without its version fails the transaction that would have lost it")
  void failsWhatWouldBeLost() {
    Hiding other = new Hiding("Vanishing");
    hooks.registerInterceptor(other);
    try {
      long before = resources();
      HttpResponse<String> transaction = post("transaction", "Vanishing");
      assertThat(transaction.statusCode()).isEqualTo(500);
      assertThat(transaction.body())
          .contains(DIFFER, "stored=0 recorded=1")
          .doesNotContain("Vanishing");
      HttpResponse<String> batch = post("batch", "Vanishing");
      assertThat(batch.body()).contains("\"500", DIFFER);
      assertThat(resources()).isEqualTo(before);
    } finally {
      hooks.unregisterInterceptor(other);
    }
    assertThat(post("transaction", "Vanishing").statusCode()).isEqualTo(200);
  }

  @Test
  @DisplayName("REC-4 REC-5 a version without its leaf fails the transaction, at no statement")
  void failsWhatIsNotRecorded() {
    server.fhir(
        "PUT", "Patient/unrecorded", "{\"resourceType\":\"Patient\",\"id\":\"unrecorded\"}");
    Statements statements = new Statements();
    assertThatThrownBy(
            () ->
                transaction.executeWithoutResult(
                    status -> insertHistory().addEventListeners(statements)))
        .hasStackTraceContaining(DIFFER)
        .hasStackTraceContaining("stored=1 recorded=0");
    assertThat(statements.prepared)
        .as("the insert itself, which the commit flushes, and nothing else")
        .isEqualTo(1);
    assertThat(
            jdbc.queryForObject(
                "select count(*) from HFJ_RES_VER v join HFJ_RESOURCE r on r.RES_ID = v.RES_ID"
                    + " where r.FHIR_ID = 'unrecorded'",
                Long.class))
        .isEqualTo(1);
  }

  /** Those of one session. */
  private static final class Statements extends BaseSessionEventListener {
    private static final long serialVersionUID = 1L;
    private int prepared;

    @Override
    public void jdbcPrepareStatementStart() {
      prepared++;
    }
  }

  private Session insertHistory() {
    EntityManager entities =
        SharedEntityManagerCreator.createSharedEntityManager(
            server.bean(EntityManagerFactory.class));
    Long pid =
        jdbc.queryForObject(
            "select RES_ID from HFJ_RESOURCE where FHIR_ID = 'unrecorded'", Long.class);
    ResourceTable row = entities.find(ResourceTable.class, JpaPid.fromId(pid));
    ResourceHistoryTable version = row.toHistory(false);
    version.setVersion(2);
    version.setEncoding(ResourceEncodingEnum.JSON);
    version.setResourceTextVc("{\"resourceType\":\"Patient\"}");
    entities.persist(version);
    return entities.unwrap(Session.class);
  }

  @Test
  @DisplayName("REC-5 a version recorded twice fails the transaction; one rolled back is forgotten")
  void failsWhatIsRecordedTwice() {
    StoredVersions versions = server.bean(StoredVersions.class);
    Statement.ResourceVersion twice =
        new Statement.ResourceVersion(
            Instant.EPOCH,
            ResourceKey.parse("Patient/twice"),
            "1",
            Operation.DELETE,
            Optional.empty(),
            Digest.of(new byte[32]),
            Optional.empty());
    assertThatThrownBy(
            () ->
                transaction.executeWithoutResult(
                    status -> List.of(twice, twice).forEach(versions::recorded)))
        .hasStackTraceContaining("repeated=1");
    transaction.executeWithoutResult(
        status -> {
          versions.recorded(twice);
          assertThat(versions.open()).isEqualTo(1);
          status.setRollbackOnly();
        });
  }
}
