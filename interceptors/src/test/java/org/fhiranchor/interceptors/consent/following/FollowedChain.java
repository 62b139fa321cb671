package org.fhiranchor.interceptors.consent.following;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.math.BigInteger;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.fhiranchor.consent.decide.ConsentResourceId;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.interceptors.log.EditedRows;
import org.fhiranchor.interceptors.log.PendingSeal;
import org.fhiranchor.interceptors.store.AnchorSchema;
import org.fhiranchor.interceptors.store.SqlConsentLinks;
import org.fhiranchor.interceptors.store.SqlConsentStateStore;
import org.fhiranchor.interceptors.store.SqlLogStore;
import org.fhiranchor.interceptors.store.SqlSubjectKeys;
import org.fhiranchor.interceptors.testing.ChainOrders;
import org.fhiranchor.ledger.Bytes;
import org.fhiranchor.ledger.ConsentDomain;
import org.fhiranchor.ledger.ConsentGrant;
import org.fhiranchor.ledger.ConsentKey;
import org.fhiranchor.ledger.ConsentLedger;
import org.fhiranchor.ledger.ConsentPeriod;
import org.fhiranchor.ledger.ConsentRevocation;
import org.fhiranchor.ledger.Fees;
import org.fhiranchor.ledger.Finality;
import org.fhiranchor.ledger.LedgerCall;
import org.fhiranchor.ledger.LedgerRejectedException;
import org.fhiranchor.ledger.LedgerUnavailableException;
import org.fhiranchor.ledger.SignedTransaction;
import org.fhiranchor.ledger.TransactionHash;
import org.fhiranchor.ledger.consent.ConsentComparison;
import org.fhiranchor.ledger.consent.ConsentFollower;
import org.fhiranchor.ledger.consent.ConsentRecord.Standing;
import org.fhiranchor.ledger.consent.Cursor;
import org.fhiranchor.ledger.consent.FollowOutcome;
import org.fhiranchor.ledger.consent.FollowSettings;
import org.fhiranchor.ledger.consent.Followed;
import org.fhiranchor.ledger.embedded.EmbeddedChain;
import org.fhiranchor.ledger.evm.ConsentTypedData;
import org.fhiranchor.ledger.evm.EmbeddedContracts;
import org.fhiranchor.ledger.evm.EvmAccount;
import org.fhiranchor.ledger.evm.EvmClient;
import org.fhiranchor.ledger.evm.EvmConsentLedger;
import org.fhiranchor.ledger.evm.FeePolicy;
import org.fhiranchor.ledger.evm.Mnemonic;
import org.fhiranchor.ledger.evm.PatientKey;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.LogSigningKey;
import org.h2.jdbcx.JdbcDataSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** A real chain, proxies in front of it, and servers that follow it into databases of their own. */
final class FollowedChain implements AutoCloseable {
  static final BigInteger NO_DEADLINE = BigInteger.TWO.pow(256).subtract(BigInteger.ONE);

  /** Past what anvil calls final, 64 blocks back. */
  static final int FINAL = 70;

  static final Duration SETUP = Duration.ofSeconds(20);
  static final SecureRandom RANDOM = new SecureRandom();
  private static final Duration LIMIT = Duration.ofSeconds(1);

  private final EmbeddedChain chain;
  private final ChainOrders orders;
  private final EvmClient direct;
  private final FaultyNode honest;
  private final EvmAccount relayer;
  private final ConsentDomain domain;
  final EvmConsentLedger ledger;

  private FollowedChain(EmbeddedChain chain, ChainOrders orders, Mnemonic mnemonic) {
    this.chain = chain;
    this.orders = orders;
    this.direct = EvmClient.connect(chain.rpcUrl(), SETUP);
    EmbeddedContracts contracts =
        EmbeddedContracts.prepare(direct, chain.chainId(), mnemonic, SETUP, InstantSource.system());
    this.honest = FaultyNode.before(chain.rpcUrl());
    this.relayer =
        new EvmAccount(
            direct, chain.chainId(), mnemonic.signer(Mnemonic.RELAYER), FeePolicy.ofGwei(500));
    this.domain = new ConsentDomain(chain.chainId(), contracts.consentRegistry());
    this.ledger = new EvmConsentLedger(direct, domain, relayer.account());
  }

