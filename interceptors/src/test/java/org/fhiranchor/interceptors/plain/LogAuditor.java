package org.fhiranchor.interceptors.plain;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.fhiranchor.interceptors.log.LogState;
import org.fhiranchor.interceptors.log.LogStore;
import org.fhiranchor.interceptors.log.SequencedLeaf;
import org.fhiranchor.merkle.Commitment;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.LeafIndex;
import org.fhiranchor.merkle.Statement;
import org.fhiranchor.merkle.TileNodes;
import org.fhiranchor.merkle.TreeHash;
import org.fhiranchor.merkle.TreeProofs;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Re-reads the whole log and holds it against HAPI's own tables. All that one audit reads belongs
 * to one moment: the server may go on writing and sequencing meanwhile.
 */
public final class LogAuditor {
  private final LogStore store;
  private final JdbcTemplate jdbc;
  private final TransactionTemplate oneMoment;

  /** Audits this server. */
  public LogAuditor(RunningServer server) {
    this(server.bean(LogStore.class), server.bean(DataSource.class));
  }

  /** Audits a log beside HAPI's tables; the store must read from this very data source. */
  public LogAuditor(LogStore store, DataSource data) {
    this.store = store;
    jdbc = new JdbcTemplate(data);
    oneMoment = new TransactionTemplate(new DataSourceTransactionManager(data));
    oneMoment.setIsolationLevel(TransactionDefinition.ISOLATION_REPEATABLE_READ);
    oneMoment.setReadOnly(true);
  }

  /** Every leaf, checked against its commitment, its chain, the root and the newest checkpoint. */
  public List<SequencedLeaf> audit() {
    return atOneMoment(this::readAndCheck);
  }

  /** Waits until nothing is pending; then exactly one leaf for every version, and no other. */
  public void leavesEqualVersions() {
    await().atMost(60, SECONDS).until(() -> atOneMoment(this::comparedIfAllIsSequenced));
  }

  private <T> T atOneMoment(Supplier<T> reading) {
    return oneMoment.execute(status -> reading.get());
  }

  private boolean comparedIfAllIsSequenced() {
    if (store.pendingCount() > 0) {
      return false;
    }
    compare();
    return true;
  }

  private List<SequencedLeaf> readAndCheck() {
    LogState state = store.state();
    List<SequencedLeaf> leaves = leaves(state.size().value());
    assertThat(leaves).hasSize((int) state.size().value());
    Map<String, Digest> heads = new HashMap<>();
    for (SequencedLeaf leaf : leaves) {
      Statement statement = leaf.statement();
      assertThat(Commitment.of(leaf.salt(), statement)).isEqualTo(leaf.commitment());
      assertThat(statement.previous())
          .isEqualTo(Optional.ofNullable(heads.put(statement.chain(), leaf.commitment())));
    }
    Digest root = naiveRoot(leaves.stream().map(SequencedLeaf::leafHash).toList());
    assertThat(root).isEqualTo(state.root());
    assertThat(TreeProofs.root(state.size(), new TileNodes(state.size(), store.tiles())))
        .isEqualTo(root);
    if (state.size().value() > 0) {
      assertThat(store.latestCheckpoint().orElseThrow().checkpoint().root()).isEqualTo(root);
    }
    return leaves;
  }

  private void compare() {
    List<String> versions =
        jdbc.queryForList(
            "select r.RES_TYPE || '/' || r.FHIR_ID || '/' || v.RES_VER from HFJ_RES_VER v join"
                + " HFJ_RESOURCE r on r.RES_ID = v.RES_ID",
            String.class);
    List<String> recorded =
        readAndCheck().stream()
            .map(SequencedLeaf::statement)
            .filter(Statement.ResourceVersion.class::isInstance)
            .map(Statement.ResourceVersion.class::cast)
            .map(version -> version.resource() + "/" + version.version())
            .toList();
    assertThat(recorded).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(versions);
  }

  private List<SequencedLeaf> leaves(long size) {
    List<SequencedLeaf> all = new ArrayList<>();
    for (long from = 0; from < size; from += 4096) {
      all.addAll(store.leaves(new LeafIndex(from), new LeafIndex(Math.min(size, from + 4096))));
    }
    IntStream.range(0, all.size())
        .forEach(i -> assertThat(all.get(i).index().value()).isEqualTo(i));
    return all;
  }

  private static Digest naiveRoot(List<Digest> hashes) {
    if (hashes.size() <= 1) {
      return hashes.isEmpty() ? TreeHash.EMPTY : hashes.get(0);
    }
    int split = Integer.highestOneBit(hashes.size() - 1);
    return TreeHash.node(
        naiveRoot(hashes.subList(0, split)), naiveRoot(hashes.subList(split, hashes.size())));
  }
}
