package org.fhiranchor.interceptors.erasure;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import org.fhiranchor.interceptors.log.ChainRows;
import org.fhiranchor.interceptors.log.LogTransaction;
import org.fhiranchor.interceptors.log.PendingLeaf;
import org.fhiranchor.interceptors.log.SaltedRecord;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.LeafRanges;
import org.fhiranchor.merkle.Salt;
import org.fhiranchor.merkle.Statement;

/**
 * The leaves that name what erasures take; they stand in the signed tree when a method that adds
 * some returns. What is named already is not named again. Whose an erasure is, is told by the tag
 * of its tombstone.
 */
final class ErasureLeaves {
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);
  private static final Duration PAUSE = Duration.ofMillis(20);

  private final Erasure.Parts parts;
  private final SecureRandom random;
  private final InstantSource clock;

  ErasureLeaves(Erasure.Parts parts, SecureRandom random, InstantSource clock) {
    this.parts = parts;
    this.random = random;
    this.clock = clock;
  }

  /**
   * Waits until no leaf of these chains waits for its place.
   *
   * @throws Erasure.BusyException when that takes too long
   */
  void awaitPlaces(Collection<String> chains) {
    Instant end = clock.instant().plus(LONGEST_WAIT);
    while (parts.rows().anyWaiting(chains)) {
      if (parts.sequencer().sequence().isEmpty()) {
        pause(end);
      }
    }
  }

  private void pause(Instant end) {
    if (clock.instant().isAfter(end)) {
      throw new Erasure.BusyException("another node sequences the log without pause: ask again");
    }
    LockSupport.parkNanos(PAUSE.toNanos());
  }

  /** Names all leaves of these chains: their statements will go. */
  void name(Digest tombstone, Collection<String> chains) {
    LeafRanges named = parts.leaves().namedAsErased();
    List<Long> unnamed =
        parts.rows().leaves(chains).stream().filter(leaf -> !named.contains(leaf)).toList();
    ErasureRows.Counts counts = parts.rows().counts(unnamed);
    for (LeafRanges part : LeafRanges.of(unnamed).parts(LeafRanges.MOST)) {
      add(tombstone, part, LeafRanges.NONE, counts);
      counts = new ErasureRows.Counts(0, 0);
    }
  }

  /** Names these leaves of disclosures: their contents will go. */
  void nameContents(Digest tombstone, Collection<Long> disclosures) {
    LeafRanges named = namedContents();
    LeafRanges unnamed =
        LeafRanges.of(disclosures.stream().filter(leaf -> !named.contains(leaf)).toList());
    for (LeafRanges part : unnamed.parts(LeafRanges.MOST)) {
      add(tombstone, LeafRanges.NONE, part, new ErasureRows.Counts(0, 0));
    }
  }

  /** The disclosures whose contents are named. */
  LeafRanges namedContents() {
    return parts.leaves().erasures().stream()
        .map(Statement.Erasure::contents)
        .reduce(LeafRanges.NONE, LeafRanges::and);
  }

  private void add(
      Digest tombstone, LeafRanges leaves, LeafRanges contents, ErasureRows.Counts counts) {
    SaltedRecord record = SaltedRecord.of(facts(tombstone, counts), Salt.random(random));
    Instant end = clock.instant().plus(LONGEST_WAIT);
    while (parts
        .sequencer()
        .end(log -> Optional.of(leaf(log, leaves, contents, record)))
        .isEmpty()) {
      pause(end);
    }
  }

  private PendingLeaf leaf(
      LogTransaction log, LeafRanges leaves, LeafRanges contents, SaltedRecord record) {
    String chain = Statement.Erasure.CHAIN;
    Statement statement =
        new Statement.Erasure(
            clock.instant(),
            leaves,
            contents,
            record.digest(),
            Optional.ofNullable(log.latestCommitments(List.of(chain)).get(chain)));
    return new PendingLeaf(statement, Salt.random(random), record.json());
  }

  /** Who, why and how many; whose it was stands in it as the tombstone's tag alone. */
  private Map<String, String> facts(Digest tombstone, ErasureRows.Counts counts) {
    Map<String, String> facts = new TreeMap<>();
    ErasureOrder order =
        parts
            .tombstones()
            .order(tombstone)
            .orElseThrow(() -> new IllegalStateException("an erasure without its tombstone"));
    facts.put("v", "1");
    facts.put("tag", tombstone.hex());
    facts.put("reason", order.reason());
    facts.put("basis", order.basis());
    facts.put("who", order.who());
    facts.put("versions", Long.toString(counts.versions()));
    facts.put("events", Long.toString(counts.events()));
    return facts;
  }

  /** Those of one erasure, oldest first. */
  List<ChainRows.Placed> of(Digest tombstone) {
    List<ChainRows.Placed> found = new ArrayList<>();
    for (ChainRows.Placed row : parts.chains().all(List.of(Statement.Erasure.CHAIN))) {
      if (record(row).getOrDefault("tag", "").equals(tombstone.hex())) {
        parts.leaves().require(row, parts.leaves().head());
        found.add(row);
      }
    }
    return found;
  }

  /** The texts of an erasure leaf's record. */
  static Map<String, String> record(ChainRows.Placed row) {
    return SaltedRecord.texts(row.leaf().record());
  }
}