  static FollowedChain start(Path folder) {
    Mnemonic mnemonic = Mnemonic.loadOrCreate(folder.resolve("mnemonic"), RANDOM);
    return new FollowedChain(
        EmbeddedChain.start(
            EmbeddedChain.Settings.of(
                folder.resolve("chain"),
                List.of(
                    Path.of(
                        System.getProperty(
                            "test.chain.root", System.getProperty("anchor.root", "..")))),
                mnemonic.accounts())),
        new ChainOrders(folder.resolve("chain")),
        mnemonic);
  }

  static Path root() {
    return Path.of(System.getProperty("anchor.root", ".."));
  }

  URI url() {
    return chain.rpcUrl();
  }

  /** Processor time of the chain's process so far. */
  Duration worked() {
    return worked(ProcessHandle.of(chain.pid()).orElseThrow());
  }

  static Duration worked(ProcessHandle process) {
    return process.info().totalCpuDuration().orElseThrow();
  }

  ChainOrders orders() {
    return orders;
  }

  /** The registry, asked through a proxy; short of patience. */
  EvmConsentLedger through(FaultyNode node) {
    return new EvmConsentLedger(EvmClient.connect(node.url(), LIMIT), domain, relayer.account());
  }

  /** Past any queue, without waiting for its block. */
  TransactionHash send(LedgerCall call) {
    SignedTransaction signed =
        relayer.sign(call, relayer.pendingNonce(), relayer.offer(call.kind()).fees());
    relayer.send(signed);
    return signed.hash();
  }

  /** Many calls at once: the node is asked for the nonce and for fees before the first alone. */
  Burst burst() {
    return new Burst(relayer.pendingNonce());
  }

  /** Calls with one nonce after the other. */
  final class Burst {
    private long nonce;
    private Optional<Fees> fees = Optional.empty();

    private Burst(long nonce) {
      this.nonce = nonce;
    }

    TransactionHash send(LedgerCall call) {
      Fees paid = fees.orElseGet(() -> relayer.offer(call.kind()).fees());
      fees = Optional.of(paid);
      SignedTransaction signed = relayer.sign(call, nonce++, paid);
      relayer.send(signed);
      return signed.hash();
    }
  }

