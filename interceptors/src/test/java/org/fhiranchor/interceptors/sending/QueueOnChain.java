package org.fhiranchor.interceptors.sending;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;

import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import org.fhiranchor.interceptors.store.AnchorSchema;
import org.fhiranchor.ledger.AccountLedger;
import org.fhiranchor.ledger.Finality;
import org.fhiranchor.ledger.LedgerCall;
import org.fhiranchor.ledger.LedgerConsent;
import org.fhiranchor.ledger.SignedTransaction;
import org.fhiranchor.ledger.sending.AccountSender;
import org.fhiranchor.ledger.sending.LedgerEffects;
import org.fhiranchor.ledger.sending.QueuedCall;
import org.fhiranchor.ledger.sending.SendOutcome;
import org.fhiranchor.ledger.sending.SendingSettings;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** One account's queue in SQL, and the real chain that it sends to. */
@SuppressWarnings("NullAway.Init")
abstract class QueueOnChain {
  @TempDir static Path folder;
  static SharedAccount shared;

  final JdbcDataSource data = new JdbcDataSource();
  final MovableClock clock = new MovableClock();
  PatientsOnLedger patients;

  @BeforeAll
  static void chain() {
    shared = new SharedAccount(folder);
  }

  @AfterAll
  static void end() {
    shared.close();
  }

  @BeforeEach
  void database() {
    data.setUrl("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
    AnchorSchema.migrate(data);
    patients = new PatientsOnLedger(shared.consents(), UUID.randomUUID().toString());
  }

  @AfterEach
  void mineWhatIsLeft() {
    shared.automine(true);
    shared.mine();
  }

  /** A new process each time: nothing but the database is carried over. */
  Node node() {
    return new Node(shared, data, shared.account(), clock);
  }

  /** A sender on this queue that is told other things of the ledger. */
  AccountSender sender(AccountLedger account, LedgerEffects effects) {
    SendingSettings settings =
        new SendingSettings(new Finality.Confirmations(0), Node.STUCK, BigInteger.TEN.pow(21));
    return new AccountSender(account, node().queue, effects, settings, clock);
  }

  SendOutcome step() {
    return node().sender.step();
  }

  void add(LedgerCall call) {
    node().queue.add(call, clock.instant());
  }

  QueuedCall newest(LedgerCall call) {
    return node().queue.newest(call.subject()).orElseThrow();
  }

  static SignedTransaction bytes(QueuedCall call) {
    return call.signed().orElseThrow();
  }

  LedgerConsent.Status onLedger(int number) {
    return shared.consents().stateOf(patients.consent(number).key()).status();
  }

  void settle() {
    await()
        .atMost(120, SECONDS)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> step() instanceof SendOutcome.Idle);
  }
}
