package org.fhiranchor.interceptors.autoconfigure;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.interceptor.api.IInterceptorService;
import ca.uhn.fhir.jpa.api.config.JpaStorageSettings;
import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.jpa.model.config.PartitionSettings;
import ca.uhn.fhir.rest.server.RestfulServer;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import jakarta.persistence.EntityManagerFactory;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.fhiranchor.consent.facts.FactsReader;
import org.fhiranchor.consent.facts.LocalReferences;
import org.fhiranchor.consent.facts.RelatedResources;
import org.fhiranchor.interceptors.consent.following.ChangeFollowing;
import org.fhiranchor.interceptors.consent.following.ConsentFollowing;
import org.fhiranchor.interceptors.disclosure.DisclosureJournal;
import org.fhiranchor.interceptors.disclosure.DisclosureRetention;
import org.fhiranchor.interceptors.erasure.LateDisclosures;
import org.fhiranchor.interceptors.log.Anchors;
import org.fhiranchor.interceptors.log.ChainRows;
import org.fhiranchor.interceptors.log.ConfirmedLeaves;
import org.fhiranchor.interceptors.log.EditedRows;
import org.fhiranchor.interceptors.log.HeadExchange;
import org.fhiranchor.interceptors.log.LogHealth;
import org.fhiranchor.interceptors.log.LogStore;
import org.fhiranchor.interceptors.log.NewestHead;
import org.fhiranchor.interceptors.log.PendingSeal;
import org.fhiranchor.interceptors.log.Sequencer;
import org.fhiranchor.interceptors.log.SequencingLoop;
import org.fhiranchor.interceptors.log.WatchedLogStore;
import org.fhiranchor.interceptors.log.anchoring.AnchoringLoop;
import org.fhiranchor.interceptors.log.recording.BinaryReferenceRecorder;
import org.fhiranchor.interceptors.log.recording.BinaryReferences;
import org.fhiranchor.interceptors.log.recording.EarlierBinaries;
import org.fhiranchor.interceptors.log.recording.EarlierVersions;
import org.fhiranchor.interceptors.log.recording.ExactJsonPatch;
import org.fhiranchor.interceptors.log.recording.ForeignAddress;
import org.fhiranchor.interceptors.log.recording.HeldBinaries;
import org.fhiranchor.interceptors.log.recording.HugeNumbers;
import org.fhiranchor.interceptors.log.recording.NamedOnce;
import org.fhiranchor.interceptors.log.recording.OwnReferences;
import org.fhiranchor.interceptors.log.recording.StableContent;
import org.fhiranchor.interceptors.log.recording.StoredVersions;
import org.fhiranchor.interceptors.log.recording.VersionRecorder;
import org.fhiranchor.interceptors.log.recording.VersionedReferences;
import org.fhiranchor.interceptors.log.recording.WhoAndWhy;
import org.fhiranchor.interceptors.log.recording.guard.BundleEntryGuard;
import org.fhiranchor.interceptors.log.recording.guard.HooklessWriteGuard;
import org.fhiranchor.interceptors.log.recording.guard.OneWritePerResource;
import org.fhiranchor.interceptors.log.serving.CapabilitySoftware;
import org.fhiranchor.interceptors.log.serving.LedgerEvidence;
import org.fhiranchor.interceptors.log.serving.LogServlet;
import org.fhiranchor.interceptors.log.serving.MetaAsStored;
import org.fhiranchor.interceptors.log.serving.ProofOperations;
import org.fhiranchor.interceptors.log.serving.Proofs;
import org.fhiranchor.interceptors.log.serving.RowComparison;
import org.fhiranchor.interceptors.store.AnchorSchema;
import org.fhiranchor.interceptors.store.CommitSettings;
import org.fhiranchor.interceptors.store.LogSuccession;
import org.fhiranchor.interceptors.store.SqlBinaryReferences;
import org.fhiranchor.interceptors.store.SqlChainRows;
import org.fhiranchor.interceptors.store.SqlEarlierVersions;
import org.fhiranchor.interceptors.store.SqlLogStore;
import org.fhiranchor.interceptors.store.SqlRowFacts;
import org.fhiranchor.interceptors.tasks.RepeatedTask;
import org.fhiranchor.merkle.HeadEvidence;
import org.fhiranchor.merkle.LogSigningKey;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** The parts list of the log: what is recorded, how it is sequenced, and what answers for it. */
@AutoConfiguration(
    afterName = "org.springframework.boot.actuate.autoconfigure.metrics.MetricsAutoConfiguration")
@ConditionalOnClass(RestfulServer.class)
public class AnchorAutoConfiguration {
  @Bean
  AnchorSettings anchorSettings(ConfigurableEnvironment environment) {
    return AnchorSettingsReader.read(environment);
  }

  @Bean
  OwnAddresses anchorOwnAddresses(
      Environment environment,
      AnchorSettings settings,
      ObjectProvider<ServletRegistrationBean<?>> servlets) {
    return new OwnAddresses(environment, settings.baseUrls(), servlets);
  }

