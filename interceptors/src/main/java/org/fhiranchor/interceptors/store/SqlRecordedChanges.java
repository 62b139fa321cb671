package org.fhiranchor.interceptors.store;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.fhiranchor.interceptors.consent.following.RecordedChanges;
import org.fhiranchor.interceptors.log.ConfirmedLeaves;
import org.fhiranchor.interceptors.log.LogStore;
import org.fhiranchor.interceptors.log.PendingSeal;
import org.fhiranchor.interceptors.log.SequencedLeaf;
import org.fhiranchor.merkle.LeafIndex;
import org.fhiranchor.merkle.Statement;
import org.fhiranchor.merkle.TreeSize;
import org.springframework.jdbc.core.JdbcTemplate;

/** The log's leaves, and the table {@code anchor_pending}. */
public record SqlRecordedChanges(
    JdbcTemplate jdbc, LogStore log, PendingSeal seals, ConfirmedLeaves leaves)
    implements RecordedChanges {
  private static final int PAGE = 10_000;

  @Override
  public TreeSize size() {
    return log.state().size();
  }

  @Override
  public List<SequencedLeaf> leaves(LeafIndex from, LeafIndex to) {
    return log.leaves(from, to);
  }

  @Override
  public Set<Long> erased(LeafIndex from, LeafIndex to, Stream<LeafIndex> read) {
    return leaves.erased(from, to, read, leaves.head());
  }

  @Override
  public long[] waiting() {
    LongStream.Builder all = LongStream.builder();
    long last = Long.MIN_VALUE;
    int rows = 0;
    List<Long> page;
    do {
      // By the key's index: the rows of a table that fills and empties all day are not all read.
      page =
          jdbc.queryForList(
              "select pending_id from anchor_pending where pending_id > ? order by pending_id limit"
                  + " "
                  + PAGE,
              Long.class,
              last);
      page.forEach(all::add);
      rows += page.size();
      last = page.isEmpty() ? last : page.get(page.size() - 1);
      if (rows > MAX_WAITING) {
        throw new IllegalStateException(
            "more than " + MAX_WAITING + " leaves wait for the sequencer: does it stand still?");
      }
    } while (page.size() == PAGE);
    return all.build().toArray();
  }

  @Override
  public List<Statement> waiting(Collection<Long> numbers) {
    return jdbc.query(
        SqlChainRows.WAITING
            + "join unnest(cast(? as bigint array)) as w(id) on pending_id = w.id order by"
            + " pending_id",
        ManyRows.of(numbers).bigint(id -> id).setter(),
        (row, n) -> SqlChainRows.genuine(row, seals).statement());
  }
}
