package org.fhiranchor.interceptors.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.fhiranchor.merkle.Checkpoint;
import org.fhiranchor.merkle.Commitment;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.LeafIndex;
import org.fhiranchor.merkle.LeafRanges;
import org.fhiranchor.merkle.Salt;
import org.fhiranchor.merkle.Statement;
import org.fhiranchor.merkle.TreeHash;
import org.jspecify.annotations.Nullable;

/**
 * What the log says of a chain, as far as it is proven: a leaf that has its place stands under the
 * tree's signed head, one that waits has its seal (FOL-3). Everything else is a doubt about its
 * chain, and one in a leaf turns health DOWN. All methods may be called from any thread.
 */
public final class ConfirmedLeaves {
  private static final List<String> ERASURES = List.of(Statement.Erasure.CHAIN);

  private final ChainRows rows;
  private final TreeLeaves tree;
  private final LogHealth health;
  private final AtomicReference<@Nullable Known> erasures = new AtomicReference<>();

  /** Reads these rows of this store's log. */
  public ConfirmedLeaves(ChainRows rows, LogStore store, LogHealth health) {
    this.rows = rows;
    this.tree = new TreeLeaves(store);
    this.health = health;
  }

  /** A confirmed leaf: what it states, and the record behind it. */
  public record Leaf(Statement statement, String record) {}

  /**
   * A chain.
   *
   * @param leaves the confirmed ones, oldest first
   * @param doubt what is wrong with a row of it; empty when all of it is confirmed
   */
  public record Chain(List<Leaf> leaves, Optional<String> doubt) {
    private static final Chain NONE = new Chain(List.of(), Optional.empty());

    public Chain {
      leaves = List.copyOf(leaves);
    }

    /** The newest confirmed leaf. */
    public Optional<Leaf> newest() {
      return leaves.isEmpty() ? Optional.empty() : Optional.of(leaves.get(leaves.size() - 1));
    }
  }

  /** Chains by name. */
  public record Chains(Map<String, Chain> byName) {
    /** That chain; without leaves when it has none. */
    public Chain of(String name) {
      return byName.getOrDefault(name, Chain.NONE);
    }
  }

  /** The newest leaf of each of these chains, and all that waits behind it. */
  public Chains newest(Collection<String> chains) {
    List<ChainRows.Waiting> waiting = rows.waiting(chains);
    return confirm(rows.newest(chains), waiting, false);
  }

  /** Names each resource of a type that has a leaf, by its id. */
  public void eachResource(String type, Consumer<String> id) {
    int prefix = ("resource:" + type + "/").length();
    rows.eachChain(type, chain -> id.accept(chain.substring(prefix)));
  }

  /**
   * Compares the number of leaves with the tree's size: one that was taken away may have been the
   * newest of its chain.
   *
   * @throws CorruptLogException when they differ; health is told
   */
  public void requireAll() {
    long before = size();
    long count = rows.count();
    long after = size();
    if (count < before || count > after) {
      CorruptLogException missing =
          new CorruptLogException("anchor_leaf: want %d leaves, got %d".formatted(after, count));
      health.refuse(missing);
      throw missing;
    }
  }

  private long size() {
    return tree.head().map(head -> head.size().value()).orElse(0L);
  }

  /** These chains from their first leaf on. */
  public Chains whole(Collection<String> chains) {
    List<ChainRows.Waiting> waiting = rows.waiting(chains);
    return confirm(rows.all(chains), waiting, true);
  }

  private Chains confirm(
      List<ChainRows.Placed> placed, List<ChainRows.Waiting> waiting, boolean whole) {
    Optional<Checkpoint> head = placed.isEmpty() ? Optional.empty() : tree.head();
    Map<String, Building> chains = new HashMap<>();
    for (ChainRows.Placed row : placed) {
      Building chain = chains.computeIfAbsent(row.chain(), none -> new Building());
      Optional<String> wrong =
          wrongIn(row, head).or(() -> whole ? chain.gapBefore(row) : Optional.empty());
      wrong.ifPresent(what -> health.refuse(new CorruptLogException(what)));
      chain.add(row, wrong);
    }
    waiting.forEach(row -> chains.computeIfAbsent(row.chain(), none -> new Building()).add(row));
    Map<String, Chain> done = new HashMap<>();
    chains.forEach((name, chain) -> done.put(name, chain.done()));
    return new Chains(done);
  }

  /**
   * What keeps a leaf's row from being the tree's.
   *
   * @param head of the tree; asked for after the row was read
   */
  public Optional<String> wrongIn(ChainRows.Placed row, Optional<Checkpoint> head) {
    SequencedLeaf leaf = row.leaf();
    String where = "leaf " + leaf.index();
    if (!row.chain().equals(leaf.statement().chain())) {
      return Optional.of(where + ": its chain is not the statement's");
    }
    if (!Commitment.of(leaf.salt(), leaf.statement()).equals(leaf.commitment())) {
      return Optional.of(where + ": its commitment is not the statement's");
    }
    if (!recordFits(leaf.statement(), leaf.record())) {
      return Optional.of(where + ": its record is not the statement's");
    }
    boolean holds =
        head.filter(signed -> tree.hold(signed, leaf.index(), leaf.leafHash())).isPresent();
    return holds ? Optional.empty() : Optional.of(where + ": the tree has another leaf there");
  }