  /** HAPI too takes a reference under an own address for a local one, in searches for example. */
  @Bean
  ApplicationListener<ApplicationReadyEvent> anchorOwnAddressesForHapi(
      OwnAddresses own, JpaStorageSettings storage) {
    return ready -> {
      Set<String> local = new HashSet<>(storage.getTreatBaseUrlsAsLocal());
      local.addAll(own.get());
      storage.setTreatBaseUrlsAsLocal(local);
    };
  }

  @Bean
  static StorageRules anchorStorageRules(
      ObjectProvider<JpaStorageSettings> storage,
      ObjectProvider<PartitionSettings> partitions,
      ObjectProvider<DataSource> database) {
    return new StorageRules(storage, partitions, database);
  }

  @Bean
  SecureRandom anchorRandom() {
    return new SecureRandom();
  }

  @Bean
  static BeanFactoryPostProcessor anchorLogKeyCheck(ConfigurableEnvironment environment) {
    return beans -> LogKeyFile.check(AnchorSettingsReader.read(environment));
  }

  @Bean
  LogSigningKey anchorLogKey(
      AnchorSettings settings, SecureRandom anchorRandom, DataSource dataSource) {
    return LogKeyFile.open(settings, anchorRandom, () -> AnchorSchema.carriesLog(dataSource));
  }

  @Bean
  NewestHead anchorNewestHead(AnchorSettings settings, LogSigningKey key) {
    return NewestHead.inFolder(settings.data(), key.verifierKey());
  }

  @Bean
  LogStore anchorLogStore(
      DataSource dataSource,
      LogSigningKey key,
      AnchorSettings settings,
      NewestHead newest,
      LogHealth health) {
    AnchorSchema.migrate(dataSource);
    JdbcTemplate jdbc = new JdbcTemplate(dataSource);
    // A manager of its own: plain JDBC, no persistence context, and no second bean to choose from.
    TransactionTemplate transactions =
        new TransactionTemplate(new DataSourceTransactionManager(dataSource));
    settings
        .log()
        .succeeds()
        .ifPresent(old -> new LogSuccession(jdbc, transactions).takeOver(old, key, newest.known()));
    AnchorSchema.openLog(jdbc, key.verifierKey());
    return new WatchedLogStore(
        new SqlLogStore(jdbc, transactions, new PendingSeal(key)), newest, health);
  }

  @Bean
  LogHealth anchorLogHealth() {
    return new LogHealth();
  }

  @Bean
  ChainRows anchorChainRows(DataSource dataSource, LogStore store, LogSigningKey key) {
    return new SqlChainRows(new JdbcTemplate(dataSource), new PendingSeal(key));
  }

  @Bean
  ConfirmedLeaves anchorConfirmedLeaves(ChainRows rows, LogStore store, LogHealth health) {
    return new ConfirmedLeaves(rows, store, health);
  }

  @Bean
  EditedRows anchorEditedRows() {
    return new EditedRows();
  }

  @Bean
  HealthIndicator editedRowsHealthIndicator(EditedRows edited) {
    return new EditedRowsHealthIndicator(edited);
  }

  @Bean
  HealthIndicator commitsHealthIndicator(DataSource dataSource) {
    return new CommitHealthIndicator(new CommitSettings(new JdbcTemplate(dataSource)));
  }

  @Bean
  Sequencer anchorSequencer(
      LogStore store, LogSigningKey key, NewestHead newest, AnchorSettings settings) {
    return new Sequencer(store, key, newest, settings.log().maxBatch());
  }

  @Bean
  SequencingLoop anchorSequencingLoop(
      Sequencer sequencer,
      LogHealth health,
      AnchorSettings settings,
      ObjectProvider<MeterRegistry> meters) {
    AnchorSettings.Log log = settings.log();
    return new SequencingLoop(
        sequencer,
        health,
        new SequencingLoop.Pace(log.sequenceInterval(), log.batchTrigger(), log.maxBatch()),
        Timer.builder("anchor.sequencing")
            .description("One sequencing transaction that numbered leaves")
            .publishPercentileHistogram()
            .register(meters.getIfAvailable(CompositeMeterRegistry::new)));
  }

  @Bean
  LoopLifecycle anchorSequencingLifecycle(SequencingLoop loop) {
    return new LoopLifecycle(loop::start, loop::stop, LoopLifecycle.SEQUENCING);
  }

  @Bean
  StoredVersions anchorStoredVersions(ObjectProvider<EntityManagerFactory> factories) {
    EntityManagerFactory factory = HapiEntities.factory(factories.stream());
    return StoredVersions.watch(factory, HapiEntities.session(factory));
  }

