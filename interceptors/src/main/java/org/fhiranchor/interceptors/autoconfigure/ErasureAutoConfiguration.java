package org.fhiranchor.interceptors.autoconfigure;

import ca.uhn.fhir.batch2.api.IJobPersistence;
import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.interceptor.api.IInterceptorService;
import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.jpa.api.svc.IDeleteExpungeSvc;
import ca.uhn.fhir.jpa.dao.tx.IHapiTransactionService;
import ca.uhn.fhir.jpa.model.dao.JpaPid;
import ca.uhn.fhir.jpa.util.MemoryCacheService;
import ca.uhn.fhir.rest.server.RestfulServer;
import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import ca.uhn.fhir.rest.server.exceptions.ResourceGoneException;
import jakarta.persistence.LockTimeoutException;
import jakarta.persistence.OptimisticLockException;
import jakarta.persistence.PessimisticLockException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.apache.commons.dbcp2.BasicDataSource;
import org.fhiranchor.consent.decide.ConsentResourceId;
import org.fhiranchor.consent.facts.LocalReferences;
import org.fhiranchor.interceptors.consent.following.ConsentIndexLoader;
import org.fhiranchor.interceptors.disclosure.JournalContents;
import org.fhiranchor.interceptors.disclosure.SubjectTags;
import org.fhiranchor.interceptors.erasure.BatchJobs;
import org.fhiranchor.interceptors.erasure.EraseOperation;
import org.fhiranchor.interceptors.erasure.ErasedIds;
import org.fhiranchor.interceptors.erasure.Erasure;
import org.fhiranchor.interceptors.erasure.ErasureRows;
import org.fhiranchor.interceptors.erasure.ExportFileWrites;
import org.fhiranchor.interceptors.erasure.HapiRows;
import org.fhiranchor.interceptors.erasure.PatientRecord;
import org.fhiranchor.interceptors.erasure.Tombstones;
import org.fhiranchor.interceptors.erasure.UnknownErasures;
import org.fhiranchor.interceptors.export.ExportRunner;
import org.fhiranchor.interceptors.gate.ConsentGate;
import org.fhiranchor.interceptors.gate.decision.StoredResources;
import org.fhiranchor.interceptors.gate.decision.Unavailable;
import org.fhiranchor.interceptors.log.ChainRows;
import org.fhiranchor.interceptors.log.ConfirmedLeaves;
import org.fhiranchor.interceptors.log.CorruptLogException;
import org.fhiranchor.interceptors.log.LogStore;
import org.fhiranchor.interceptors.log.Sequencer;
import org.fhiranchor.interceptors.log.recording.BinaryReferences;
import org.fhiranchor.interceptors.log.serving.Proofs;
import org.fhiranchor.interceptors.start.StartRefusedException;
import org.fhiranchor.interceptors.store.SqlContentKeys;
import org.fhiranchor.interceptors.store.SqlErasureRows;
import org.fhiranchor.interceptors.store.SqlJournalKeys;
import org.fhiranchor.interceptors.store.SqlTombstones;
import org.fhiranchor.interceptors.store.h2.OneWriterDataSource;
import org.fhiranchor.ledger.secret.SecretFile;
import org.fhiranchor.merkle.LogSigningKey;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.UncategorizedSQLException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** The parts list of erasure (ERA-1, ERA-3). */
@AutoConfiguration(
    after = {
      AnchorAutoConfiguration.class,
      ConsentAutoConfiguration.class,
      DisclosureAutoConfiguration.class,
      ExportAutoConfiguration.class
    })
@ConditionalOnClass(RestfulServer.class)
public class ErasureAutoConfiguration {
  /** Before anything of ours runs, and long before a port is open. */
  private static final int BEFORE_ALL = LoopLifecycle.ANCHORING - 1;

  /** No bean of a data source: the server's own is the only one there. */
  @Bean(destroyMethod = "")
  SqlTombstones.Source anchorErasureKeys(AnchorSettings settings) {
    AnchorSettings.ErasureKeys keys = settings.erasureKeys();
    Path file = settings.data().toAbsolutePath().resolve("erasure");
    return keys.url().map(url -> ofAllNodes(url, keys)).orElseGet(() -> ofThisNode(file));
  }

