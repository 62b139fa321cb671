package org.fhiranchor.interceptors.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.interceptors.disclosure.SubjectTags;
import org.fhiranchor.interceptors.testing.PostgresServer;
import org.fhiranchor.ledger.secret.AeadCipher;
import org.fhiranchor.merkle.Digest;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/** ERA-3: all nodes have the same keys, whoever made them. */
final class SqlContentKeysTest {
  private static final int THREADS = 8;

  private final SecureRandom random = new SecureRandom();
  private final SubjectTags tags = new SubjectTags(new byte[32]);

  private static DataSource memory() {
    JdbcDataSource h2 = new JdbcDataSource();
    h2.setUrl("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1;LOCK_TIMEOUT=60000");
    return h2;
  }

  private SqlContentKeys keysIn(DataSource data) {
    return new SqlContentKeys(
        new SqlTombstones.Source(data, () -> true, () -> {}, false, () -> {}),
        tags.closing("keys"),
        random,
        System::nanoTime);
  }

  @Test
  @DisplayName(
      "ERA-3 nodes that start at the same moment have the same keys, and destroy some (H2)")
  void sameKeysOnH2() throws Exception {
    sameKeys(memory());
  }

  @Test
  @DisplayName("ERA-3 nodes that start at the same moment have the same keys (PostgreSQL)")
  void sameKeysOnPostgres() throws Exception {
    try (PostgresServer server = PostgresServer.start()) {
      PGSimpleDataSource postgres = new PGSimpleDataSource();
      postgres.setUrl(server.url());
      postgres.setUser(server.user());
      sameKeys(postgres);
    }
  }

  private void sameKeys(DataSource data) throws Exception {
    List<Digest> subjects =
        IntStream.range(0, 100)
            .mapToObj(i -> tags.of(Optional.of(new PatientId("p" + i))))
            .toList();
    Map<Digest, AeadCipher> first = new HashMap<>();
    ExecutorService nodes = Executors.newFixedThreadPool(THREADS);
    try {
      List<Future<SqlContentKeys>> started = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        started.add(nodes.submit(() -> keysIn(data)));
      }
      for (Future<SqlContentKeys> node : started) {
        SqlContentKeys keysOfNode = node.get();
        subjects.forEach(one -> same(first, one, keysOfNode.of(one).orElseThrow()));
        assertThat(node.get().name()).isEqualTo(started.get(0).get().name());
      }
      List<Future<Integer>> destroyed = new ArrayList<>();
      for (Future<SqlContentKeys> node : started) {
        destroyed.add(nodes.submit(() -> destroyHalf(node.get(), subjects)));
      }
      int times = 0;
      for (Future<Integer> one : destroyed) {
        times += one.get();
      }
      assertThat(times).isEqualTo(subjects.size() / 2);
    } finally {
      nodes.shutdown();
    }
    SqlContentKeys again = keysIn(data);
    for (int i = 0; i < subjects.size(); i++) {
      Digest subject = subjects.get(i);
      assertThat(again.of(subject).isPresent()).isEqualTo(i % 2 == 0);
      again.of(subject).ifPresent(left -> same(first, subject, left));
    }
  }

  private static int destroyHalf(SqlContentKeys node, List<Digest> subjects) {
    int times = 0;
    for (int i = 1; i < subjects.size(); i += 2) {
      times += node.destroy(subjects.get(i)) ? 1 : 0;
    }
    return times;
  }

  private void same(Map<Digest, AeadCipher> first, Digest subject, AeadCipher cipher) {
    byte[] closed = cipher.close(new byte[0], subject.bytes(), random);
    assertThat(first.computeIfAbsent(subject, one -> cipher).open(new byte[0], closed))
        .hasValueSatisfying(open -> assertThat(open).isEqualTo(subject.bytes()));
  }

  @Test
  @DisplayName("ERA-3 each of the tables may be made by another node at the same moment")
  void madeByAnother() {
    AwayDatabase away = new AwayDatabase(memory(), asked -> asked % 2 == 1 && asked < 4);
    away.set(true);
    assertThat(keysIn(away).of(tags.of(Optional.empty()))).isPresent();
    assertThat(away.refused()).isEqualTo(2);
  }
}
