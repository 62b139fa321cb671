package org.fhiranchor.interceptors.consent.following;

import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.fhiranchor.interceptors.consent.following.FollowedChain.Patient;
import org.fhiranchor.interceptors.consent.following.FollowedChain.Server;
import org.fhiranchor.ledger.Bytes;
import org.fhiranchor.ledger.ConsentGrant;
import org.fhiranchor.ledger.ConsentId;
import org.fhiranchor.ledger.ConsentPeriod;
import org.fhiranchor.ledger.ConsentRevocation;
import org.fhiranchor.ledger.TransactionHash;
import org.fhiranchor.ledger.consent.ConsentRecord.Standing;
import org.fhiranchor.ledger.evm.ConsentTypedData;
import org.fhiranchor.ledger.evm.PatientKey;
import org.fhiranchor.merkle.Digest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;

/** What strangers write on the contract (FOL-1). */
@Tag("long")
@Tag("alone")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@SuppressWarnings("NullAway.Init")
final class HostileGrantsTest {
  /** One more than a page of rows. */
  private static final int MANY = 1_001;

  /** Events of strangers, some before each revocation; {@code -Dtest.flood=60000} for all. */
  private static final int FLOOD = Integer.getInteger("test.flood", 400);

  private static final int REVOCATIONS = 20;

  /** How long a revocation may be unheard beyond its block; what is wanted, on a quiet machine. */
  private static final Duration SOON =
      Boolean.getBoolean("test.timed") ? ofMillis(100) : Duration.ofSeconds(30);

  private static final AtomicInteger FLOODED = new AtomicInteger(1_000_000);

  private static final BigInteger MAX = BigInteger.TWO.pow(64).subtract(BigInteger.ONE);
  private static final List<ConsentPeriod> EXTREME =
      List.of(
          new ConsentPeriod(BigInteger.ZERO, MAX.subtract(BigInteger.ONE)),
          new ConsentPeriod(MAX.subtract(BigInteger.ONE), MAX),
          new ConsentPeriod(MAX.subtract(BigInteger.TWO), MAX.subtract(BigInteger.ONE)),
          ConsentPeriod.ALWAYS);

  @TempDir static Path folder;
  private static FollowedChain chain;
  private static FaultyNode node;

  @BeforeAll
  static void start() {
    chain = FollowedChain.start(folder);
    node = FaultyNode.before(chain.url());
  }

  @AfterAll
  static void stop() {
    node.close();
    chain.close();
  }

  @Test
  @DisplayName("FOL-1 1,001 hostile grants in one block are no rows, no leaves and no delay")
  void hostileGrantsChangeNothing() {
    Server server = chain.server(chain.through(node));
    Patient patient = server.patient("mobbed");
    patient.grantIt();
    server.look();
    long leaves = rows(server, "anchor_pending");
    TransactionHash revocation = allInOneBlock(patient);
    chain.mined(revocation);

    assertThat(heard(server, patient)).isLessThan(SOON);
    long start = System.nanoTime();
    server.look();
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    assertThat(rows(server, "consent_state")).isEqualTo(1);
    assertThat(rows(server, "anchor_pending")).isEqualTo(leaves + 1);
    assertThat(took).isLessThan(Duration.ofSeconds(5));
    assertThat(server.follower.cursor().orElseThrow().number()).isEqualTo(chain.lastNumber());
  }

  /** Half of them with the patient's own id, which everybody can read on the ledger. */
  private TransactionHash allInOneBlock(Patient patient) {
    chain.orders().give("evm_setBlockGasLimit", "0x" + Long.toHexString(1_000_000_000L));
    chain.orders().give("evm_setAutomine", false);
    List<TransactionHash> sent = new ArrayList<>();
    FollowedChain.Burst burst = chain.burst();
    for (int i = 0; i < MANY; i++) {
      sent.add(
          hostile(burst, i % 2 == 0 ? patient.grant.id() : id(i), EXTREME.get(i % EXTREME.size())));
    }
    TransactionHash revocation = patient.sendRevocation();
    chain.orders().give("anvil_mine", "0x1");
    chain.orders().give("evm_setAutomine", true);
    assertThat(sent.stream().map(chain::mined).distinct()).hasSize(1);
    return revocation;
  }

  private static TransactionHash hostile(
      FollowedChain.Burst burst, ConsentId id, ConsentPeriod period) {
    PatientKey stranger = PatientKey.generate(FollowedChain.RANDOM);
    ConsentGrant grant =
        new ConsentGrant(
            id, Digest.sha256(new byte[0]), stranger.address(), period, FollowedChain.NO_DEADLINE);
    Bytes signature = stranger.sign(ConsentTypedData.of(chain.ledger.domain(), grant).digest());
    return burst.send(chain.ledger.grant(grant, signature));
  }

