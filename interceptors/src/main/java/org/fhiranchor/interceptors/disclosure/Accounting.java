package org.fhiranchor.interceptors.disclosure;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.interceptors.log.CorruptLogException;
import org.fhiranchor.interceptors.log.LogStore;
import org.fhiranchor.interceptors.log.SequencedLeaf;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.JsonValue;
import org.fhiranchor.merkle.LeafIndex;
import org.fhiranchor.merkle.Statement;

/** The disclosures of one patient, as they are told to the patient and to officers (EXP-3). */
public final class Accounting {
  /** Most disclosures of one patient whose place in the log is looked up. */
  static final int MOST = 50_000;

  private static final int BLOCK = 1_000;

  private final DisclosureStore store;
  private final LogStore log;
  private final SubjectTags tags;

  /** Accountings out of this journal. */
  public Accounting(DisclosureStore store, LogStore log, SubjectTags tags) {
    this.store = store;
    this.log = log;
    this.tags = tags;
  }

  /**
   * A line of an accounting.
   *
   * @param members those of the record; none when its content was removed
   * @param leaf empty while it waits for its place in the log
   */
  public record Line(
      Instant recorded,
      boolean emergency,
      Map<String, JsonValue> members,
      Optional<SequencedLeaf> leaf) {
    /**
     * The line of a record.
     *
     * @throws CorruptLogException when its content is not what it was when it was written
     */
    public static Line of(DisclosureStore.Kept kept, Optional<SequencedLeaf> leaf) {
      Instant recorded = Instant.ofEpochMilli(kept.recordedMillis());
      if (kept.json().isEmpty()) {
        return new Line(recorded, kept.emergency(), Map.of(), leaf);
      }
      byte[] text = kept.json().getBytes(StandardCharsets.UTF_8);
      if (!Digest.sha256(text).equals(kept.digest())) {
        throw new CorruptLogException("the content of a disclosure was changed in the database");
      }
      Map<String, JsonValue> members =
          JsonValue.parse(text, 1 << 20, 8) instanceof JsonValue.Obj object
              ? object.members()
              : Map.of();
      return new Line(recorded, kept.emergency(), members, leaf);
    }

    /** The number in the patient's chain. */
    public Optional<Long> number() {
      return leaf.map(one -> ((Statement.Disclosure) one.statement()).sequence());
    }
  }

  /**
   * A page of those within a time: broken glass first, then the newest first.
   *
   * @throws CorruptLogException when a record is not what it was when it was written
   */
  public List<Line> of(PatientId patient, DisclosureStore.Within within, int offset, int limit) {
    Digest subject = tags.of(Optional.of(patient));
    List<DisclosureStore.Kept> kept = store.of(subject, within, offset, limit);
    Map<Digest, SequencedLeaf> leaves = leaves(subject, kept);
    return kept.stream()
        .map(one -> Line.of(one, Optional.ofNullable(leaves.get(one.digest()))))
        .toList();
  }

  /**
   * From the newest leaf on, and no further back than these records are: what waits for its place
   * has no leaf. Records that were written at the same time may stand in another order than that of
   * their instants, but not a whole block apart.
   */
  private Map<Digest, SequencedLeaf> leaves(Digest subject, List<DisclosureStore.Kept> kept) {
    Map<Digest, Long> wanted =
        kept.stream()
            .collect(
                Collectors.toMap(
                    DisclosureStore.Kept::digest,
                    DisclosureStore.Kept::recordedMillis,
                    (one, other) -> one,
                    HashMap::new));
    Map<Digest, SequencedLeaf> found = new HashMap<>();
    LeafIndex before = new LeafIndex(Long.MAX_VALUE);
    List<SequencedLeaf> block;
    int looked = 0;
    do {
      block = wanted.isEmpty() ? List.of() : log.disclosuresBefore(subject, before, BLOCK);
      for (SequencedLeaf leaf : block) {
        before = leaf.index();
        if (wanted.remove(disclosure(leaf).record()) != null) {
          found.put(disclosure(leaf).record(), leaf);
        }
      }
      looked += block.size();
    } while (block.size() == BLOCK && looked < MOST && !isOlder(block, wanted.values()));
    return found;
  }

  private static boolean isOlder(List<SequencedLeaf> block, Collection<Long> wanted) {
    long oldest = wanted.stream().mapToLong(Long::longValue).min().orElse(Long.MAX_VALUE);
    return block.stream().allMatch(leaf -> disclosure(leaf).recorded().toEpochMilli() < oldest);
  }

  private static Statement.Disclosure disclosure(SequencedLeaf leaf) {
    if (leaf.statement() instanceof Statement.Disclosure disclosure) {
      return disclosure;
    }
    throw new CorruptLogException("leaf %s: not a disclosure".formatted(leaf.index()));
  }

  /** What stands for the patient in the log, and in accountings with proofs. */
  public String tag(PatientId patient) {
    return tags.of(Optional.of(patient)).hex();
  }

  /** How many there are. */
  public long count(PatientId patient) {
    return store.count(tags.of(Optional.of(patient)));
  }
}
