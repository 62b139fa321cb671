package org.fhiranchor.consent.decide.index;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.fhiranchor.consent.decide.CompiledConsent;
import org.fhiranchor.consent.decide.ConsentResourceId;
import org.fhiranchor.consent.decide.Consents;
import org.fhiranchor.consent.decide.LedgerStanding;
import org.fhiranchor.consent.decide.LedgerView;
import org.fhiranchor.consent.decide.PatientConsents;
import org.fhiranchor.consent.decide.PatientId;

/**
 * Every stored Consent, by patient, in memory. Readers never wait and always see a patient's
 * consents as they were at one moment; writers take turns.
 */
public final class ConsentIndex implements Consents {
  private final PatientTable byPatient = new PatientTable();
  private final ConcurrentHashMap<ConsentResourceId, PatientId> patients =
      new ConcurrentHashMap<>();
  private final PermitsByActor permits = new PermitsByActor();
  private final AtomicLong epoch = new AtomicLong();
  private volatile LedgerView ledger = LedgerView.NONE;
  private volatile boolean complete;
  private volatile boolean withheld;

  @Override
  public PatientConsents heldBy(PatientId patient) {
    return byPatient.get(patient);
  }

  /** All stored Consents of a patient, whatever their standing; never changes afterwards. */
  public List<CompiledConsent> of(PatientId patient) {
    return heldBy(patient).list();
  }

  /** The Consent of that id, if it is here. */
  public Optional<CompiledConsent> find(ConsentResourceId id) {
    PatientId patient = patients.get(id);
    return patient == null ? Optional.empty() : find(id, of(patient));
  }

  private static Optional<CompiledConsent> find(
      ConsentResourceId id, List<CompiledConsent> consents) {
    return consents.stream().filter(consent -> consent.id().equals(id)).findFirst();
  }

  /**
   * Adds the Consent, or takes it in the place of the one with the same id, of whichever patient
   * that was.
   */
  public synchronized void put(CompiledConsent consent) {
    PatientId before = patients.put(consent.id(), consent.patient());
    if (before != null && !before.equals(consent.patient())) {
      drop(before, consent.id());
    }
    change(consent.patient(), with(of(consent.patient()), consent));
    epoch.incrementAndGet();
  }

  /** Moves a Consent on the ledger; false when there is no such Consent here. */
  public synchronized boolean move(ConsentResourceId id, LedgerStanding standing) {
    Optional<CompiledConsent> consent = find(id);
    consent.ifPresent(found -> put(found.withStanding(standing)));
    return consent.isPresent();
  }

  /** Takes a Consent away; false when there is none. */
  public synchronized boolean remove(ConsentResourceId id) {
    PatientId patient = patients.remove(id);
    if (patient == null) {
      return false;
    }
    drop(patient, id);
    epoch.incrementAndGet();
    return true;
  }

  private void drop(PatientId patient, ConsentResourceId id) {
    change(patient, without(of(patient), id));
  }

  private void change(PatientId patient, List<CompiledConsent> now) {
    List<CompiledConsent> before = of(patient);
    byPatient.put(patient, now);
    permits.changed(patient, before, now);
  }

  /**
   * Patients with a consent on the ledger that permits one of these actors something, perhaps in
   * the past, in the future or for another purpose; empty when there are more than wanted.
   */
  public Optional<Set<PatientId>> permitting(Set<String> actors, int most) {
    return permits.of(actors, most);
  }

  private static List<CompiledConsent> without(List<CompiledConsent> old, ConsentResourceId id) {
    return old.stream().filter(consent -> !consent.id().equals(id)).toList();
  }

  private static List<CompiledConsent> with(List<CompiledConsent> old, CompiledConsent added) {
    List<CompiledConsent> all = new ArrayList<>(without(old, added.id()));
    all.add(added);
    return List.copyOf(all);
  }

  /** From now on a Consent that is not here is not stored. */
  public void complete() {
    complete = true;
  }

  /** Whether all that is stored is here, so that a deny cannot be missing. */
  public boolean isComplete() {
    return complete;
  }

  /** Notes how far the ledger has been followed. */
  public void followed(LedgerView view) {
    ledger = view;
  }

  /**
   * While it is so, nothing that needs a consent is permitted, as when the ledger is away: what is
   * stored cannot be relied on (FOL-3).
   */
  public void withhold(boolean now) {
    if (withheld != now) {
      withheld = now;
      epoch.incrementAndGet();
    }
  }

  /** How far the ledger has been followed; not at all while everything is withheld. */
  public LedgerView ledger() {
    return withheld ? LedgerView.without(LedgerView.Source.LOG) : ledger;
  }

  /** Grows with every change of any Consent: equal epochs mean equal consents. */
  public long epoch() {
    return epoch.get();
  }

  /** The ids of all that are here; what comes or goes meanwhile may be among them or not. */
  public Iterable<ConsentResourceId> ids() {
    return patients.keySet();
  }

  /** How many Consents are here. */
  public int size() {
    return patients.size();
  }
}
