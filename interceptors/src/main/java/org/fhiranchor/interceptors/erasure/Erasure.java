package org.fhiranchor.interceptors.erasure;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.interceptors.disclosure.SubjectTags;
import org.fhiranchor.interceptors.log.ChainRows;
import org.fhiranchor.interceptors.log.ConfirmedLeaves;
import org.fhiranchor.interceptors.log.Sequencer;
import org.fhiranchor.merkle.Digest;
import org.fhiranchor.merkle.LeafRanges;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Erases a patient (ERA-1), in steps of which each is right if it is done again:
 *
 * <ol>
 *   <li>A tombstone is set, apart from the database. From now on nothing is written as this
 *       patient, and every start goes on with the erasure.
 *   <li>Erasure leaves name the patient's contents, and stand in the signed tree; then the key of
 *       these is destroyed, so that they open in no backup of the database. What was closed under
 *       it meanwhile is named at once.
 *   <li>Erasure leaves name everything else that will go, before any of it does.
 *   <li>What belongs to the patient is destroyed, some resources at a time, each with all its
 *       versions and their leaves' statements in one transaction; the patient's own resource last.
 * </ol>
 *
 * What others write meanwhile is found by the next round. One erasure at a time on each node.
 */
public final class Erasure {
  private static final Logger LOG = LoggerFactory.getLogger(Erasure.class);
  private static final Duration PAUSE = Duration.ofMillis(20);

  /** Resources that one transaction destroys. */
  private static final int CHUNK = 200;

  /** Rounds until what others write is too much. */
  private static final int ROUNDS = 50;

  private final Parts parts;
  private final InstantSource clock;
  private final DisclosedContents contents;
  private final ErasureLeaves leaves;

  /**
   * What it works on.
   *
   * @param tags of the disclosure journal; empty where none is kept
   * @param keyGone destroys the key of a subject's contents, for all nodes
   * @param consentsGone told of the ids of Consents that are destroyed
   * @param exportsGone ends the exports of provenance, whose files may hold the record
   */
  public record Parts(
      Tombstones tombstones,
      PatientRecord record,
      ErasureRows rows,
      HapiRows hapi,
      Sequencer sequencer,
      ChainRows chains,
      ConfirmedLeaves leaves,
      Optional<SubjectTags> tags,
      Consumer<Digest> keyGone,
      Consumer<Set<String>> consentsGone,
      Runnable exportsGone) {}

  /** Erases in this store. */
  public Erasure(Parts parts, SecureRandom random, InstantSource clock) {
    this.parts = parts;
    this.clock = clock;
    this.leaves = new ErasureLeaves(parts, random, clock);
    this.contents = new DisclosedContents(parts.rows(), parts.tombstones(), parts.tags(), clock);
  }

