package org.fhiranchor.interceptors.erasure;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.merkle.Digest;

/**
 * Which patients were erased, and which resources with them, by tags that tell nobody who they are.
 * Kept apart from the database that holds the patients: whoever restores an old backup of that one
 * does not restore this one (ERA-3). All methods may be called from any thread.
 *
 * <p>Durability: {@link #set} is durable when it returns.
 */
public interface Tombstones {
  /** Whether there is any at all, as far as this node knows. */
  boolean any();

  /** Reads again what other nodes have set. */
  void refresh();

  /** Whether this patient is erased, or is being erased, as far as this node knows. */
  boolean has(PatientId patient);

  /**
   * Whether a resource of this name was erased with its patient, or is that patient, as far as this
   * node knows. Costs no question to the database.
   *
   * @param name {@code "Observation/1"}
   */
  boolean isErased(String name);

  /** The same, asked of the database where other nodes may have set some a moment ago. */
  boolean isErasedByNow(String name);

  /**
   * Whether a tombstone with this tag was ever set here.
   *
   * @param tag as {@link #tag} gives it
   */
  boolean knows(Digest tag);

  /** Tells the names of all resources that were erased with this patient from all others. */
  Predicate<String> erasedWith(PatientId patient);

  /**
   * Sets one for each resource that goes with this patient, who has one already. Durable when it
   * returns; what is there already stays.
   */
  void add(PatientId patient, Collection<String> names);

  /** What stands for the patient here. */
  Digest tag(PatientId patient);

  /** Why the patient of this tag was erased, as it was said the first time. */
  Optional<ErasureOrder> order(Digest tag);

  /** When this patient's erasure ended; empty while it is under way. */
  Optional<Instant> ended(PatientId patient);

  /** Notes that this patient's erasure is under way, also when it had ended before. */
  void begin(PatientId patient);

  /** Notes when this patient's erasure ended. */
  void end(PatientId patient, Instant at);

  /** Notes what stands for this patient in the journal of disclosures. */
  void journaledAs(PatientId patient, Digest subject);

  /**
   * An erasure that ended.
   *
   * @param tag of its patient here
   * @param subject what stands for the patient in the journal of disclosures
   */
  record Ended(Digest tag, Digest subject, Instant at) {}

  /** Those that ended at this instant or later, and of which the subject was noted. */
  List<Ended> endedSince(Instant from);

  /** Notes this instant for every erasure that has not ended yet. */
  void endAll(Instant at);

  /** Sets one; of two orders for one patient the first stays. */
  void set(PatientId patient, ErasureOrder order);
}