  /** Waits until it is mined, and tells the block. */
  long mined(TransactionHash hash) {
    return await()
        .atMost(SETUP)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(20))
        .until(
            () -> honest.direct("eth_getTransactionReceipt", hash.toString()),
            receipt -> receipt.hasNonNull("blockNumber"))
        .path("blockNumber")
        .asText()
        .transform(Long::decode);
  }

  long lastNumber() {
    return ledger.lastNumber(ledger.latest().ref());
  }

  Server server(ConsentLedger asked) {
    JdbcDataSource memory = new JdbcDataSource();
    memory.setUrl("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
    return server(asked, memory);
  }

  Server server(ConsentLedger asked, DataSource data) {
    return new Server(asked, data);
  }

  @Override
  public void close() {
    honest.close();
    direct.close();
    chain.close();
  }

  /** A stored Consent's place on the ledger, with a key in the patient's hands. */
  final class Patient {
    final ConsentGrant grant;
    private final PatientKey key;

    private Patient(ConsentGrant grant, PatientKey key) {
      this.grant = grant;
      this.key = key;
    }

    ConsentKey key() {
      return grant.key();
    }

    void grantIt() {
      Bytes signature = key.sign(ConsentTypedData.of(domain, grant).digest());
      mined(send(ledger.grant(grant, signature)));
    }

    void revokeIt() {
      mined(sendRevocation());
    }

    TransactionHash sendRevocation() {
      ConsentRevocation revocation =
          new ConsentRevocation(grant.id(), grant.grantor(), NO_DEADLINE);
      Bytes signature = key.sign(ConsentTypedData.of(domain, revocation).digest());
      return send(ledger.revoke(revocation, signature));
    }

    long grantedBlock() {
      return ledger.stateOf(key()).grantedBlock().orElseThrow();
    }
  }

  /** A node of ours: a database, a follower, and the look at stored rows. */
  final class Server {
    private final DataSource data;
    private final SqlConsentLinks links;
    private final SqlSubjectKeys keys;
    final SqlConsentStateStore states;
    final ConsentFollower follower;
    private final ConsentComparison comparison;
    private final StateRecheck recheck;

    private Server(ConsentLedger asked, DataSource data) {
      this.data = data;
      AnchorSchema.migrate(data);
      JdbcTemplate jdbc = new JdbcTemplate(data);
      LogSigningKey key = LogSigningKey.generate("example.org/faults", RANDOM);
      AnchorSchema.openLog(jdbc, key.verifierKey());
      TransactionTemplate transactions =
          new TransactionTemplate(new DataSourceTransactionManager(data));
      ConsentJournal journal =
          new ConsentJournal(
              new SqlLogStore(jdbc, transactions, new PendingSeal(key)), RANDOM, Clock.systemUTC());
      links = new SqlConsentLinks(jdbc, RANDOM);
      keys = new SqlSubjectKeys(jdbc, transactions, journal, RANDOM);
      states =
          new SqlConsentStateStore(jdbc, transactions, links, journal, ledger.domain().contract());
      follower =
          new ConsentFollower(
              asked,
              states,
              FollowSettings.of(new Finality.Tag(), Optional.of(0L), FollowSettings.Pace.REGULAR),
              Clock.systemUTC());
      comparison = new ConsentComparison(asked, states);
      recheck = new StateRecheck(comparison, states, new EditedRows());
    }

    Patient patient(String name) {
      return patient(name, ConsentPeriod.ALWAYS);
    }

    Patient patient(String name, ConsentPeriod period) {
      PatientKey key = PatientKey.generate(RANDOM);
      PatientId id = new PatientId(name);
      SubjectKey bound = new SubjectKey(key.address(), Optional.empty(), 0, Optional.empty());
      assertThat(keys.bind(id, bound, 0)).isTrue();
      ConsentLink link = links.open(new ConsentResourceId("c-" + name), id);
      ConsentGrant grant =
          new ConsentGrant(
              link.ledgerId(),
              Digest.sha256(name.getBytes(StandardCharsets.UTF_8)),
              key.address(),
              period,
              NO_DEADLINE);
      links.prepared(
          link.consent(),
          new Preparation(grant.grantor(), grant.termsHash(), grant.period(), 4_000_000_000L));
      return new Patient(grant, key);
    }

    /** One look at the ledger, as the loop takes it. */
    FollowOutcome look() {
      FollowOutcome outcome = follower.step();
      while (outcome instanceof FollowOutcome.Behind || outcome instanceof FollowOutcome.Unwound) {
        outcome = follower.step();
      }
      follower.cursor().ifPresent(this::compare);
      return outcome;
    }

    private void compare(Cursor at) {
      try {
        recheck.next(at);
      } catch (LedgerUnavailableException | LedgerRejectedException away) {
        // As the loop does: nothing is compared, and the next look tries again.
        return;
      }
    }

    Standing standing(Patient patient) {
      return states
          .find(patient.key())
          .map(found -> found.standing(followed()))
          .orElse(Standing.NONE);
    }

    /** What the look at stored rows finds wrong now. */
    List<ConsentKey> corrected() {
      return comparison.page(follower.cursor().orElseThrow(), Optional.empty()).corrected();
    }

    DataSource data() {
      return data;
    }

    private long followed() {
      return follower.followed().map(Followed::finalBlock).orElse(-1L);
    }

    boolean knows(long block) {
      return follower.followed().filter(known -> known.block().number() >= block).isPresent();
    }
  }
}
