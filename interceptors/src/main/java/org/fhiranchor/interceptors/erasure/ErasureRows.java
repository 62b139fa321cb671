package org.fhiranchor.interceptors.erasure;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.LeafRanges;

/**
 * The rows of the database that an erasure finds and destroys. Every method joins the transaction
 * of its caller; without one, it is one of its own.
 */
public interface ErasureRows {
  /**
   * A stored resource.
   *
   * @param key HAPI's own
   */
  record Stored(long key, String type, String id) {
    /** {@code "Observation/1"}. */
    public String name() {
      return type + "/" + id;
    }

    /** Its chain in the log. */
    public String chain() {
      return "resource:" + name();
    }
  }

  /** Names every patient that is stored, deleted ones included, page by page. */
  void eachPatient(Consumer<PatientId> patient);

  /** The resource of this id, also when it is deleted. */
  Optional<Stored> find(String type, String id);

  /**
   * Reads the text of each version of each resource, replaced ones and those of deleted resources
   * included, some at a time. A text that cannot be read here is {@code ""}.
   */
  void eachText(BiConsumer<Stored, String> version);

  /** The resources that refer to these now, as HAPI's index has it. */
  List<Stored> referringTo(Collection<Stored> resources);

  /**
   * The Subscriptions of which it is noted that somebody owns them whose token names the patient.
   */
  List<Stored> subscriptionsOf(PatientId patient);

  /** The Binaries that any version of these referred to (OWN-2). */
  List<Stored> binariesOf(Collection<Stored> resources);

  /** What referred to these Binaries in any version, if it is stored still. */
  List<Stored> referrersOf(Collection<Stored> binaries);

  /** Every file of a bulk export. */
  List<Stored> exportFiles();

  /** The text of each version that has content; {@code ""} for one that cannot be read here. */
  List<String> texts(Stored resource);

  /** The leaves of these chains, by index. */
  List<Long> leaves(Collection<String> chains);

  /**
   * The leaves of this subject's disclosures whose content is still there.
   *
   * @param until those of requests up to then alone
   */
  List<Long> contents(Digest subject, Optional<Instant> until);

  /** Those of which a disclosure of a request up to their end still has its content. */
  List<Tombstones.Ended> withContents(Collection<Tombstones.Ended> ended);

  /**
   * Whether a disclosure of this subject waits for its place.
   *
   * @param until those of requests up to then alone
   */
  boolean anyDisclosureWaiting(Digest subject, Optional<Instant> until);

  /** Whether a leaf of one of these chains waits for its place. */
  boolean anyWaiting(Collection<String> chains);

  /** How many resource versions, and how many events, these leaves state. */
  Counts counts(Collection<Long> leaves);

  /** How many leaves there are of resource versions, and of events of consents and keys. */
  record Counts(long versions, long events) {}

  /** Nobody else changes these until the caller's transaction ends. */
  void lock(Collection<Stored> resources);

  /** Takes away the links of others that lead to these, which HAPI would not let go otherwise. */
  void unlink(Collection<Stored> resources);

  /** Takes away statement, salt and record of all leaves of these chains. */
  void eraseLeaves(Collection<String> chains);

  /** What is kept about these resources beside HAPI's own tables. */
  void eraseTraces(Collection<Stored> resources);

  /** What is kept about the patient: links of consents, keys, salts, names in other tables. */
  void eraseSubject(PatientId patient);

  /** The content of those disclosures of the subject whose leaves are named. */
  void eraseContents(Digest subject, LeafRanges named);

  /** The results of searches that are kept for their pages, of everybody. */
  void eraseSearches();

  /** The same, of searches that began up to then. */
  void eraseSearches(Instant until);

  /** What was asked for of all exports of provenance; their files are removed after it. */
  void eraseExports();
}
