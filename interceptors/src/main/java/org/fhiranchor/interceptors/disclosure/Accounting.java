package org.fhiranchor.interceptors.disclosure;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.interceptors.log.CorruptLogException;
import org.fhiranchor.interceptors.log.LogStore;
import org.fhiranchor.interceptors.log.SequencedLeaf;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.JsonValue;
import org.fhiranchor.merkle.Statement;

/** The disclosures of one patient, as they are told to the patient and to officers (EXP-3). */
public final class Accounting {
  /** Most disclosures of one patient whose place in the log is looked up. */
  static final int MOST = 50_000;

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
   * @param json the record, byte for byte what the leaf commits to; empty when it was removed
   * @param leaf empty while it waits for its place in the log
   */
  public record Line(
      long recordedMillis, boolean emergency, String json, Optional<SequencedLeaf> leaf) {
    /** The record's members; none when it was removed. */
    public Map<String, JsonValue> members() {
      byte[] text = json.getBytes(StandardCharsets.UTF_8);
      return !json.isEmpty() && JsonValue.parse(text, 1 << 20, 8) instanceof JsonValue.Obj object
          ? object.members()
          : Map.of();
    }

    /** When it was. */
    public Instant recorded() {
      return Instant.ofEpochMilli(recordedMillis);
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
    Map<Digest, SequencedLeaf> leaves =
        log.disclosures(subject, MOST).stream()
            .collect(
                Collectors.toMap(
                    Accounting::recordOf, Function.identity(), (newer, older) -> newer));
    return kept.stream().map(one -> line(one, leaves)).toList();
  }

  private static Digest recordOf(SequencedLeaf leaf) {
    if (leaf.statement() instanceof Statement.Disclosure disclosure) {
      return disclosure.record();
    }
    throw new CorruptLogException("leaf %s: not a disclosure".formatted(leaf.index()));
  }

  private static Line line(DisclosureStore.Kept kept, Map<Digest, SequencedLeaf> leaves) {
    boolean changed =
        !kept.json().isEmpty()
            && !Digest.sha256(kept.json().getBytes(StandardCharsets.UTF_8)).equals(kept.digest());
    if (changed) {
      throw new CorruptLogException("the content of a disclosure was changed in the database");
    }
    return new Line(
        kept.recordedMillis(),
        kept.emergency(),
        kept.json(),
        Optional.ofNullable(leaves.get(kept.digest())));
  }

  /** How many there are. */
  public long count(PatientId patient) {
    return store.count(tags.of(Optional.of(patient)));
  }
}
