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
import java.security.SecureRandom;
import java.time.Clock;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import javax.sql.DataSource;
import org.fhiranchor.consent.decide.ConsentResourceId;
import org.fhiranchor.consent.facts.LocalReferences;
import org.fhiranchor.interceptors.consent.following.ConsentIndexLoader;
import org.fhiranchor.interceptors.disclosure.JournalContents;
import org.fhiranchor.interceptors.erasure.BatchJobs;
import org.fhiranchor.interceptors.erasure.EraseOperation;
import org.fhiranchor.interceptors.erasure.ErasedIds;
import org.fhiranchor.interceptors.erasure.Erasure;
import org.fhiranchor.interceptors.erasure.ErasureRows;
import org.fhiranchor.interceptors.erasure.ExportFileWrites;
import org.fhiranchor.interceptors.erasure.HapiRows;
import org.fhiranchor.interceptors.erasure.LateDisclosures;
import org.fhiranchor.interceptors.erasure.PatientRecord;
import org.fhiranchor.interceptors.erasure.Tombstones;
import org.fhiranchor.interceptors.erasure.UnknownErasures;
import org.fhiranchor.interceptors.export.ExportRunner;
import org.fhiranchor.interceptors.gate.ConsentGate;
import org.fhiranchor.interceptors.gate.decision.AccessSubject;
import org.fhiranchor.interceptors.gate.decision.StoredResources;
import org.fhiranchor.interceptors.gate.decision.SubscriptionOwners;
import org.fhiranchor.interceptors.gate.decision.Unavailable;
import org.fhiranchor.interceptors.log.ChainRows;
import org.fhiranchor.interceptors.log.ConfirmedLeaves;
import org.fhiranchor.interceptors.log.EditedRows;
import org.fhiranchor.interceptors.log.LogStore;
import org.fhiranchor.interceptors.log.Sequencer;
import org.fhiranchor.interceptors.log.recording.BinaryReferences;
import org.fhiranchor.interceptors.log.serving.Proofs;
import org.fhiranchor.interceptors.start.StartRefusedException;
import org.fhiranchor.interceptors.store.SqlBindings;
import org.fhiranchor.interceptors.store.SqlErasureRows;
import org.fhiranchor.merkle.LogSigningKey;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.core.JdbcTemplate;

/** The parts list of erasure (ERA-1, ERA-3). */
@AutoConfiguration(
    after = {
      AnchorAutoConfiguration.class,
      ConsentAutoConfiguration.class,
      DisclosureAutoConfiguration.class,
      ExportAutoConfiguration.class,
      SecondDatabaseAutoConfiguration.class
    })
@ConditionalOnClass(RestfulServer.class)
public class ErasureAutoConfiguration {
  /** Before anything of ours runs, and long before a port is open. */
  private static final int BEFORE_ALL = LoopLifecycle.ANCHORING - 1;

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
      Tombstones tombstones,
      SubscriptionOwners subscriptions) {
    return new PatientRecord(
        context,
        rows,
        jobs,
        tombstones,
        new LocalReferences(own),
        ConsentGate.related(new StoredResources(daos), binaries, tombstones::isErased),
        id -> subscriptions.of(id).flatMap(AccessSubject::self));
  }

  /**
   * Known also where no gate is any more. Needs the log store: its table is made with the log's.
   */
  @Bean
  SubscriptionOwners anchorSubscriptionOwners(
      DataSource dataSource, LogStore log, LogSigningKey key, EditedRows edited) {
    return new SubscriptionOwners(
        new SqlBindings(new JdbcTemplate(dataSource), Clock.systemUTC(), key, edited));
  }

  @Bean
  Erasure.Parts anchorErasureParts(
      Tombstones tombstones,
      PatientRecord record,
      ErasureRows rows,
      HapiRows hapi,
      Sequencer sequencer,
      ChainRows chains,
      ConfirmedLeaves leaves,
      JournalTags journal,
      JournalContents contents,
      ObjectProvider<ConsentIndexLoader> consents,
      ObjectProvider<ExportRunner> exports) {
    return new Erasure.Parts(
        tombstones,
        record,
        rows,
        hapi,
        sequencer,
        chains,
        leaves,
        journal.tags(),
        contents::destroy,
        gone(consents),
        () -> exports.ifAvailable(ExportRunner::endAll));
  }

  @Bean
  Erasure anchorErasure(Erasure.Parts parts, SecureRandom anchorRandom) {
    return new Erasure(parts, anchorRandom, InstantSource.system());
  }

  @Bean
  LateDisclosures anchorLateDisclosures(Erasure.Parts parts, SecureRandom anchorRandom) {
    return new LateDisclosures(parts, anchorRandom, InstantSource.system());
  }

  /** After {@link #anchorErasureLifecycle}: what is there again is erased first. */
  @Bean
  LoopLifecycle anchorLateDisclosuresLifecycle(LateDisclosures late) {
    return new LoopLifecycle(late::start, late::stop, LoopLifecycle.JOURNAL);
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
    return SecondDatabaseAutoConfiguration.isShared(keys, dataSource)
        ? Optional.empty()
        : Optional.of(
            "anchor.erasure.keys.url: want the database with the tombstones that all nodes share,"
                + " before anybody is erased");
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
