package org.fhiranchor.interceptors.log.serving;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.stream.Stream;
import org.fhiranchor.interceptors.log.SequencedLeaf;
import org.fhiranchor.merkle.Commitment;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.Operation;
import org.fhiranchor.merkle.ResourceKey;
import org.fhiranchor.merkle.Statement;

/**
 * Holds the columns that a proof file does not show against the leaf's statement (PRF-2): nobody
 * outside could see that they were edited.
 */
public final class RowComparison {
  static final String RES_UPDATED = "RES_UPDATED";

  private static final Duration LONGEST_TRANSACTION = Duration.ofMinutes(1);

  private final RowFacts facts;

  /** Compares with these rows. */
  public RowComparison(RowFacts facts) {
    this.facts = facts;
  }

  /** A column that says something else than the statement. */
  public record Difference(String column, String want, String got) {}

  /** The first column of the leaf of this version that does not fit. */
  public Optional<Difference> first(ResourceKey resource, String version, SequencedLeaf leaf) {
    if (!(leaf.statement() instanceof Statement.ResourceVersion stated)) {
      return Optional.of(
          new Difference("anchor_leaf.statement", "a resource version", leaf.statement().chain()));
    }
    return Stream.concat(
            Stream.of(
                differs("anchor_leaf.chain", stated.chain(), "resource:" + resource),
                differs("anchor_leaf.version_id", stated.version(), version),
                differs(
                    "anchor_leaf.commitment",
                    Commitment.of(leaf.salt(), stated).hex(),
                    leaf.commitment().hex()),
                differs("anchor_leaf.record", stated.provenance().hex(), record(leaf)),
                kind(stated, leaf)),
            storedAt(resource, version, stated))
        .flatMap(Optional::stream)
        .findFirst();
  }

  private static String record(SequencedLeaf leaf) {
    return Digest.sha256(leaf.record().getBytes(StandardCharsets.UTF_8)).hex();
  }

  private Optional<Difference> kind(Statement.ResourceVersion stated, SequencedLeaf leaf) {
    String got = facts.kind(leaf.index()).orElse("no row");
    return differs("anchor_leaf.kind", stated.getClass().getSimpleName(), got);
  }

  private Stream<Optional<Difference>> storedAt(
      ResourceKey resource, String version, Statement.ResourceVersion stated) {
    return facts.storedAt(resource, version).stream()
        .map(at -> at.truncatedTo(ChronoUnit.MILLIS))
        .filter(at -> !fits(at, stated))
        .map(at -> differs(RES_UPDATED, stated.recorded().toString(), at.toString()));
  }

  /** HAPI gives a deletion the instant at which it comes to it, not that of its transaction. */
  private static boolean fits(Instant at, Statement.ResourceVersion stated) {
    Instant latest =
        stated.operation() == Operation.DELETE
            ? stated.recorded().plus(LONGEST_TRANSACTION)
            : stated.recorded();
    return !at.isBefore(stated.recorded()) && !at.isAfter(latest);
  }

  private static Optional<Difference> differs(String column, String want, String got) {
    return want.equals(got) ? Optional.empty() : Optional.of(new Difference(column, want, got));
  }
}