  /**
   * Which leaves of a range are erased, as a confirmed erasure leaf says (ERA-1). A row that only
   * claims to be erased is not among them. Ask after the range itself was read.
   *
   * @param read the leaves that were read: one of them may have been erased since, and is there
   * @param head the newest one, read after the rows were
   */
  public Set<Long> erased(
      LeafIndex from, LeafIndex to, Stream<LeafIndex> read, Optional<Checkpoint> head) {
    Set<Long> erased =
        erasedRows(from, to, head).stream()
            .map(row -> row.index().value())
            .collect(Collectors.toCollection(HashSet::new));
    read.forEach(leaf -> erased.remove(leaf.value()));
    return erased;
  }

  /** The same, by index, with what is left of each. */
  public List<ChainRows.Erased> erasedRows(
      LeafIndex from, LeafIndex to, Optional<Checkpoint> head) {
    List<ChainRows.Erased> claimed = rows.erased(from, to);
    if (claimed.isEmpty() || head.isEmpty()) {
      return List.of();
    }
    LeafRanges named = namedAsErased();
    return claimed.stream()
        .filter(row -> named.contains(row.index().value()))
        .filter(
            row ->
                tree.hold(
                    head.get(), row.index(), TreeHash.leaf(Commitment.entry(row.commitment()))))
        .toList();
  }

  /** The leaves that confirmed erasure leaves name. */
  public LeafRanges namedAsErased() {
    return erasures().stream()
        .map(Statement.Erasure::leaves)
        .reduce(LeafRanges.NONE, LeafRanges::and);
  }

  /**
   * All erasures that have their place in the log, oldest first.
   *
   * @throws CorruptLogException when one of these is not the tree's; health is told
   */
  public List<Statement.Erasure> erasures() {
    Optional<LeafIndex> newest =
        rows.newest(ERASURES).stream().findFirst().map(row -> row.leaf().index());
    if (newest.isEmpty()) {
      return List.of();
    }
    Optional<Known> known =
        Optional.ofNullable(erasures.get()).filter(one -> one.newest().equals(newest.get()));
    return known.map(Known::all).orElseGet(this::readErasures);
  }

  private List<Statement.Erasure> readErasures() {
    List<Statement.Erasure> all = new ArrayList<>();
    List<ChainRows.Placed> found = rows.all(ERASURES);
    Optional<Checkpoint> head = head();
    for (ChainRows.Placed row : found) {
      require(row, head);
      if (!(row.leaf().statement() instanceof Statement.Erasure erasure)) {
        throw contradiction("the chain of erasures: holds another leaf");
      }
      all.add(erasure);
    }
    if (!found.isEmpty()) {
      erasures.set(new Known(found.get(found.size() - 1).leaf().index(), List.copyOf(all)));
    }
    return all;
  }

  private record Known(LeafIndex newest, List<Statement.Erasure> all) {}

  /** The newest head; ask for it after the rows were read. */
  public Optional<Checkpoint> head() {
    return tree.head();
  }

  /**
   * Wants a row to be the tree's.
   *
   * @param head the newest one, read after the row was
   * @throws CorruptLogException when it is not; health is told
   */
  public void require(ChainRows.Placed row, Optional<Checkpoint> head) {
    Optional<String> wrong = wrongIn(row, head);
    if (wrong.isPresent()) {
      throw contradiction(wrong.get());
    }
  }

  /** That the log contradicts itself; health is told. */
  public CorruptLogException contradiction(String what) {
    CorruptLogException contradiction = new CorruptLogException(what);
    health.refuse(contradiction);
    return contradiction;
  }

  private static boolean recordFits(Statement statement, String record) {
    // The record of a disclosure is kept in the journal.
    return statement
        .recordDigest()
        .filter(kept -> !(statement instanceof Statement.Disclosure))
        .map(want -> want.equals(Digest.sha256(record.getBytes(UTF_8))))
        .orElse(record.isEmpty());
  }

  /** A chain while its rows come. */
  private static final class Building {
    private final List<Leaf> leaves = new ArrayList<>(1);
    private final Set<Salt> salts = new HashSet<>(2);
    private Optional<String> doubt = Optional.empty();
    private Optional<Digest> last = Optional.empty();

    /** A leaf names the one before it: one that was taken out of the middle is missed. */
    Optional<String> gapBefore(ChainRows.Placed row) {
      return row.leaf().statement().previous().equals(last)
          ? Optional.empty()
          : Optional.of("leaf " + row.leaf().index() + ": the leaf before it is missing");
    }

    void add(ChainRows.Placed row, Optional<String> wrong) {
      SequencedLeaf leaf = row.leaf();
      last = Optional.of(leaf.commitment());
      doubt = doubt.or(() -> wrong);
      if (wrong.isEmpty()) {
        leaves.add(new Leaf(leaf.statement(), leaf.record()));
        salts.add(leaf.salt());
      }
    }

    void add(ChainRows.Waiting row) {
      PendingLeaf leaf = row.leaf();
      if (!row.sealed()
          || !row.chain().equals(leaf.statement().chain())
          || !recordFits(leaf.statement(), leaf.record())) {
        doubt = doubt.or(() -> Optional.of("a row of anchor_pending without a valid seal"));
      } else if (salts.add(leaf.salt())) {
        // Otherwise it was sequenced between the two looks.
        leaves.add(new Leaf(leaf.statement(), leaf.record()));
      }
    }

    Chain done() {
      return new Chain(leaves, doubt);
    }
  }
}
