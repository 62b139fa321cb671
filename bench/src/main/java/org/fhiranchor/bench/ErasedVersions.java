package org.fhiranchor.bench;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fhiranchor.bench.store.ScratchDatabase;
import org.fhiranchor.interceptors.erasure.ErasureRows;
import org.fhiranchor.interceptors.log.ConfirmedLeaves;
import org.fhiranchor.interceptors.log.LogHealth;
import org.fhiranchor.interceptors.log.LogTransaction;
import org.fhiranchor.interceptors.log.PendingLeaf;
import org.fhiranchor.interceptors.log.SaltedRecord;
import org.fhiranchor.interceptors.log.Sequencer;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.LeafRanges;
import org.fhiranchor.merkle.LogSigningKey;
import org.fhiranchor.merkle.Operation;
import org.fhiranchor.merkle.ResourceKey;
import org.fhiranchor.merkle.Salt;
import org.fhiranchor.merkle.Statement;

/** Versions that are written and erased again, in the steps of an erasure. */
final class ErasedVersions {
  static final int VERSIONS = 1_000;

  /** Resources that one transaction destroys, as in an erasure. */
  private static final int CHUNK = 200;

  private final SecureRandom random = new SecureRandom();
  private final ScratchDatabase database;
  private final ErasureRows rows;
  private final ConfirmedLeaves leaves;
  private final Sequencer sequencer;
  private int patients;

  ErasedVersions(ScratchDatabase database, LogSigningKey key) {
    this.database = database;
    this.rows = database.erasures();
    this.leaves = new ConfirmedLeaves(database.chains(), database.log(), new LogHealth());
    this.sequencer = new Sequencer(database.log(), key, 4 * VERSIONS);
  }

  /**
   * What an erasure took.
   *
   * @param processor seconds of this process's processor time
   */
  record Round(double seconds, double processor) {}

  /** Another patient's versions are written, and erased; the second is measured. */
  Round round() {
    List<PendingLeaf> written = new ArrayList<>();
    List<String> chains = new ArrayList<>();
    for (int i = 0; i < VERSIONS; i++) {
      PendingLeaf leaf = version(new ResourceKey("Observation", "gone-" + patients + "-" + i));
      written.add(leaf);
      chains.add(leaf.statement().chain());
    }
    patients++;
    database.addPending(written);
    sequencer.sequence();
    double used = ProcessorTime.seconds();
    long start = System.nanoTime();
    erase(chains);
    return new Round((System.nanoTime() - start) / 1e9, ProcessorTime.seconds() - used);
  }

  private PendingLeaf version(ResourceKey resource) {
    SaltedRecord record = SaltedRecord.of(Map.of("v", "1", "writer", "bench"), Salt.random(random));
    return new PendingLeaf(
        new Statement.ResourceVersion(
            Instant.parse("2026-01-01T00:00:00Z"),
            resource,
            "1",
            Operation.CREATE,
            Optional.of(Digest.sha256(resource.toString().getBytes(StandardCharsets.UTF_8))),
            record.digest(),
            Optional.empty()),
        Salt.random(random),
        record.json());
  }

  private void erase(List<String> chains) {
    LeafRanges before = leaves.namedAsErased();
    List<Long> found = rows.leaves(chains).stream().filter(leaf -> !before.contains(leaf)).toList();
    rows.counts(found);
    LeafRanges named = LeafRanges.of(found);
    if (sequencer.end(log -> Optional.of(leaf(log, named))).isEmpty()) {
      throw new IllegalStateException("the log took no leaf of the erasure");
    }
    for (int from = 0; from < chains.size(); from += CHUNK) {
      List<String> chunk = chains.subList(from, Math.min(chains.size(), from + CHUNK));
      database.inTransaction(() -> empty(chunk));
    }
  }

  private PendingLeaf leaf(LogTransaction log, LeafRanges named) {
    SaltedRecord record = SaltedRecord.of(Map.of("v", "1", "reason", "bench"), Salt.random(random));
    String chain = Statement.Erasure.CHAIN;
    return new PendingLeaf(
        new Statement.Erasure(
            Instant.parse("2026-01-01T00:00:00Z"),
            named,
            LeafRanges.NONE,
            record.digest(),
            Optional.ofNullable(log.latestCommitments(List.of(chain)).get(chain))),
        Salt.random(random),
        record.json());
  }

  private void empty(List<String> chunk) {
    LeafRanges named = leaves.namedAsErased();
    if (rows.anyWaiting(chunk) || !rows.leaves(chunk).stream().allMatch(named::contains)) {
      throw new IllegalStateException("an erasure of what no leaf names");
    }
    rows.eraseLeaves(chunk);
  }
}