  /** It cannot go on now; what is begun goes on later. */
  public static final class BusyException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BusyException(String message) {
      super(message);
    }
  }

  /**
   * Erases a patient, or goes on with it.
   *
   * @return what is kept because it belongs to others too; empty when there is no such patient
   * @throws BusyException when others write, or sequence, too much; the tombstone stays
   */
  public synchronized Optional<Set<String>> erase(PatientId patient, ErasureOrder order) {
    boolean known = parts.tombstones().has(patient);
    if (!known && !contents.isThere(patient)) {
      return Optional.empty();
    }
    parts.tombstones().set(patient, order);
    // If we die here, the next start goes on: the patient is still there.
    return Optional.of(goOn(patient));
  }

  /** Erases every patient with a tombstone who is there (again). */
  public synchronized void goOn() {
    parts.tombstones().refresh();
    if (!parts.tombstones().any()) {
      return;
    }
    Set<PatientId> present = new LinkedHashSet<>();
    parts
        .rows()
        .eachPatient(
            patient -> {
              if (parts.tombstones().has(patient)) {
                present.add(patient);
              }
            });
    present.forEach(this::goOn);
    // The others are erased: what is asked for from now on came later.
    parts.tombstones().endAll(clock.instant());
    LOG.info("patients with a tombstone are erased again count={}", present.size());
  }

  private Set<String> goOn(PatientId patient) {
    Set<String> kept = new LinkedHashSet<>();
    boolean over = contents.wasErased(patient);
    if (!over) {
      destroyKey(patient);
    }
    for (int round = 0; round < ROUNDS; round++) {
      try {
        if (oneRound(patient, over, kept)) {
          return kept;
        }
      } catch (HapiRows.CameBetweenException others) {
        // Nothing of that transaction is done. The next round finds what others wrote.
        LOG.info(
            "others wrote while a patient is erased round={} failure={}",
            round,
            others.getMessage());
        LockSupport.parkNanos(PAUSE.toNanos());
      }
    }
    throw new BusyException("others write to this record without pause: ask again");
  }

  /** Whoever finds a content that does not open finds the leaf that says so. */
  private void destroyKey(PatientId patient) {
    nameContents(patient);
    // If we die here, the contents are named and open as before.
    contents.subject(patient).ifPresent(parts.keyGone());
    // If we die here, they do not open any more, and the next start goes on.
    nameContents(patient);
  }

  /**
   * Looks for the record and destroys it.
   *
   * @param over whether the patient was erased before: no export that runs can hold the record
   * @param kept what belongs to others too is added
   * @return whether nothing was left
   */
  private boolean oneRound(PatientId patient, boolean over, Set<String> kept) {
    if (!over) {
      parts.hapi().endExports();
    }
    PatientRecord.Found found = parts.record().of(patient);
    kept.addAll(found.kept());
    parts.hapi().emptyJobs(found.jobs());
    if (found.isNothing() && isErased(patient)) {
      return true;
    }
    name(patient, found);
    destroy(patient, found);
    return false;
  }

  private boolean isErased(PatientId patient) {
    List<String> chain = List.of(subjectChain(patient));
    // What waits before what has its place: what is sequenced in between is seen twice.
    return !contents.anyWaiting(patient)
        && !parts.rows().anyWaiting(chain)
        && parts.rows().leaves(chain).isEmpty()
        && contents.leaves(patient).isEmpty();
  }

  private static String subjectChain(PatientId patient) {
    return "subject:" + patient.reference();
  }

  /** Every chain of which the erasure takes the statements. */
  private static Set<String> chains(PatientId patient, Collection<ErasureRows.Stored> resources) {
    Set<String> chains = new LinkedHashSet<>();
    resources.forEach(one -> chains.add(one.chain()));
    chains.add(subjectChain(patient));
    return chains;
  }

  /** Puts leaves into the tree for all that is to go and is not named yet. */
  private void name(PatientId patient, PatientRecord.Found found) {
    Set<String> chains = chains(patient, found.all());
    leaves.awaitPlaces(chains);
    leaves.name(parts.tombstones().tag(patient), chains);
    nameContents(patient);
    // If we die here, everything is named and still there; the next start destroys it.
  }

  private void nameContents(PatientId patient) {
    leaves.awaitPlaces(contents.chain(patient).stream().toList());
    leaves.nameContents(parts.tombstones().tag(patient), contents.leaves(patient));
  }

  private void destroy(PatientId patient, PatientRecord.Found found) {
    Set<String> consents = new LinkedHashSet<>();
    try {
      destroy(patient, found, consents);
    } finally {
      parts.hapi().forget();
      parts.consentsGone().accept(consents);
      parts.exportsGone().run();
    }
  }

  private void destroy(PatientId patient, PatientRecord.Found found, Set<String> consents) {
    for (List<ErasureRows.Stored> step : found.own()) {
      for (int from = 0; from < step.size(); from += CHUNK) {
        List<ErasureRows.Stored> chunk = step.subList(from, Math.min(step.size(), from + CHUNK));
        boolean last = chunk.stream().anyMatch(one -> one.name().equals(patient.reference()));
        if (!destroy(patient, chunk, last, found.looked())) {
          return;
        }
        // If we die here, some resources are gone with their leaves, and the rest is whole.
        chunk.stream()
            .filter(one -> one.type().equals("Consent"))
            .forEach(one -> consents.add(one.id()));
      }
    }
    if (found.isNothing()) {
      destroy(patient, List.of(), true, found.looked());
    }
  }

  /**
   * One transaction.
   *
   * @return false when something came that no leaf names yet, or that was not looked at
   */
  private boolean destroy(
      PatientId patient, List<ErasureRows.Stored> chunk, boolean last, Set<String> looked) {
    Set<String> chains = new LinkedHashSet<>();
    chunk.forEach(one -> chains.add(one.chain()));
    if (last) {
      chains.add(subjectChain(patient));
    }
    return parts
        .hapi()
        .inTransaction(
            () -> {
              parts.rows().lock(chunk);
              if (!allNamed(chains) || !allLookedAt(chunk, looked)) {
                return false;
              }
              if (!chunk.isEmpty()) {
                parts
                    .tombstones()
                    .add(patient, chunk.stream().map(ErasureRows.Stored::name).toList());
                // If we die here, they are still there, nobody writes them, and the next start
                // goes on.
                parts.rows().unlink(chunk);
                parts.hapi().destroy(chunk);
                parts.rows().eraseTraces(chunk);
              }
              parts.rows().eraseLeaves(chains);
              if (last) {
                parts.rows().eraseSubject(patient);
                parts.rows().eraseSearches();
                parts.rows().eraseExports();
                contents.erase(patient, leaves.namedContents());
              }
              return true;
            });
  }

  private boolean allNamed(Set<String> chains) {
    LeafRanges named = parts.leaves().namedAsErased();
    return !parts.rows().anyWaiting(chains)
        && parts.rows().leaves(chains).stream().allMatch(named::contains);
  }

  /** What refers to these by now was found: without the link nobody would find it any more. */
  private boolean allLookedAt(List<ErasureRows.Stored> chunk, Set<String> looked) {
    List<ErasureRows.Stored> binaries =
        chunk.stream().filter(one -> one.type().equals("Binary")).toList();
    return chunk.isEmpty()
        || Stream.concat(
                parts.rows().referringTo(chunk).stream(),
                parts.rows().referrersOf(binaries).stream())
            .allMatch(one -> looked.contains(one.name()));
  }

  /** The erasure leaves of this patient, with their records, oldest first. */
  List<ChainRows.Placed> leavesOf(PatientId patient) {
    return leaves.of(parts.tombstones().tag(patient));
  }
}
