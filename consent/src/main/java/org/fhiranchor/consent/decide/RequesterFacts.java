package org.fhiranchor.consent.decide;

import java.util.Optional;
import java.util.Set;

/** Who is asking, as the validated token says, and who else that is on this server. */
public final class RequesterFacts {
  private final Set<String> actors;
  private final Optional<PatientId> self;
  private final boolean mayReadUnowned;
  private final OtherNames others;
  private final long actorBits;

  /**
   * A requester.
   *
   * @param actors every normalised reference this requester goes by: person, roles, organization,
   *     device, as {@code "Practitioner/7"}
   * @param self the patient, when the requester is a patient
   * @param mayReadUnowned whether a system scope lets them read governed resources whose patient is
   *     not known
   */
  public RequesterFacts(Set<String> actors, Optional<PatientId> self, boolean mayReadUnowned) {
    this(actors, self, mayReadUnowned, OtherNames.NONE);
  }

  private RequesterFacts(
      Set<String> actors, Optional<PatientId> self, boolean mayReadUnowned, OtherNames others) {
    this.actors = Set.copyOf(actors);
    this.self = self;
    this.mayReadUnowned = mayReadUnowned;
    this.others = others;
    this.actorBits = ActorBits.asking(actors, others);
  }

  /** Somebody known by these references, without further rights. */
  public static RequesterFacts of(String... actors) {
    return new RequesterFacts(Set.of(actors), Optional.empty(), false);
  }

  /** A patient who asks for themself. */
  public static RequesterFacts patient(PatientId self) {
    return new RequesterFacts(Set.of(self.reference()), Optional.of(self), false);
  }

  /** The same requester with the right to read governed resources of no known patient. */
  public RequesterFacts withUnowned() {
    return new RequesterFacts(actors, self, true, others);
  }

  /** The same requester, who is these as well where a deny asks. */
  public RequesterFacts alsoKnownAs(OtherNames names) {
    return new RequesterFacts(actors, self, mayReadUnowned, names);
  }

  public Set<String> actors() {
    return actors;
  }

  public Optional<PatientId> self() {
    return self;
  }

  public boolean mayReadUnowned() {
    return mayReadUnowned;
  }

  OtherNames others() {
    return others;
  }

  long actorBits() {
    return actorBits;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RequesterFacts that
        && actors.equals(that.actors)
        && self.equals(that.self)
        && mayReadUnowned == that.mayReadUnowned
        && others.equals(that.others);
  }

  @Override
  public int hashCode() {
    return actors.hashCode();
  }
}
