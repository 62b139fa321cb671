package org.fhiranchor.interceptors.sending;

import java.math.BigInteger;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import javax.sql.DataSource;
import org.fhiranchor.interceptors.log.anchoring.SenderLoop;
import org.fhiranchor.interceptors.store.SqlCallQueue;
import org.fhiranchor.ledger.AccountLedger;
import org.fhiranchor.ledger.Finality;
import org.fhiranchor.ledger.evm.ConsentEffects;
import org.fhiranchor.ledger.sending.AccountSender;
import org.fhiranchor.ledger.sending.SendingSettings;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** What one node has of the account: its view of the database, and its sender. */
final class Node {
  static final Duration STUCK = Duration.ofSeconds(20);

  final SqlCallQueue queue;
  final AccountSender sender;
  private Optional<SenderLoop> loop = Optional.empty();

  Node(SharedAccount shared, DataSource data) {
    this(shared, data, shared.account(), InstantSource.system());
  }

  Node(SharedAccount shared, DataSource data, AccountLedger account, InstantSource clock) {
    this(shared, data, account, clock, BigInteger.TEN.pow(21));
  }

  Node(
      SharedAccount shared,
      DataSource data,
      AccountLedger account,
      InstantSource clock,
      BigInteger budget) {
    queue =
        new SqlCallQueue(
            new JdbcTemplate(data),
            new TransactionTemplate(new DataSourceTransactionManager(data)),
            shared.id(),
            shared.address());
    sender =
        new AccountSender(
            account,
            queue,
            new ConsentEffects(shared.client),
            new SendingSettings(new Finality.Confirmations(0), STUCK, budget),
            clock);
  }

  void start(String name) {
    SenderLoop started = new SenderLoop(sender, name);
    started.start();
    loop = Optional.of(started);
  }

  void stop() throws InterruptedException {
    if (loop.isPresent()) {
      loop.get().stop();
    }
  }
}