  private static void hostileRevocation(FollowedChain.Burst burst, ConsentId id) {
    PatientKey stranger = PatientKey.generate(FollowedChain.RANDOM);
    ConsentRevocation revocation =
        new ConsentRevocation(id, stranger.address(), FollowedChain.NO_DEADLINE);
    Bytes signature =
        stranger.sign(ConsentTypedData.of(chain.ledger.domain(), revocation).digest());
    burst.send(chain.ledger.revoke(revocation, signature));
  }

  private static ConsentId id(int number) {
    return new ConsentId(Digest.sha256(("hostile " + number).getBytes(StandardCharsets.UTF_8)));
  }

  private static long rows(Server server, String table) {
    Long rows =
        new JdbcTemplate(server.data()).queryForObject("select count(*) from " + table, Long.class);
    return rows == null ? 0 : rows;
  }

  @Test
  @DisplayName("FOL-1 a patient's own period is kept exactly, up to the largest uint64 but one")
  void keepsExtremePeriods() {
    Server server = chain.server(chain.through(node));
    for (ConsentPeriod period : EXTREME) {
      Patient patient = server.patient("period-" + EXTREME.indexOf(period), period);
      patient.grantIt();
      server.look();
      assertThat(server.states.find(patient.key()).orElseThrow().grant().orElseThrow().period())
          .isEqualTo(period);
      assertThat(server.corrected()).isEmpty();
    }
  }

  @Test
  @DisplayName("FOL-1 a revocation in the newest blocks is heard before a flood below is read")
  void hearsARevocationBehindAFlood() {
    Server server = chain.server(chain.through(node));
    Patient patient = server.patient("flooded");
    patient.grantIt();
    server.look();
    chain.orders().give("anvil_mine", "0x" + Integer.toHexString(3_000));
    FollowedChain.Burst burst = chain.burst();
    for (int i = 0; i < 200; i++) {
      hostile(burst, id(10_000 + i), ConsentPeriod.ALWAYS);
    }
    patient.revokeIt();
    server.follower.step();
    assertThat(server.states.find(patient.key()).orElseThrow().revoked()).isTrue();
    await().atMost(Duration.ofMinutes(2)).untilAsserted(() -> caughtUp(server));
  }

  // last: after 60,000 events a chain for tests takes seconds for each answer
  @Test
  @Order(Integer.MAX_VALUE)
  @DisplayName("FOL-1 revocations are heard while strangers fill each block")
  void hearsRevocationsDuringAFlood() throws Exception {
    // Without the proxy, which reads and writes each answer once more.
    Server server = chain.server(chain.ledger);
    List<Patient> patients =
        IntStream.range(0, REVOCATIONS).mapToObj(i -> server.patient("in-flood-" + i)).toList();
    patients.forEach(Patient::grantIt);
    caughtUp(server);
    chain.orders().give("evm_setBlockGasLimit", "0x" + Long.toHexString(1_000_000_000L));
    chain.orders().give("evm_setAutomine", false);
    Duration longest = Duration.ZERO;
    long before = chain.lastNumber();
    try {
      for (Patient patient : patients) {
        FollowedChain.Burst burst = chain.burst();
        for (int i = 0; i < FLOOD / REVOCATIONS; i++) {
          ConsentId id = id(FLOODED.getAndIncrement());
          if (i % 10 == 9) {
            hostileRevocation(burst, id);
          } else {
            hostile(burst, id, ConsentPeriod.ALWAYS);
          }
        }
        patient.sendRevocation();
        chain.orders().give("anvil_mine", "0x1");
        Duration took = heard(server, patient);
        longest = took.compareTo(longest) > 0 ? took : longest;
        caughtUp(server);
      }
    } finally {
      chain.orders().give("evm_setAutomine", true);
    }
    System.out.printf(
        "flood events=%d revocations=%d longest=%dms%n",
        chain.lastNumber() - before, REVOCATIONS, longest.toMillis());
    assertThat(longest).isLessThan(SOON);
    caughtUp(server);
    assertThat(rows(server, "consent_state")).isEqualTo(REVOCATIONS);
  }

  /** From its block on until the patient's revocation is heard. */
  private static Duration heard(Server server, Patient patient) {
    Duration ours = FollowedChain.worked(ProcessHandle.current());
    Duration theirs = chain.worked();
    long mined = System.nanoTime();
    while (server.standing(patient) != Standing.REVOKED) {
      server.follower.step();
    }
    Duration took = Duration.ofNanos(System.nanoTime() - mined);
    System.out.printf(
        "heard after=%dms processor=%dms chain=%dms%n",
        took.toMillis(),
        FollowedChain.worked(ProcessHandle.current()).minus(ours).toMillis(),
        chain.worked().minus(theirs).toMillis());
    return took;
  }

  private static void caughtUp(Server server) {
    server.look();
    assertThat(Optional.of(server.follower.cursor().orElseThrow().number()))
        .contains(chain.lastNumber());
  }
}
