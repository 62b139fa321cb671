package org.fhiranchor.interceptors.autoconfigure;

import ca.uhn.fhir.rest.server.RestfulServer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.InstantSource;
import javax.sql.DataSource;
import org.fhiranchor.interceptors.log.LogStore;
import org.fhiranchor.interceptors.log.anchoring.SenderLoop;
import org.fhiranchor.interceptors.store.SqlCallQueue;
import org.fhiranchor.ledger.Address;
import org.fhiranchor.ledger.evm.ConsentEffects;
import org.fhiranchor.ledger.evm.EvmAccount;
import org.fhiranchor.ledger.evm.TransactionSigner;
import org.fhiranchor.ledger.sending.AccountSender;
import org.fhiranchor.ledger.sending.CallQueue;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** The parts list of sending: one queue and one sender for each account (TX-7). */
@AutoConfiguration(after = LedgerAutoConfiguration.class)
@ConditionalOnClass(RestfulServer.class)
public class SenderAutoConfiguration {
  /** Needs the log store: its table is made with the log's. */
  @Bean
  CallQueue anchorCallQueue(DataSource dataSource, LogStore store, LedgerConnection connection) {
    return queue(dataSource, connection, connection.signer().address());
  }

  @Bean
  CallQueue anchorRelayQueue(
      DataSource dataSource,
      LogStore store,
      LedgerConnection connection,
      CallQueue anchorCallQueue) {
    return connection.hasOneAccount()
        ? anchorCallQueue
        : queue(dataSource, connection, connection.relayer().address());
  }

  private static CallQueue queue(
      DataSource dataSource, LedgerConnection connection, Address account) {
    return new SqlCallQueue(
        new JdbcTemplate(dataSource),
        new TransactionTemplate(new DataSourceTransactionManager(dataSource)),
        connection.chain(),
        account);
  }

  @Bean
  LedgerSenders anchorLedgerSenders(
      LedgerConnection connection,
      AnchorSettings settings,
      CallQueue anchorCallQueue,
      CallQueue anchorRelayQueue) {
    LedgerSenders.Sender anchor =
        sender(connection, settings, connection.signer(), anchorCallQueue, "anchor");
    return new LedgerSenders(
        anchor,
        connection.hasOneAccount()
            ? anchor
            : sender(connection, settings, connection.relayer(), anchorRelayQueue, "relay"));
  }

  private static LedgerSenders.Sender sender(
      LedgerConnection connection,
      AnchorSettings settings,
      TransactionSigner signer,
      CallQueue queue,
      String name) {
    AccountSender sender =
        new AccountSender(
            new EvmAccount(connection.client(), connection.chain(), signer, connection.fees()),
            queue,
            new ConsentEffects(connection.client()),
            connection.sending(settings.ledger().anchoring()),
            InstantSource.system());
    return new LedgerSenders.Sender(queue, new SenderLoop(sender, name));
  }

  @Bean
  MeterBinder anchorSenderGauges(CallQueue anchorRelayQueue) {
    return registry -> {
      Gauge.builder("anchor.revocations.waiting", anchorRelayQueue, q -> q.counts().waiting())
          .description("Accepted revocations that no block of the ledger has yet")
          .register(registry);
      Gauge.builder("anchor.revocations.expired", anchorRelayQueue, q -> q.counts().expired())
          .description("Accepted revocations whose signature ended before the ledger had them")
          .register(registry);
    };
  }

  @Bean
  LoopLifecycle anchorSendersLifecycle(LedgerSenders senders) {
    return new LoopLifecycle(senders::start, senders::stop, LoopLifecycle.ANCHORING);
  }
}