  @Bean
  Tombstones anchorTombstones(SqlTombstones.Source source, SecureRandom anchorRandom) {
    // Without it nobody knows who must not come back.
    return opened(() -> new SqlTombstones(source, anchorRandom, InstantSource.system()));
  }

  private static <T> T opened(Supplier<T> database) {
    try {
      return database.get();
    } catch (DataAccessException away) {
      throw new StartRefusedException(
          "anchor.erasure.keys.url: the database with the tombstones cannot be read");
    } catch (CorruptLogException edited) {
      throw new StartRefusedException("anchor.erasure.keys.url: " + edited.getMessage());
    }
  }

  /** Closed where all nodes share the keys. Needs the tombstones, which let go of the database. */
  @Bean
  @Conditional(Disclosed.class)
  JournalContents anchorJournalContents(
      SqlTombstones.Source source,
      Tombstones tombstones,
      SubjectTags tags,
      SqlJournalKeys noted,
      DataSource dataSource,
      AnchorSettings settings,
      SecureRandom anchorRandom) {
    if (!isShared(settings.erasureKeys(), dataSource)) {
      return JournalContents.plain();
    }
    SqlContentKeys keys =
        opened(
            () ->
                new SqlContentKeys(
                    source, tags.closing("keys"), anchorRandom, InstantSource.system()));
    noted.openContentKeys(keys.name());
    return JournalContents.closed(
        new JournalContents.Parts(
            keys, tags.closing("contents"), anchorRandom, InstantSource.system()));
  }

  private static SqlTombstones.Source ofAllNodes(String url, AnchorSettings.ErasureKeys keys) {
    BasicDataSource pool = new BasicDataSource();
    pool.setUrl(url);
    keys.username().ifPresent(pool::setUsername);
    keys.password().ifPresent(pool::setPassword);
    return new SqlTombstones.Source(pool, () -> true, () -> {}, true, () -> close(pool));
  }

  private static void close(BasicDataSource pool) {
    try {
      pool.close();
    } catch (SQLException e) {
      throw new UncategorizedSQLException("end of the connections to the tombstones", null, e);
    }
  }

  private static SqlTombstones.Source ofThisNode(Path file) {
    // It holds the key of its tags: whoever can read it can try ids.
    SecretFile made = new SecretFile("anchor.erasure.keys", file.resolveSibling("erasure.mv.db"));
    return new SqlTombstones.Source(
        new DriverManagerDataSource("jdbc:h2:file:" + file + ";WRITE_DELAY=0;DB_CLOSE_DELAY=5"),
        made::exists,
        made::guard,
        false,
        () -> {});
  }

  @Bean
  ErasureRows anchorErasureRows(DataSource dataSource, LogStore log) {
    return new SqlErasureRows(new JdbcTemplate(dataSource));
  }

  @Bean
  BatchJobs anchorBatchJobs(IJobPersistence jobs) {
    return new BatchJobs(jobs, InstantSource.system());
  }

  @Bean
  HapiRows anchorHapiRows(
      IHapiTransactionService transactions,
      IDeleteExpungeSvc<JpaPid> expunge,
      MemoryCacheService caches,
      BatchJobs jobs) {
    return new HapiRows(
        transactions,
        expunge,
        caches,
        jobs,
        failure ->
            failure instanceof ConcurrencyFailureException
                || failure instanceof PessimisticLockException
                || failure instanceof LockTimeoutException
                || failure instanceof OptimisticLockException
                || failure instanceof DataIntegrityViolationException);
  }

  @Bean
  PatientRecord anchorPatientRecord(
      FhirContext context,
      ErasureRows rows,
      DaoRegistry daos,
      OwnAddresses own,
      BinaryReferences binaries,
      BatchJobs jobs,
      Tombstones tombstones) {
    return new PatientRecord(
        context,
        rows,
        jobs,
        tombstones,
        new LocalReferences(own),
        ConsentGate.related(new StoredResources(daos), binaries, tombstones::isErased));
  }

