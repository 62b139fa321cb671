package org.fhiranchor.consent.decide.index;

import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.fhiranchor.consent.decide.CompiledConsent;
import org.fhiranchor.consent.decide.PackedId;
import org.fhiranchor.consent.decide.PatientConsents;
import org.fhiranchor.consent.decide.PatientId;

/**
 * Finds a patient's Consents with two reads of memory, the slot and what it holds. Open addressing:
 * a slot that was given to a patient stays theirs until the table grows, so that readers need no
 * lock. One writer at a time.
 */
final class PatientTable {
  private static final int SMALLEST = 64;

  /** Slots for each patient, at least: most are found where they are looked for first. */
  private static final int ROOM = 3;

  private volatile AtomicReferenceArray<PatientConsents> slots =
      new AtomicReferenceArray<>(SMALLEST);
  private int used;

  PatientConsents get(PatientId patient) {
    AtomicReferenceArray<PatientConsents> now = slots;
    PatientConsents found = now.get(slot(now, patient.value()));
    return found == null ? PatientConsents.NOTHING : found;
  }

  /** Takes the place of what the patient had. */
  void put(PatientId patient, List<CompiledConsent> consents) {
    int slot = slot(slots, patient.value());
    if (slots.get(slot) == null) {
      makeRoom();
      slot = slot(slots, patient.value());
      used++;
    }
    slots.set(slot, new PatientConsents(patient, consents));
  }

  private void makeRoom() {
    if ((used + 1) * ROOM > slots.length()) {
      rebuild();
    }
  }

  /** Twice as large as there must be, without the patients that have no Consent any more. */
  private void rebuild() {
    AtomicReferenceArray<PatientConsents> old = slots;
    int live = 0;
    for (int i = 0; i < old.length(); i++) {
      live += isLive(old.get(i)) ? 1 : 0;
    }
    int least = Math.max((live + 1) * ROOM, SMALLEST);
    AtomicReferenceArray<PatientConsents> grown =
        new AtomicReferenceArray<>(2 * Integer.highestOneBit(least));
    for (int i = 0; i < old.length(); i++) {
      PatientConsents held = old.get(i);
      if (isLive(held)) {
        grown.setPlain(slot(grown, held.patient().value()), held);
      }
    }
    used = live;
    slots = grown;
  }

  private static boolean isLive(PatientConsents held) {
    return held != null && !held.isEmpty();
  }

  /** Where the patient is, or the free slot where they would be. */
  private static int slot(AtomicReferenceArray<PatientConsents> slots, String id) {
    long first = PackedId.begin(id);
    long next = PackedId.next(id);
    int mask = slots.length() - 1;
    int slot = hash(first, next, id) & mask;
    PatientConsents held = slots.get(slot);
    while (held != null && !held.areOf(id, first, next)) {
      slot = (slot + 1) & mask;
      held = slots.get(slot);
    }
    return slot;
  }

  private static int hash(long first, long next, String id) {
    long rest = id.length() > PackedId.LONGEST ? id.hashCode() : id.length();
    long mixed = ((first * 0x9E3779B97F4A7C15L) ^ next) * 0xC2B2AE3D27D4EB4FL + rest;
    mixed = (mixed ^ (mixed >>> 29)) * 0xBF58476D1CE4E5B9L;
    return (int) (mixed >>> 32);
  }
}
