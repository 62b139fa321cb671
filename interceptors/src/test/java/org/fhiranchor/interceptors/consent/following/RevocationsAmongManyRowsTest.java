package org.fhiranchor.interceptors.consent.following;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.IntStream;
import org.fhiranchor.interceptors.consent.following.FollowedChain.Patient;
import org.fhiranchor.interceptors.consent.following.FollowedChain.Server;
import org.fhiranchor.interceptors.testing.PostgresServer;
import org.fhiranchor.ledger.consent.ConsentRecord.Standing;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * A revocation that a ledger node leaves out, with many Consents in the database: {@code
 * -Dtest.rows=1000000}.
 */
@Tag("long")
@SuppressWarnings("NullAway.Init")
final class RevocationsAmongManyRowsTest {
  private static final int ROWS = Integer.getInteger("test.rows", 20_000);
  private static final int LEFT_OUT = 5;

  private static final String[] FILL = {
    "insert into consent_link (consent_id, patient, ledger_id, salt) select 'm' || n, 'm' || n,"
        + " decode(lpad(to_hex(n), 64, '0'), 'hex'), decode(repeat('5c', 32), 'hex')"
        + " from generate_series(1, %d) as n",
    "insert into subject_key (patient, address, custody, bound_block) select 'm' || n,"
        + " '0x' || lpad(to_hex(n), 40, '0'), 'holder', 0 from generate_series(1, %d) as n",
    "insert into consent_state (grantor, ledger_id, revoked, revision) select"
        + " '0x' || lpad(to_hex(n), 40, '0'), decode(lpad(to_hex(n), 64, '0'), 'hex'), true, 1"
        + " from generate_series(1, %d) as n"
  };

  @TempDir static Path folder;
  private static PostgresServer postgres;
  private static FollowedChain chain;
  private static FaultyNode node;
  private static Server server;

  @BeforeAll
  static void start() {
    postgres = PostgresServer.start();
    PGSimpleDataSource data = new PGSimpleDataSource();
    data.setUrl(postgres.url());
    data.setUser(postgres.user());
    chain = FollowedChain.start(folder);
    node = FaultyNode.before(chain.url());
    server = chain.server(chain.through(node), data);
    JdbcTemplate jdbc = new JdbcTemplate(data);
    for (String sql : FILL) {
      jdbc.execute(sql.formatted(ROWS));
    }
    jdbc.execute("analyze");
  }

  @AfterAll
  static void stop() {
    node.close();
    chain.close();
    postgres.close();
  }

  @Test
  @DisplayName("FOL-7 what one answer left out is heard within two looks, among many rows")
  void hearsTheNextCompleteAnswer() {
    Duration longest = Duration.ZERO;
    for (Patient patient : granted("left-out")) {
      node.fails(LedgerFault.REVOCATIONS_LEFT_OUT);
      patient.revokeIt();
      server.follower.step();
      assertThat(server.standing(patient)).isNotEqualTo(Standing.REVOKED);
      node.works();
      long start = System.nanoTime();
      int looks = looksUntilRevoked(patient);
      Duration took = Duration.ofNanos(System.nanoTime() - start);
      longest = took.compareTo(longest) > 0 ? took : longest;
      assertThat(looks).isLessThanOrEqualTo(2);
    }
    System.out.printf("rows=%d next complete answer, longest=%dms%n", ROWS, longest.toMillis());
  }

  @Test
  @DisplayName("FOL-7 a node that goes on leaving out costs a reading of all states, and no more")
  void hearsAfterAllStatesWereRead() {
    Patient[] patients = granted("kept-out");
    node.fails(LedgerFault.REVOCATIONS_LEFT_OUT);
    patients[0].revokeIt();
    long start = System.nanoTime();
    looksUntilRevoked(patients[0]);
    Duration read = Duration.ofNanos(System.nanoTime() - start);
    patients[1].revokeIt();
    node.works();
    assertThat(looksUntilRevoked(patients[1])).isLessThanOrEqualTo(2);
    System.out.printf("rows=%d all states read in %dms%n", ROWS, read.toMillis());
  }

  private static Patient[] granted(String name) {
    Patient[] patients =
        IntStream.range(0, LEFT_OUT)
            .mapToObj(i -> server.patient(name + "-" + i))
            .toArray(Patient[]::new);
    for (Patient patient : patients) {
      patient.grantIt();
    }
    while (server.states.find(patients[LEFT_OUT - 1].key()).isEmpty()) {
      server.follower.step();
    }
    return patients;
  }

  private static int looksUntilRevoked(Patient patient) {
    int looks = 0;
    while (server.standing(patient) != Standing.REVOKED) {
      server.follower.step();
      looks++;
    }
    return looks;
  }
}