  @Bean
  HealthIndicator tasksHealthIndicator(
      SequencingLoop sequencing,
      ObjectProvider<AnchoringLoop> anchoring,
      ObjectProvider<LedgerSenders> senders,
      ObjectProvider<ConsentFollowing> following,
      ObjectProvider<ChangeFollowing> changes,
      ObjectProvider<DisclosureJournal> journal,
      ObjectProvider<DisclosureRetention> retention,
      ObjectProvider<LateDisclosures> erasures,
      ObjectProvider<HeadExchange> heads) {
    List<Supplier<RepeatedTask.State>> tasks = new ArrayList<>(List.of(sequencing::state));
    anchoring.ifAvailable(loop -> tasks.add(loop::state));
    senders.ifAvailable(all -> all.loops().forEach(loop -> tasks.add(loop::state)));
    following.ifAvailable(loop -> tasks.add(loop::state));
    changes.ifAvailable(loop -> tasks.add(loop::state));
    journal.ifAvailable(loop -> tasks.add(loop::state));
    retention.ifAvailable(loop -> tasks.add(loop::state));
    erasures.ifAvailable(loop -> tasks.add(loop::state));
    heads.ifAvailable(loop -> tasks.add(loop::state));
    return new TasksHealthIndicator(tasks, InstantSource.system());
  }

  /**
   * Registered as soon as it is made, with the watch over what is stored: another bean that stores
   * resources while it is made must not find the one without the other. Registering twice is
   * harmless.
   */
  @Bean
  VersionRecorder anchorVersionRecorder(
      FhirContext context,
      IInterceptorService jpaRegistry,
      LogStore store,
      StoredVersions versions,
      SequencingLoop loop,
      SecureRandom anchorRandom) {
    VersionRecorder recorder =
        new VersionRecorder(
            context,
            store,
            new WhoAndWhy(),
            anchorRandom,
            version -> {
              versions.recorded(version);
              loop.noteRecorded();
            });
    jpaRegistry.registerInterceptor(recorder);
    return recorder;
  }

  @Bean
  Proofs anchorProofs(LogStore store, ObjectProvider<Anchors> anchors, LogHealth health) {
    return new Proofs(store, anchors.getIfAvailable(Anchors::none), health);
  }

  @Bean
  ProofOperations anchorProofOperations(
      DaoRegistry daos,
      Proofs proofs,
      ObjectProvider<LedgerEvidence> evidence,
      LogSigningKey key,
      DataSource dataSource) {
    return new ProofOperations(
        daos,
        proofs,
        evidence.getIfAvailable(
            () -> proof -> new HeadEvidence.Unavailable("no ledger is configured")),
        key.verifierKey(),
        new RowComparison(new SqlRowFacts(JdbcClient.create(dataSource))));
  }

  @Bean
  ServletRegistrationBean<LogServlet> anchorLogServlet(LogStore store, LogHealth health) {
    ServletRegistrationBean<LogServlet> registration =
        new ServletRegistrationBean<>(new LogServlet(store, health), "/log/*");
    registration.setName("anchorLog");
    return registration;
  }

  /** Their tables are made with the log's. */
  @Bean
  EarlierVersions anchorEarlierVersions(DataSource dataSource, LogStore store) {
    return new SqlEarlierVersions(new JdbcTemplate(dataSource), InstantSource.system());
  }

  @Bean
  BinaryReferences anchorBinaryReferences(DataSource dataSource, EarlierVersions versions) {
    return new SqlBinaryReferences(new JdbcTemplate(dataSource), versions::isDone);
  }

  @Bean
  LoopLifecycle anchorEarlierBinariesLifecycle(
      EarlierVersions versions,
      BinaryReferences binaries,
      FhirContext context,
      DaoRegistry daos,
      OwnAddresses own) {
    FactsReader facts =
        new FactsReader(
            new LocalReferences(own), ZoneId.systemDefault(), RelatedResources.NOTHING_KNOWN);
    EarlierBinaries earlier =
        new EarlierBinaries(
            versions, binaries, new HeldBinaries(context, daos, facts), InstantSource.system());
    return new LoopLifecycle(earlier::start, earlier::stop, LoopLifecycle.SEQUENCING);
  }

  @Bean
  HapiRegistration anchorHapiRegistration(
      ObjectProvider<RestfulServer> servers,
      ObjectProvider<ServletRegistrationBean<?>> servlets,
      IInterceptorService jpaRegistry,
      FhirContext context,
      DaoRegistry daos,
      VersionRecorder recorder,
      ObjectProvider<EntityManagerFactory> factories,
      ProofOperations operations,
      OwnAddresses own,
      BinaryReferences binaries) {
    LocalReferences references = new LocalReferences(own);
    return new HapiRegistration(
        HapiRegistration.serversOf(servers, servlets),
        jpaRegistry,
        List.of(
            recorder,
            new OwnReferences(context, references),
            new VersionedReferences(context),
            new BundleEntryGuard(),
            new OneWritePerResource(HapiEntities.session(HapiEntities.factory(factories.stream()))),
            new BinaryReferenceRecorder(
                new FactsReader(references, ZoneId.systemDefault(), RelatedResources.NOTHING_KNOWN),
                binaries),
            new ExactJsonPatch(context),
            new StableContent(context)),
        List.of(
            new ForeignAddress(context, references),
            CapabilitySoftware.ofThisJar(),
            new MetaAsStored(daos)),
        List.of(new HooklessWriteGuard(), new HugeNumbers(), new NamedOnce()),
        List.of(operations));
  }
}
