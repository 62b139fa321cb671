package org.fhiranchor.interceptors.plain;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.fhiranchor.interceptors.disclosure.JournalContents;
import org.fhiranchor.interceptors.disclosure.SubjectTags;
import org.fhiranchor.interceptors.log.ChainRows;
import org.fhiranchor.interceptors.log.LogState;
import org.fhiranchor.interceptors.log.LogStore;
import org.fhiranchor.interceptors.log.PendingLeaf;
import org.fhiranchor.interceptors.log.PendingSeal;
import org.fhiranchor.interceptors.log.SequencedLeaf;
import org.fhiranchor.interceptors.store.SqlChainRows;
import org.fhiranchor.interceptors.store.SqlLogStore;
import org.fhiranchor.merkle.Commitment;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.LeafIndex;
import org.fhiranchor.merkle.LeafRanges;
import org.fhiranchor.merkle.LogSigningKey;
import org.fhiranchor.merkle.Operation;
import org.fhiranchor.merkle.Salt;
import org.fhiranchor.merkle.SparseMap;
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
  private final PendingSeal seals;
  private final TransactionTemplate oneMoment;
  private final Optional<SubjectTags> tags;
  private final JournalContents contents;

  /** Audits this server. */
  public LogAuditor(RunningServer server) {
    this(
        rows(server.bean(DataSource.class), new PendingSeal(server.bean(LogSigningKey.class))),
        server.bean(DataSource.class),
        new PendingSeal(server.bean(LogSigningKey.class)),
        server.find(SubjectTags.class),
        server.find(JournalContents.class).orElseGet(JournalContents::plain));
  }

  /**
   * The rows themselves, not the store that the server watches: the moment that is audited passes,
   * and a head signed meanwhile would look like a rollback to whoever knows both.
   */
  private static LogStore rows(DataSource data, PendingSeal seals) {
    return new SqlLogStore(
        new JdbcTemplate(data),
        new TransactionTemplate(new DataSourceTransactionManager(data)),
        seals);
  }

  /** Audits a log beside HAPI's tables; the store must read from this very data source. */
  public LogAuditor(LogStore store, DataSource data, PendingSeal seals) {
    this(store, data, seals, Optional.empty(), JournalContents.plain());
  }

  private LogAuditor(
      LogStore store,
      DataSource data,
      PendingSeal seals,
      Optional<SubjectTags> tags,
      JournalContents contents) {
    this.tags = tags;
    this.contents = contents;
    this.store = store;
    this.seals = seals;
    jdbc = new JdbcTemplate(data);
    oneMoment = new TransactionTemplate(new DataSourceTransactionManager(data));
    // H2's repeatable read takes each table's snapshot when that table is first read.
    oneMoment.setIsolationLevel(TransactionDefinition.ISOLATION_SERIALIZABLE);
    oneMoment.setReadOnly(true);
  }

  /** Every leaf, checked against its commitment, its chain, the root and the newest checkpoint. */
  public List<SequencedLeaf> audit() {
    return atOneMoment(this::readAndCheck);
  }

  /** Waits until nothing is pending; then the same as {@link #recordedEqualsStored}. */
  public void leavesEqualVersions() {
    await().atMost(120, SECONDS).until(() -> atOneMoment(this::comparedIfAllIsSequenced));
  }

  /**
   * Exactly one leaf, sequenced or pending, for every version, and no other; a deletion for each
   * deletion; and the version of each resource that is its current one (FUZZ-2).
   *
   * @return every leaf that has its place
   */
  public List<SequencedLeaf> recordedEqualsStored() {
    return atOneMoment(this::compare);
  }

  /** Another one once something was written, recorded, disclosed or erased. */
  String mark() {
    return String.valueOf(
        jdbc.queryForList(
            "select tree_size, (select count(*) from anchor_leaf) leaves, (select count(*) from"
                + " anchor_pending) pending, (select count(*) from disclosure) disclosures, (select"
                + " count(*) from HFJ_RESOURCE) resources, (select count(*) from HFJ_RES_VER)"
                + " versions, (select max(PID) from HFJ_RES_VER) newest from anchor_log"));
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
    Map<String, Digest> heads = new HashMap<>();
    Map<String, Long> numbers = new HashMap<>();
    for (SequencedLeaf leaf : leaves) {
      Statement statement = leaf.statement();
      assertThat(Commitment.of(leaf.salt(), statement)).isEqualTo(leaf.commitment());
      assertThat(statement.previous())
          .isEqualTo(Optional.ofNullable(heads.put(statement.chain(), leaf.commitment())));
      if (statement instanceof Statement.Disclosure disclosure) {
        assertThat(disclosure.sequence())
            .isEqualTo(numbers.merge(statement.chain(), 1L, Long::sum));
      }
    }
    Digest root = naiveRoot(hashes(leaves, state.size().value()));
    assertThat(root).isEqualTo(state.root());
    assertThat(TreeProofs.root(state.size(), new TileNodes(state.size(), store.tiles())))
        .isEqualTo(root);
    if (state.size().value() > 0) {
      assertThat(store.latestCheckpoint().orElseThrow().checkpoint().root()).isEqualTo(root);
    }
    return leaves;
  }

  /** Of every leaf; one that was erased is named by a leaf that says so, and keeps its hash. */
  private List<Digest> hashes(List<SequencedLeaf> leaves, long size) {
    LeafRanges named =
        leaves.stream()
            .map(SequencedLeaf::statement)
            .filter(Statement.Erasure.class::isInstance)
            .map(statement -> ((Statement.Erasure) statement).leaves())
            .reduce(LeafRanges.NONE, LeafRanges::and);
    Map<Long, Digest> hashes = new TreeMap<>();
    leaves.forEach(leaf -> hashes.put(leaf.index().value(), leaf.leafHash()));
    for (ChainRows.Erased one : erased()) {
      assertThat(named.contains(one.index().value())).isTrue();
      hashes.put(one.index().value(), TreeHash.leaf(Commitment.entry(one.commitment())));
    }
    assertThat(hashes.keySet()).hasSize((int) size);
    return List.copyOf(hashes.values());
  }

  /** Every leaf that was erased. */
  List<ChainRows.Erased> erased() {
    return new SqlChainRows(jdbc, seals).erased(new LeafIndex(0), new LeafIndex(Long.MAX_VALUE));
  }

  private List<SequencedLeaf> compare() {
    List<SequencedLeaf> leaves = readAndCheck();
    List<String> recorded =
        Stream.concat(leaves.stream().map(SequencedLeaf::statement), pending())
            .filter(Statement.ResourceVersion.class::isInstance)
            .map(Statement.ResourceVersion.class::cast)
            .map(LogAuditor::inWords)
            .toList();
    assertThat(recorded).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(versions());
    compareDisclosures(leaves);
    tags.ifPresent(known -> compareHeads(leaves, known));
    assertThat(resourcesWithoutTheirVersion()).isEmpty();
    return leaves;
  }

  /** Exactly one journal record for every leaf of a disclosure, sequenced or pending (DIS-3). */
  private void compareDisclosures(List<SequencedLeaf> leaves) {
    List<Digest> committed =
        Stream.concat(leaves.stream().map(SequencedLeaf::statement), pending())
            .filter(Statement.Disclosure.class::isInstance)
            .map(statement -> ((Statement.Disclosure) statement).record())
            .toList();
    List<Digest> kept =
        jdbc.query(
            "select subject, digest, content from disclosure",
            (row, n) -> {
              Digest digest = Digest.of(row.getBytes("digest"));
              assertThat(said(row).orElse(digest)).isEqualTo(digest);
              return digest;
            });
    assertThat(kept).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(committed);
  }

  /** The digest of a record's content; empty of one that is gone, or that this node cannot open. */
  private Optional<Digest> said(ResultSet row) throws SQLException {
    Digest subject = Digest.fromHex(row.getString("subject"));
    byte[] content = row.getBytes("content");
    if (content == null || (contents.keys().isEmpty() && content[0] != '{')) {
      return Optional.empty();
    }
    String opened =
        contents
            .opening(List.of(subject))
            .open(subject, Digest.of(row.getBytes("digest")), content);
    return Optional.of(Digest.sha256(opened.getBytes(UTF_8)));
  }

  /**
   * The newest heads leaf names the map of all disclosures that it covers, and no other (DIS-6).
   */
  private static void compareHeads(List<SequencedLeaf> leaves, SubjectTags tags) {
    List<Statement.Heads> all =
        leaves.stream()
            .map(SequencedLeaf::statement)
            .filter(Statement.Heads.class::isInstance)
            .map(Statement.Heads.class::cast)
            .toList();
    if (all.isEmpty()) {
      return;
    }
    Statement.Heads newest = all.get(all.size() - 1);
    Map<Digest, Digest> heads = new HashMap<>();
    for (SequencedLeaf leaf : leaves) {
      if (leaf.index().value() < newest.covers()
          && leaf.statement() instanceof Statement.Disclosure one) {
        Salt salt = tags.headSalt(one.subject(), one.sequence(), leaf.commitment());
        heads.put(one.subject(), SparseMap.head(salt, one.sequence(), leaf.commitment()));
      }
    }
    assertThat(SparseMap.with(SparseMap.EMPTY, heads, ids -> Map.of()).root())
        .isEqualTo(newest.map());
  }

  /** All that waits, each row under its seal and in its statement's chain (FOL-3). */
  private Stream<Statement> pending() {
    return jdbc
        .query(
            "select statement, salt, chain, record, seal from anchor_pending",
            (row, n) -> {
              PendingLeaf leaf =
                  new PendingLeaf(
                      Statement.parse(row.getBytes("statement")),
                      Salt.of(row.getBytes("salt")),
                      new String(row.getBytes("record"), UTF_8));
              assertThat(seals.fits(row.getBytes("seal"), leaf)).isTrue();
              assertThat(row.getString("chain")).isEqualTo(leaf.statement().chain());
              return leaf.statement();
            })
        .stream();
  }

  private static String inWords(Statement.ResourceVersion version) {
    boolean deleted = version.operation() == Operation.DELETE;
    return version.resource() + "/" + version.version() + (deleted ? " deleted" : "");
  }

  private List<String> versions() {
    return jdbc.queryForList(
        "select r.RES_TYPE || '/' || r.FHIR_ID || '/' || v.RES_VER || case when v.RES_DELETED_AT is"
            + " null then '' else ' deleted' end from HFJ_RES_VER v join HFJ_RESOURCE r on r.RES_ID"
            + " = v.RES_ID",
        String.class);
  }

  /** Every stored version, as {@code Type/id/version}. */
  Set<String> versionIds() {
    return versions().stream()
        .map(version -> version.replace(" deleted", ""))
        .collect(Collectors.toSet());
  }

  private List<String> resourcesWithoutTheirVersion() {
    return jdbc.queryForList(
        "select r.RES_TYPE || '/' || r.FHIR_ID from HFJ_RESOURCE r left join HFJ_RES_VER v on"
            + " v.RES_ID = r.RES_ID and v.RES_VER = r.RES_VER where v.RES_ID is null or"
            + " (v.RES_DELETED_AT is null) <> (r.RES_DELETED_AT is null)",
        String.class);
  }

  private List<SequencedLeaf> leaves(long size) {
    List<SequencedLeaf> all = new ArrayList<>();
    for (long from = 0; from < size; from += 4096) {
      all.addAll(store.leaves(new LeafIndex(from), new LeafIndex(Math.min(size, from + 4096))));
    }
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
