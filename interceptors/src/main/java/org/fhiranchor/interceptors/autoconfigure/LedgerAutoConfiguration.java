package org.fhiranchor.interceptors.autoconfigure;

import ca.uhn.fhir.rest.server.RestfulServer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.sql.DataSource;
import org.fhiranchor.interceptors.log.Anchors;
import org.fhiranchor.interceptors.log.LogHealth;
import org.fhiranchor.interceptors.log.LogStore;
import org.fhiranchor.interceptors.log.anchoring.AnchoringHealth;
import org.fhiranchor.interceptors.log.anchoring.AnchoringLoop;
import org.fhiranchor.interceptors.log.anchoring.HeadsCheckpoints;
import org.fhiranchor.interceptors.log.anchoring.LedgerHeads;
import org.fhiranchor.interceptors.log.anchoring.StoredCheckpoints;
import org.fhiranchor.interceptors.log.heads.PatientHeads;
import org.fhiranchor.interceptors.log.serving.LedgerEvidence;
import org.fhiranchor.interceptors.store.RecentAnchors;
import org.fhiranchor.interceptors.store.SqlAnchorTransactionStore;
import org.fhiranchor.interceptors.store.SqlAnchors;
import org.fhiranchor.ledger.Address;
import org.fhiranchor.ledger.AnchorLedger;
import org.fhiranchor.ledger.anchoring.AnchorTransactionStore;
import org.fhiranchor.ledger.anchoring.Anchorer;
import org.fhiranchor.ledger.anchoring.Checkpoints;
import org.fhiranchor.ledger.evm.EvmAnchorLedger;
import org.fhiranchor.ledger.evm.EvmClient;
import org.fhiranchor.ledger.sending.CallQueue;
import org.fhiranchor.merkle.LogSigningKey;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.boot.actuate.info.InfoContributor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** The parts list of the anchor: the ledger, the way there, and what operators are told. */
@AutoConfiguration(
    before = AnchorAutoConfiguration.class,
    afterName = "org.springframework.boot.actuate.autoconfigure.metrics.MetricsAutoConfiguration")
@ConditionalOnClass(RestfulServer.class)
public class LedgerAutoConfiguration {
  @Bean
  LedgerConnection anchorLedgerConnection(
      AnchorSettings settings, LogSigningKey key, SecureRandom anchorRandom) {
    return LedgerConnection.open(settings, key.verifierKey(), anchorRandom);
  }

  @Bean
  AnchorLedger anchorLedger(LedgerConnection connection) {
    return new EvmAnchorLedger(
        connection.client(), connection.anchorContract(), connection.signer().address());
  }

  /** Needs the log store: its tables are made with the log's. */
  @Bean
  AnchorTransactionStore anchorTransactionStore(DataSource dataSource, LogStore store) {
    return new SqlAnchorTransactionStore(
        new JdbcTemplate(dataSource),
        new TransactionTemplate(new DataSourceTransactionManager(dataSource)));
  }

  @Bean
  Anchors anchorAnchors(
      DataSource dataSource, LogStore store, LedgerConnection connection, AnchorSettings settings) {
    return new SqlAnchors(
        new JdbcTemplate(dataSource),
        new SqlAnchors.Place(
            connection.chain().value(),
            connection.anchorContract().toString(),
            connection.logId().value()),
        LedgerConnection.finalityWord(settings.ledger().anchoring().finality()));
  }

  @Bean
  LedgerEvidence anchorLedgerEvidence(
      AnchorLedger ledger, LedgerConnection connection, LogStore store) {
    return new LedgerHeads(ledger, connection.logId(), new StoredCheckpoints(store));
  }

  @Bean
  Anchorer anchorAnchorer(
      LedgerConnection connection,
      AnchorLedger ledger,
      LogStore store,
      AnchorTransactionStore transactions,
      CallQueue anchorCallQueue,
      ObjectProvider<PatientHeads> heads,
      AnchorSettings settings) {
    Checkpoints stored = new StoredCheckpoints(store);
    PatientHeads ending = heads.getIfAvailable();
    return new Anchorer(
        connection.logId(),
        ledger,
        ending == null ? stored : new HeadsCheckpoints(stored, ending),
        transactions,
        anchorCallQueue,
        connection.anchoring(settings.ledger().anchoring()),
        Clock.systemUTC());
  }

  @Bean
  AnchoringLoop anchorAnchoringLoop(
      Anchorer anchorer,
      LogHealth health,
      AnchorSettings settings,
      ObjectProvider<MeterRegistry> meters) {
    return new AnchoringLoop(
        anchorer,
        health,
        settings.ledger().anchoring().interval(),
        meters.getIfAvailable(CompositeMeterRegistry::new));
  }

  @Bean
  LoopLifecycle anchorAnchoringLifecycle(AnchoringLoop loop) {
    return new LoopLifecycle(loop::start, loop::stop, LoopLifecycle.ANCHORING);
  }

  @Bean
  AnchoringHealth anchorAnchoringHealth(
      LogStore store,
      LogHealth health,
      AnchoringLoop loop,
      LedgerSenders senders,
      AnchorSettings settings) {
    return new AnchoringHealth(
        store,
        health,
        loop,
        senders.loops(),
        settings.ledger().anchoring().maxLag(),
        InstantSource.system());
  }

  @Bean
  HealthIndicator anchorHealthIndicator(AnchoringHealth health, LedgerSenders senders) {
    return new AnchorHealthIndicator(health, senders.relay().queue());
  }

  @Bean
  AnchorsEndpoint anchorsEndpoint(LedgerConnection connection, DataSource dataSource) {
    return new AnchorsEndpoint(
        new RecentAnchors(JdbcClient.create(dataSource), connection.logId().value()),
        () -> connection.nodes().stream().map(EvmClient::standing).toList());
  }

  @Bean
  InfoContributor anchorInfo(
      LedgerConnection connection, LogSigningKey key, AnchorSettings settings) {
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("origin", key.verifierKey().name());
    details.put("verifierKey", key.verifierKey().toString());
    details.put("logId", connection.logId().toString());
    details.put("chainId", connection.chain().value());
    details.put("anchorContract", connection.anchorContract().toString());
    connection
        .consentContract()
        .map(Address::toString)
        .ifPresent(contract -> details.put("consentContract", contract));
    connection.embedded().ifPresent(chain -> details.put("rpcUrl", connection.rpcUrl().toString()));
    return info -> info.withDetails(details);
  }

  @Bean
  MeterBinder anchorGauges(LogStore store, Anchors anchors) {
    return registry -> {
      Gauge.builder("anchor.pending", store, LogStore::pendingCount)
          .description("Leaves that wait for the sequencer")
          .register(registry);
      Gauge.builder("anchor.log.size", store, log -> log.state().size().value())
          .description("Leaves in the log")
          .register(registry);
      Gauge.builder("anchor.anchored.size", store, log -> log.state().anchoredSize().value())
          .description("Leaves in the newest head that is final on the ledger")
          .register(registry);
      Gauge.builder("anchor.lag", store, log -> log.secondsBehind(Clock.systemUTC().instant()))
          .baseUnit("seconds")
          .description("Age of the oldest leaf that no final head covers")
          .register(registry);
    };
  }
}
