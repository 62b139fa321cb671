package org.fhiranchor.interceptors.consent.following;

import com.google.common.collect.Lists;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.fhiranchor.consent.decide.CompiledConsent;
import org.fhiranchor.consent.decide.ConsentResourceId;
import org.fhiranchor.consent.decide.LedgerStanding;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.consent.decide.index.ConsentIndex;
import org.fhiranchor.consent.facts.LocalReferences;
import org.fhiranchor.interceptors.log.ConfirmedLeaves;
import org.fhiranchor.interceptors.log.EditedRows;
import org.fhiranchor.interceptors.log.LeafSweep;
import org.fhiranchor.interceptors.log.LogHealth;
import org.fhiranchor.interceptors.log.recording.RecordedWriter;
import org.fhiranchor.ledger.ConsentKey;
import org.fhiranchor.ledger.consent.ConsentRecord;
import org.fhiranchor.merkle.Digest;

/**
 * How far the log confirms what the database says of Consents, of their links, states and keys
 * (FOL-3). Whoever has only the database can take a permit away here, and add none. Asked when
 * Consents are compiled, never while deciding. All methods may be called from any thread.
 */
public final class ConsentEvidence {
  private static final LedgerStandings.Found UNCONFIRMED =
      new LedgerStandings.Found(LedgerStanding.UNCONFIRMED, -1);

  private static final LedgerStandings.Found NOT_THERE =
      new LedgerStandings.Found(LedgerStanding.NOT_THERE, -1);

  private final ConfirmedLeaves leaves;
  private final EditedRows edited;
  private final LogHealth health;
  private final LeafSweep sweep;
  private final LocalReferences references;
  private final Set<ConsentResourceId> ownerless = ConcurrentHashMap.newKeySet();
  private final Set<ConsentKey> toCompare = ConcurrentHashMap.newKeySet();
  private final Set<ConsentKey> asked = ConcurrentHashMap.newKeySet();
  private final Map<ConsentKey, ConsentRecord.Grant> onLedger = new ConcurrentHashMap<>();

  /** Compares with these leaves, and tells of what does not fit. */
  public ConsentEvidence(
      ConfirmedLeaves leaves,
      EditedRows edited,
      LogHealth health,
      LeafSweep sweep,
      LocalReferences references) {
    this.leaves = leaves;
    this.edited = edited;
    this.health = health;
    this.sweep = sweep;
    this.references = references;
  }

  /** The newest leaves of these Consents, read at once. */
  ConfirmedLeaves.Chains newest(Collection<ConsentResourceId> consents) {
    return leaves.newest(consents.stream().map(ConsentEvidence::chain).toList());
  }

  private static String chain(ConsentResourceId consent) {
    return LeafComparison.chain("Consent/" + consent.value());
  }

  /**
   * Whether a stored Consent is what was written last.
   *
   * @param content digest of what a read returns; empty when there is none
   */
  LeafComparison.Result compare(
      ConsentResourceId id,
      ConfirmedLeaves.Chains newest,
      Optional<Digest> content,
      boolean stored) {
    return LeafComparison.compare(newest.of(chain(id)), content, stored);
  }

  /** Who wrote what is stored of this Consent, when that was found to fit. */
  RecordedWriter writer(ConsentResourceId id, ConfirmedLeaves.Chains newest) {
    return LeafComparison.writer(newest.of(chain(id)));
  }

  /** What the log says of these patients' keys and consents, read at once. */
  Map<PatientId, SubjectLeaves> subjects(Collection<PatientId> patients) {
    ConfirmedLeaves.Chains chains =
        leaves.whole(patients.stream().map(one -> "subject:" + one.reference()).toList());
    Map<PatientId, SubjectLeaves> found = new HashMap<>();
    for (PatientId patient : patients) {
      found.put(patient, SubjectLeaves.of(chains.of("subject:" + patient.reference())));
    }
    return found;
  }