  @Bean
  Erasure anchorErasure(
      Tombstones tombstones,
      PatientRecord record,
      ErasureRows rows,
      HapiRows hapi,
      Sequencer sequencer,
      ChainRows chains,
      ConfirmedLeaves leaves,
      ObjectProvider<SubjectTags> tags,
      ObjectProvider<JournalContents> contents,
      ObjectProvider<ConsentIndexLoader> consents,
      ObjectProvider<ExportRunner> exports,
      SecureRandom anchorRandom) {
    return new Erasure(
        new Erasure.Parts(
            tombstones,
            record,
            rows,
            hapi,
            sequencer,
            chains,
            leaves,
            Optional.ofNullable(tags.getIfAvailable()),
            subject -> contents.ifAvailable(closed -> closed.destroy(subject)),
            gone(consents),
            () -> exports.ifAvailable(ExportRunner::endAll)),
        anchorRandom,
        InstantSource.system());
  }

  private static Consumer<Set<String>> gone(ObjectProvider<ConsentIndexLoader> consents) {
    return ids ->
        consents.ifAvailable(
            loader -> ids.stream().map(ConsentResourceId::new).forEach(loader::refresh));
  }

  @Bean
  LoopLifecycle anchorErasureLifecycle(Erasure erasure) {
    return new LoopLifecycle(() -> goOn(erasure), () -> {}, BEFORE_ALL);
  }

  /** Nothing is served while somebody is there who was erased. */
  private static void goOn(Erasure erasure) {
    try {
      erasure.goOn();
    } catch (Erasure.BusyException busy) {
      throw new StartRefusedException(
          "a patient with a tombstone is there and cannot be erased now: " + busy.getMessage());
    }
  }

  /** Where a gate is, as what is hidden, however it is asked for; else as what is gone. */
  private static Function<String, BaseServerResponseException> refusals(
      AnchorSettings.Consent consent) {
    Unavailable unavailable = new Unavailable(consent.refusalStatus());
    return type ->
        consent.enforce() == AnchorSettings.Enforcement.ON
            ? unavailable.of(type).exception()
            : new ResourceGoneException("this id was erased, and is not given again");
  }

  @Bean
  HapiRegistration anchorErasureRegistration(
      ObjectProvider<RestfulServer> servers,
      ObjectProvider<ServletRegistrationBean<?>> servlets,
      IInterceptorService jpaRegistry,
      Tombstones tombstones,
      Erasure erasure,
      BatchJobs jobs,
      Proofs proofs,
      LogSigningKey key,
      DataSource dataSource,
      AnchorSettings settings) {
    return new HapiRegistration(
        HapiRegistration.serversOf(servers, servlets),
        jpaRegistry,
        List.of(
            new ErasedIds(tombstones, refusals(settings.consent())), new ExportFileWrites(jobs)),
        List.of(),
        List.of(),
        List.of(
            new EraseOperation(
                erasure,
                proofs,
                key,
                settings.consent().refusalStatus(),
                InstantSource.system(),
                () -> hindrance(settings.erasureKeys(), dataSource))));
  }

  /** Each node must know whom the others erased: no id is given again, and no restore shows it. */
  private static Optional<String> hindrance(
      AnchorSettings.ErasureKeys keys, DataSource dataSource) {
    return isShared(keys, dataSource)
        ? Optional.empty()
        : Optional.of(
            "anchor.erasure.keys.url: want the database with the tombstones that all nodes share,"
                + " before anybody is erased");
  }

  private static boolean isShared(AnchorSettings.ErasureKeys keys, DataSource dataSource) {
    return keys.url().isPresent() || isOfThisNode(dataSource);
  }

  private static boolean isOfThisNode(DataSource dataSource) {
    String url =
        new JdbcTemplate(dataSource)
            .execute((Connection connection) -> connection.getMetaData().getURL());
    return url != null && OneWriterDataSource.isOfThisProcess(url);
  }

  @Bean
  UnknownErasures anchorUnknownErasures(
      ConfirmedLeaves leaves, ChainRows chains, Tombstones tombstones) {
    return new UnknownErasures(leaves, chains, tombstones);
  }

  /** UP: whom this node does not know, the others do, and what is erased stays erased. */
  @Bean
  HealthIndicator erasureHealthIndicator(UnknownErasures erasures) {
    return () -> {
      long unknown = erasures.count();
      return unknown == 0
          ? Health.up().build()
          : Health.up()
              .withDetail("unknown", unknown)
              .withDetail(
                  "degraded",
                  "anchor.erasure.keys.url is not the database that all nodes share, was lost or"
                      + " set back: docs/operate/officers.md")
              .build();
    };
  }
}
