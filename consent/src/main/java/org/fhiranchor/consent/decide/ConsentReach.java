package org.fhiranchor.consent.decide;

import java.util.Optional;
import java.util.Set;

/**
 * What a Consent as a whole can bring about, whatever its provisions say (DENY-3): for its scope,
 * its verification and who wrote it.
 *
 * @param speaks whether it is about records at all
 * @param permits whether its permits count
 * @param denies whether its denies count without the patient's signature on the ledger
 * @param permitsFor the purposes that its permits are limited to
 * @param deniesFor the purposes that its denies are limited to
 */
public record ConsentReach(
    boolean speaks,
    boolean permits,
    boolean denies,
    Optional<Clause.Purposes> permitsFor,
    Optional<Clause.Purposes> deniesFor) {
  /** Permits and denies whatever its provisions say. */
  public static final ConsentReach ALL =
      new ConsentReach(true, true, true, Optional.empty(), Optional.empty());

  /** Only denies. */
  public static final ConsentReach DENIES =
      new ConsentReach(true, false, true, Optional.empty(), Optional.empty());

  /** Says nothing about records. */
  public static final ConsentReach NOTHING =
      new ConsentReach(false, false, false, Optional.empty(), Optional.empty());

  /** Permits for these purposes or below; denies for any. */
  public static ConsentReach treatment() {
    return new ConsentReach(true, true, true, Optional.of(of(Purpose.TREAT)), Optional.empty());
  }

  /** About research alone: permits and denies for it. */
  public static ConsentReach research() {
    Optional<Clause.Purposes> research = Optional.of(of(Purpose.of("HRESCH")));
    return new ConsentReach(true, true, true, research, research);
  }

  private static Clause.Purposes of(Purpose purpose) {
    return new Clause.Purposes(Set.of(purpose));
  }

  /** The same without permits. */
  public ConsentReach withoutPermits() {
    return new ConsentReach(speaks, false, denies, permitsFor, deniesFor);
  }

  /** The same, where a deny needs the patient's signature. */
  public ConsentReach withoutDenies() {
    return new ConsentReach(speaks, permits, false, permitsFor, deniesFor);
  }

  boolean permits(AccessRequest request) {
    return permitsFor.isEmpty() || permitsFor.get().couldCover(ProvisionType.PERMIT, request);
  }

  /** A purpose outside of PurposeOfUse may well be one of these. */
  boolean denies(AccessRequest request) {
    if (deniesFor.isEmpty()) {
      return true;
    }
    for (Purpose stated : request.purposes()) {
      if (stated.bit() == 0) {
        return true;
      }
    }
    return deniesFor.get().couldCover(ProvisionType.DENY, request);
  }
}
