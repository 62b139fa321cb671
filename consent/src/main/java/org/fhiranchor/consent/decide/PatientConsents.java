package org.fhiranchor.consent.decide;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All Consents of one patient at one moment. Each step to another object is a wait for memory, so
 * that here stands what the patient is found by, and of the first two Consents, which most patients
 * have no more than, whether they can concern a requester at all.
 */
public final class PatientConsents {
  private static final CompiledConsent[] NO_MORE = {};

  /** Nobody's. */
  public static final PatientConsents NOTHING = new PatientConsents(new PatientId("-"), List.of());

  private final PatientId patient;
  private final byte length;
  private final long begin;
  private final long next;
  private final @Nullable CompiledConsent one;
  private final @Nullable CompiledConsent other;
  private final CompiledConsent[] more;
  private final long actorsOfOne;
  private final long actorsOfOther;
  private final Reason elseOfOne;
  private final Reason elseOfOther;

  public PatientConsents(PatientId patient, List<CompiledConsent> consents) {
    int size = consents.size();
    this.patient = patient;
    this.length = (byte) patient.value().length();
    this.begin = PackedId.begin(patient.value());
    this.next = PackedId.next(patient.value());
    this.one = size > 0 ? consents.get(0) : null;
    this.other = size > 1 ? consents.get(1) : null;
    this.more = size > 2 ? consents.subList(2, size).toArray(CompiledConsent[]::new) : NO_MORE;
    this.actorsOfOne = one == null ? 0 : one.actors();
    this.actorsOfOther = other == null ? 0 : other.actors();
    this.elseOfOne = one == null ? Reason.NO_CONSENT : one.toOthers();
    this.elseOfOther = other == null ? Reason.NO_CONSENT : other.toOthers();
  }

  public PatientId patient() {
    return patient;
  }

  /** Whether these are that patient's; the numbers are {@link PackedId}'s. */
  public boolean areOf(String id, long itsBegin, long itsNext) {
    return begin == itsBegin
        && next == itsNext
        && length == id.length()
        && (length <= PackedId.LONGEST || patient.value().equals(id));
  }

  public boolean isEmpty() {
    return one == null;
  }

  public List<CompiledConsent> list() {
    List<CompiledConsent> all = new ArrayList<>(2 + more.length);
    CompiledConsent consent = at(0);
    for (int i = 1; consent != null; consent = at(i++)) {
      all.add(consent);
    }
    return List.copyOf(all);
  }

  /** The Consent at that place, from 0; null past the last. */
  @Nullable CompiledConsent at(int place) {
    if (place < 2) {
      return place == 0 ? one : other;
    }
    return place - 2 < more.length ? more[place - 2] : null;
  }

  /** {@link CompiledConsent#actors} of the Consent at that place. */
  long actors(int place) {
    if (place < 2) {
      return place == 0 ? actorsOfOne : actorsOfOther;
    }
    return more[place - 2].actors();
  }

  /** {@link CompiledConsent#toOthers} of the Consent at that place. */
  Reason toOthers(int place) {
    if (place < 2) {
      return place == 0 ? elseOfOne : elseOfOther;
    }
    return more[place - 2].toOthers();
  }
}
