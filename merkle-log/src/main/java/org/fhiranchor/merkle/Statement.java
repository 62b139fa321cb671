package org.fhiranchor.merkle;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * What one leaf of the log states (STM-1). Private: the log shows only its commitment. Instants are
 * kept in whole milliseconds.
 */
public sealed interface Statement {
  /** When it was recorded, to the millisecond. */
  Instant recorded();

  /** The commitment of the latest earlier leaf of the same {@link #chain()} (STM-2). */
  Optional<Digest> previous();

  /** The same statement with another predecessor. */
  Statement withPrevious(Optional<Digest> previous);

  /**
   * Names the chain that {@link #previous()} runs along: {@code resource:Observation/123} for
   * resource versions, {@code disclosure:…} for disclosures, {@code heads}, {@code retention},
   * {@code erasure}, {@code subject:…} for all others.
   */
  String chain();

  /** Digest of the record that is kept beside it; empty for kinds that have none. */
  default Optional<Digest> recordDigest() {
    return Optional.empty();
  }

  /** The JSON members, in canonical order. */
  JsonValue.Obj toJson();

  /** The canonical form, which is what a commitment is made over. */
  default byte[] canonicalBytes() {
    return toJson().toJson().getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Reads a statement strictly: a member unknown, missing or of another type is an error, and so is
   * a value in another than its one spelling.
   *
   * @throws CanonicalFormException naming the member
   */
  static Statement parse(byte[] json) {
    return StatementReader.read(JsonValue.parse(json, 1 << 16, 8));
  }

  /**
   * A version of a resource.
   *
   * @param version the FHIR version id
   * @param content SHA-256 of the canonical resource; absent for delete
   * @param provenance digest of the salted record of who and why
   */
  record ResourceVersion(
      Instant recorded,
      ResourceKey resource,
      String version,
      Operation operation,
      Optional<Digest> content,
      Digest provenance,
      Optional<Digest> previous)
      implements Statement {
    /**
     * Checks the parts.
     *
     * @throws IllegalArgumentException for a version id FHIR does not allow, content with a delete,
     *     or a create or update without
     */
    public ResourceVersion {
      recorded = recorded.truncatedTo(ChronoUnit.MILLIS);
      StatementRules.version(version);
      StatementRules.content(operation, content.isPresent());
    }

    @Override
    public ResourceVersion withPrevious(Optional<Digest> previous) {
      return new ResourceVersion(
          recorded, resource, version, operation, content, provenance, previous);
    }

    @Override
    public Optional<Digest> recordDigest() {
      return Optional.of(provenance);
    }

    @Override
    public String chain() {
      return "resource:" + resource;
    }

    @Override
    public JsonValue.Obj toJson() {
      StatementMembers members =
          StatementMembers.of("resource-version", this)
              .text("resource", resource.toString())
              .text("version", version)
              .text("operation", operation.word())
              .text("provenance", provenance);
      content.ifPresent(members::content);
      return members.json();
    }
  }

  /**
   * A disclosure, or a refusal, to someone.
   *
   * @param subject a tag that stands for the patient: keyed, so that it tells nobody who it is
   * @param sequence number among the disclosures of the subject, from 1 without gaps; 0 before the
   *     sequencer has numbered it
   * @param record digest of the disclosure's own record
   */
  record Disclosure(
      Instant recorded, Digest subject, long sequence, Digest record, Optional<Digest> previous)
      implements Statement {
    /**
     * Checks the parts.
     *
     * @throws IllegalArgumentException for a negative sequence, or a first one with a predecessor
     */
    public Disclosure {
      recorded = recorded.truncatedTo(ChronoUnit.MILLIS);
      StatementRules.counter("sequence", sequence);
      StatementRules.first(sequence, previous.isPresent());
    }

    /** One that waits for its number. */
    public static Disclosure waiting(Instant recorded, Digest subject, Digest record) {
      return new Disclosure(recorded, subject, 0, record, Optional.empty());
    }

    /** The same after the one with that number, or as the first (DIS-3). */
    public Disclosure after(long last, Optional<Digest> previous) {
      return new Disclosure(recorded, subject, last + 1, record, previous);
    }

    @Override
    public Disclosure withPrevious(Optional<Digest> previous) {
      return new Disclosure(recorded, subject, sequence, record, previous);
    }

    @Override
    public Optional<Digest> recordDigest() {
      return Optional.of(record);
    }

    @Override
    public String chain() {
      return chainOf(subject);
    }

    /** The chain of a subject's disclosures. */
    public static String chainOf(Digest subject) {
      return "disclosure:" + subject.hex();
    }

    @Override
    public JsonValue.Obj toJson() {
      return StatementMembers.of("disclosure", this)
          .text("subject", subject)
          .number("sequence", sequence)
          .text("record", record)
          .json();
    }
  }

  /**
   * Something that happened to a consent.
   *
   * @param event one lower-case word, such as {@code granted} or {@code revoked}
   * @param record digest of the event's own record
   */
  record ConsentEvent(
      Instant recorded,
      String subject,
      ResourceKey consent,
      String event,
      Digest record,
      Optional<Digest> previous)
      implements Statement {
    /**
     * Checks the parts.
     *
     * @throws IllegalArgumentException for an empty or over-long subject, or an event of no word
     */
    public ConsentEvent {
      recorded = recorded.truncatedTo(ChronoUnit.MILLIS);
      StatementRules.subject(subject);
      StatementRules.event(event);
    }

    @Override
    public ConsentEvent withPrevious(Optional<Digest> previous) {
      return new ConsentEvent(recorded, subject, consent, event, record, previous);
    }

    @Override
    public Optional<Digest> recordDigest() {
      return Optional.of(record);
    }

    @Override
    public String chain() {
      return "subject:" + subject;
    }

    @Override
    public JsonValue.Obj toJson() {
      return StatementMembers.of("consent", this)
          .text("subject", subject)
          .text("consent", consent.toString())
          .text("event", event)
          .text("record", record)
          .json();
    }
  }

  /**
   * A signing key bound to a subject, or no longer.
   *
   * @param event one lower-case word, such as {@code bound}, {@code rotated} or {@code removed}
   * @param key {@code 0x} and 20 to 65 bytes in hex, an address or a public key
   * @param record digest of the event's own record
   */
  record KeyBinding(
      Instant recorded,
      String subject,
      String event,
      String key,
      Digest record,
      Optional<Digest> previous)
      implements Statement {
    /**
     * Checks the parts.
     *
     * @throws IllegalArgumentException for a part of another shape
     */
    public KeyBinding {
      recorded = recorded.truncatedTo(ChronoUnit.MILLIS);
      StatementRules.subject(subject);
      StatementRules.event(event);
      StatementRules.key(key);
    }

    @Override
    public KeyBinding withPrevious(Optional<Digest> previous) {
      return new KeyBinding(recorded, subject, event, key, record, previous);
    }

    @Override
    public Optional<Digest> recordDigest() {
      return Optional.of(record);
    }

    @Override
    public String chain() {
      return "subject:" + subject;
    }

    @Override
    public JsonValue.Obj toJson() {
      return StatementMembers.of("key-binding", this)
          .text("subject", subject)
          .text("event", event)
          .text("key", key)
          .text("record", record)
          .json();
    }
  }

  /**
   * The destruction of what belonged to one patient (ERA-1). It names leaves alone, and tells
   * nobody whose they were.
   *
   * @param leaves whose statement, salt and record are destroyed, and the version they stated
   * @param contents disclosures whose content is destroyed; their leaves stay
   * @param record digest of the erasure's own record
   */
  record Erasure(
      Instant recorded,
      LeafRanges leaves,
      LeafRanges contents,
      Digest record,
      Optional<Digest> previous)
      implements Statement {
    /** The chain of all of them. */
    public static final String CHAIN = "erasure";

    /**
     * Checks the parts.
     *
     * @throws IllegalArgumentException for more than {@link LeafRanges#MOST} ranges, or none
     */
    public Erasure {
      recorded = recorded.truncatedTo(ChronoUnit.MILLIS);
      StatementRules.ranges(leaves.ranges().size() + contents.ranges().size());
    }

    @Override
    public Erasure withPrevious(Optional<Digest> previous) {
      return new Erasure(recorded, leaves, contents, record, previous);
    }

    @Override
    public Optional<Digest> recordDigest() {
      return Optional.of(record);
    }

    @Override
    public String chain() {
      return CHAIN;
    }

    @Override
    public JsonValue.Obj toJson() {
      return StatementMembers.of("erasure", this)
          .text("leaves", leaves.toString())
          .text("contents", contents.toString())
          .text("record", record)
          .json();
    }
  }

  /**
   * The heads of all subjects' disclosures (DIS-6).
   *
   * @param map root of the {@link SparseMap} from subjects to their heads
   * @param covers how many leaves the map speaks of, from the first one on; the leaf of a size that
   *     is anchored covers all before itself
   */
  record Heads(Instant recorded, Digest map, long covers, Optional<Digest> previous)
      implements Statement {
    /** The chain of all of them. */
    public static final String CHAIN = "heads";

    /**
     * Checks the parts.
     *
     * @throws IllegalArgumentException for a negative number
     */
    public Heads {
      recorded = recorded.truncatedTo(ChronoUnit.MILLIS);
      StatementRules.counter("covers", covers);
    }

    @Override
    public Heads withPrevious(Optional<Digest> previous) {
      return new Heads(recorded, map, covers, previous);
    }

    @Override
    public String chain() {
      return CHAIN;
    }

    @Override
    public JsonValue.Obj toJson() {
      return StatementMembers.of("heads", this).text("map", map).number("covers", covers).json();
    }
  }

  /**
   * The content of old disclosures is removed; their leaves stay (DIS-8).
   *
   * @param before of disclosures that were recorded before this instant
   */
  record Retention(Instant recorded, Instant before, Optional<Digest> previous)
      implements Statement {
    /** The chain of all of them. */
    public static final String CHAIN = "retention";

    /** Keeps whole milliseconds. */
    public Retention {
      recorded = recorded.truncatedTo(ChronoUnit.MILLIS);
      before = before.truncatedTo(ChronoUnit.MILLIS);
    }

    @Override
    public Retention withPrevious(Optional<Digest> previous) {
      return new Retention(recorded, before, previous);
    }

    @Override
    public String chain() {
      return CHAIN;
    }

    @Override
    public JsonValue.Obj toJson() {
      return StatementMembers.of("retention", this).text("before", before).json();
    }
  }
}
