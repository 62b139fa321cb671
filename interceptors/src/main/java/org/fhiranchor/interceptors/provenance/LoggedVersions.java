package org.fhiranchor.interceptors.provenance;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.fhiranchor.interceptors.log.ChainRows;
import org.fhiranchor.merkle.LeafIndex;
import org.fhiranchor.merkle.ResourceKey;
import org.fhiranchor.merkle.Statement;

/** Finds versions in the log, by what they are about or one after the other. Checks nothing. */
final class LoggedVersions {
  /** Leaves that are read at once. */
  private static final int CHUNK = 500;

  /**
   * Leaves stand in the order in which their writes were noted, and a write is noted while its
   * transaction runs: no transaction lasts that long.
   */
  private static final Duration LONGEST_TRANSACTION = Duration.ofHours(1);

  private final ChainRows rows;
  private final Set<String> types;

  /**
   * Reads these rows.
   *
   * @param types the resource types of this server
   */
  LoggedVersions(ChainRows rows, Collection<String> types) {
    this.rows = rows;
    this.types = Set.copyOf(types);
  }

  /** The version that this id names. */
  Optional<LoggedVersion> by(ProvenanceId id) {
    if (id instanceof ProvenanceId.OfLeaf place) {
      return at(place.leaf());
    }
    ProvenanceId.OfVersion named = (ProvenanceId.OfVersion) id;
    return of(Set.of(named.resource())).stream()
        .filter(one -> one.version().version().equals(named.version()))
        .findFirst();
  }

  private Optional<LoggedVersion> at(LeafIndex leaf) {
    return rows.range(leaf, new LeafIndex(leaf.value() + 1)).stream()
        .flatMap(row -> version(row).stream())
        .findFirst();
  }

  /** Every version of these resources, oldest first. */
  List<LoggedVersion> of(Collection<ResourceKey> resources) {
    return rows.all(resources.stream().map(key -> "resource:" + key).toList()).stream()
        .flatMap(row -> version(row).stream())
        .toList();
  }

  /** What a name may mean: without a type, the resource of that id of every type. */
  Stream<ResourceKey> meant(ProvenanceCriteria.Name name) {
    return isId(name.id())
        ? name.type()
            .map(Stream::of)
            .orElseGet(types::stream)
            .filter(types::contains)
            .map(type -> new ResourceKey(type, name.id()))
        : Stream.empty();
  }

  private static boolean isId(String text) {
    return text.matches("[A-Za-z0-9.-]{1,64}");
  }

  /** What a search asks for, in its order; from the whole log where it names no resource. */
  Iterator<LoggedVersion> candidates(ProvenanceCriteria criteria, long size, int mostLeaves) {
    Comparator<LoggedVersion> oldestFirst =
        Comparator.comparingLong(one -> one.leaf().index().value());
    Optional<Stream<LoggedVersion>> named =
        criteria
            .ids()
            .map(
                ids ->
                    ids.stream()
                        .flatMap(id -> ProvenanceId.parse(id).stream())
                        .flatMap(id -> by(id).stream()))
            .or(
                () ->
                    criteria
                        .about()
                        .map(names -> of(names.stream().flatMap(this::meant).toList()).stream()));
    return named
        .map(all -> all.filter(one -> one.leaf().index().value() < size))
        .map(all -> all.sorted(criteria.oldestFirst() ? oldestFirst : oldestFirst.reversed()))
        .map(Stream::iterator)
        .orElseGet(() -> new Walk(criteria, size, mostLeaves));
  }

  /** Whether a search names what it is about, so that all of it can be found at once. */
  static boolean isBounded(ProvenanceCriteria criteria) {
    return criteria.ids().isPresent() || criteria.about().isPresent();
  }

  private static Optional<LoggedVersion> version(ChainRows.Placed row) {
    return row.leaf().statement() instanceof Statement.ResourceVersion version
        ? Optional.of(new LoggedVersion(row, version))
        : Optional.empty();
  }

  /** Goes over the log, in chunks. */
  private final class Walk implements Iterator<LoggedVersion> {
    private final boolean oldestFirst;
    private final Optional<Instant> earliest;
    private final int most;
    private final Deque<LoggedVersion> ready = new ArrayDeque<>();
    private long from;
    private long to;
    private int looked;

    Walk(ProvenanceCriteria criteria, long size, int most) {
      this.oldestFirst = criteria.oldestFirst();
      this.earliest = criteria.earliest().map(first -> first.minus(LONGEST_TRANSACTION));
      this.most = most;
      this.to = size;
      this.from = oldestFirst ? first(size) : 0;
    }

    /** The first leaf that may be meant, found by halving. */
    private long first(long size) {
      if (earliest.isEmpty()) {
        return 0;
      }
      long low = 0;
      long high = size;
      while (low < high) {
        long middle = (low + high) >>> 1;
        boolean before = recordedAt(middle).filter(at -> at.isBefore(earliest.get())).isPresent();
        low = before ? middle + 1 : low;
        high = before ? high : middle;
      }
      return low;
    }

    private Optional<Instant> recordedAt(long leaf) {
      return rows.range(new LeafIndex(leaf), new LeafIndex(leaf + 1)).stream()
          .map(row -> row.leaf().statement().recorded())
          .findFirst();
    }

    @Override
    public boolean hasNext() {
      while (ready.isEmpty() && from < to) {
        read();
      }
      return !ready.isEmpty();
    }

    private void read() {
      if (looked >= most) {
        throw new TooManyLeavesException(most);
      }
      long begin = oldestFirst ? from : Math.max(from, to - CHUNK);
      long end = oldestFirst ? Math.min(to, from + CHUNK) : to;
      List<ChainRows.Placed> chunk =
          new ArrayList<>(rows.range(new LeafIndex(begin), new LeafIndex(end)));
      looked += CHUNK;
      chunk.forEach(row -> version(row).ifPresent(oldestFirst ? ready::addLast : ready::addFirst));
      if (oldestFirst) {
        from = end;
      } else {
        to = isTooOld(chunk) ? from : begin;
      }
    }

    private boolean isTooOld(List<ChainRows.Placed> chunk) {
      return earliest.isPresent()
          && !chunk.isEmpty()
          && chunk.get(0).leaf().statement().recorded().isBefore(earliest.get());
    }

    @Override
    public LoggedVersion next() {
      if (!hasNext()) {
        throw new NoSuchElementException("no further leaf");
      }
      return ready.removeFirst();
    }
  }
}