  /**
   * All that the database and the log say of one Consent.
   *
   * @param recorded whether the log knows the Consent as it is stored
   * @param patient as the stored Consent names them
   * @param rows of {@code subject_key}
   */
  record Claims(
      ConsentResourceId consent,
      boolean recorded,
      PatientId patient,
      Optional<ConsentLink> link,
      List<ConsentState> states,
      List<SubjectKey> rows,
      SubjectLeaves said) {
    boolean isKnown(ConsentState state) {
      return said.know(state.record().key().grantor())
          || rows.stream().anyMatch(row -> row.address().equals(state.record().key().grantor()));
    }
  }

  /**
   * Where a Consent stands.
   *
   * @param wrong what the log does not confirm; nothing of that counts
   */
  record Confirmed(ConsentResourceId consent, LedgerStandings.Found found, Set<String> wrong) {
    boolean isWhole() {
      return wrong.isEmpty();
    }
  }

  /**
   * Where the Consent stands, as far as that is confirmed. Rows and leaves are read one after the
   * other: what does not fit may have been written in between, and is read again before it is told.
   */
  Confirmed standing(Claims claims, long finalBlock) {
    Set<String> wrong = new HashSet<>();
    LedgerStandings.Found found =
        claims.link().map(link -> linked(claims, link, finalBlock, wrong)).orElse(NOT_THERE);
    if (!claims.recorded() && found.standing() instanceof LedgerStanding.Granted) {
      wrong.add("it has no leaf: it is older than the log, or was inserted in the database");
      found = UNCONFIRMED;
    }
    return new Confirmed(claims.consent(), found, wrong);
  }

  /** What counts from now on; what is wrong with it is told to health. */
  void counts(Confirmed one) {
    told(one.consent(), one.wrong());
    ownerless.remove(one.consent());
  }

  private void told(ConsentResourceId consent, Collection<String> wrong) {
    edited.looked(
        "Consent/" + consent.value(),
        wrong.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", wrong)));
  }

  private LedgerStandings.Found linked(
      Claims claims, ConsentLink link, long finalBlock, Set<String> wrong) {
    SubjectLeaves said = claims.said();
    said.doubt().ifPresent(wrong::add);
    List<SubjectKey> keys = claims.rows().stream().filter(said::confirm).toList();
    claims.rows().stream()
        .filter(row -> !keys.contains(row))
        .forEach(
            row -> wrong.add("subject_key: no leaf binds the key " + row.address().hex() + " so"));
    if (!link.patient().equals(claims.patient())
        || said.isOfAnother(claims.consent(), link.ledgerId())) {
      wrong.add("consent_link: it is another Consent's or another patient's");
      return UNCONFIRMED;
    }
    if (isRevoked(claims, wrong)) {
      return new LedgerStandings.Found(LedgerStanding.REVOKED, -1);
    }
    List<ConsentState> granted =
        claims.states().stream()
            .filter(state -> !state.record().revoked() && state.record().grant().isPresent())
            .toList();
    List<ConsentState> confirmed =
        granted.stream().filter(state -> isConfirmed(state, keys, said)).toList();
    return confirmed.size() < granted.size()
        ? UNCONFIRMED
        : LedgerStandings.of(confirmed, keys, finalBlock);
  }

  private boolean isRevoked(Claims claims, Set<String> wrong) {
    boolean revoked = false;
    for (ConsentState state : claims.states()) {
      boolean forGood = claims.said().revokedForGood(state.record().key());
      if (forGood && !state.record().revoked()) {
        wrong.add("consent_state: a revocation that was accepted here was taken out");
      }
      revoked |= forGood || (state.record().revoked() && claims.isKnown(state));
      if (forGood || state.record().revoked()) {
        // The contract's word of before is not its word any more.
        onLedger.remove(state.record().key());
      }
    }
    return revoked;
  }

  /** A grant by nobody's key is one as it is; a patient's needs its leaf, or the ledger's word. */
  private boolean isConfirmed(ConsentState state, List<SubjectKey> keys, SubjectLeaves said) {
    ConsentKey key = state.record().key();
    ConsentRecord.Grant grant = state.record().grant().orElseThrow();
    boolean bound =
        keys.stream()
            .anyMatch(
                row -> row.address().equals(key.grantor()) && row.wasBoundAt(grant.blockNumber()));
    if (!bound || said.confirm(key, grant) || grant.equals(onLedger.get(key))) {
      return true;
    }
    toCompare.add(key);
    return false;
  }

  /**
   * Grants that no leaf confirms, each once: they count when {@link #agreed} says so. One that is
   * looked at again without that is named again.
   */
  List<ConsentKey> takeToCompare() {
    List<ConsentKey> taken = List.copyOf(toCompare);
    asked.addAll(taken);
    taken.forEach(toCompare::remove);
    return taken;
  }

  /** The contract was asked, and says of a key what is stored. */
  void agreed(ConsentKey key, ConsentRecord.Grant grant) {
    if (asked.remove(key)) {
      onLedger.put(key, grant);
    }
  }

  /**
   * A Consent was edited, or taken away: what it denied is not known. Its patient is the one that
   * its newest leaf names, or whose it was in the index; where neither can be told, nothing at all
   * is permitted until it is written anew.
   */
  void edited(ConsentResourceId id, ConfirmedLeaves.Chains newest, ConsentIndex index) {
    ConfirmedLeaves.Chain chain = newest.of(chain(id));
    Optional<PatientId> patient =
        LeafComparison.consentPatient(chain)
            .flatMap(references::normalise)
            .filter(PatientId::isReference)
            .map(PatientId::ofReference)
            .or(() -> index.find(id).map(CompiledConsent::patient));
    patient.ifPresentOrElse(
        owner -> {
          ownerless.remove(id);
          index.put(CompiledConsent.edited(id, owner));
        },
        () -> ownerless.add(id));
    List<String> wrong = new ArrayList<>();
    wrong.add(chain.doubt().orElse("what is stored of it is not its newest leaf's, write it anew"));
    if (patient.isEmpty()) {
      wrong.add("its patient cannot be told, nothing is permitted meanwhile");
    }
    told(id, wrong);
  }

  /** Those that withhold everything. */
  Set<ConsentResourceId> ownerless() {
    return Set.copyOf(ownerless);
  }

  /** There is no such Consent any more, and the log says so too. */
  void gone(ConsentResourceId id) {
    ownerless.remove(id);
    told(id, List.of());
  }

  /**
   * Nothing is permitted while the log is refused, while a leaf's row is not what was written, or
   * while an edited Consent's patient is not known.
   */
  void withhold(ConsentIndex index) {
    index.withhold(health.refusal().isPresent() || sweep.isBroken() || !ownerless.isEmpty());
  }

  /**
   * Tells of each Consent that the log has as stored and that is not in the index.
   *
   * @param page how many leaves are read at once
   */
  void missing(ConsentIndex index, int page, Consumer<ConsentResourceId> told) {
    List<ConsentResourceId> absent = new ArrayList<>();
    leaves.eachResource(
        "Consent",
        id -> {
          ConsentResourceId consent = new ConsentResourceId(id);
          if (index.find(consent).isEmpty()) {
            absent.add(consent);
          }
        });
    for (List<ConsentResourceId> some : Lists.partition(absent, page)) {
      ConfirmedLeaves.Chains newest = newest(some);
      some.stream()
          .filter(id -> compare(id, newest, Optional.empty(), false) != LeafComparison.Result.FITS)
          .forEach(told);
    }
  }

  /**
   * Says whether the log has as many leaves as its tree.
   *
   * @throws org.fhiranchor.interceptors.log.CorruptLogException when some are missing
   */
  void requireAllLeaves() {
    leaves.requireAll();
  }
}
