package org.fhiranchor.consent.decide;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.fhiranchor.merkle.Digest;

/**
 * A Consent made ready for deciding, together with where it stands on the ledger. Immutable: a
 * change of either makes a new one, which shares the rules.
 */
public final class CompiledConsent {
  // Deciding on one of a million of these is waiting for memory: what it reads stands in this one
  // object, the provisions are shared between like Consents.
  private final ConsentResourceId id;
  private final boolean active;
  private final ConsentReach reach;
  private final boolean deniesCount;
  private final Provision root;
  private final Reason lasting;
  private final long validFrom;
  private final long validUntil;
  private final boolean isFinal;
  private final Rules rules;
  private final LedgerStanding standing;
  private final Optional<Digest> storedTerms;

  /**
   * What is the same whatever the ledger says.
   *
   * @param active whether the Consent's FHIR status is {@code active}
   * @param reach what it can bring about as a whole
   * @param root its outermost provision
   * @param ignored what was not understood, as FHIRPaths with a word of why
   * @param dependsOn references to resources (CareTeams, named data) that were looked at when
   *     compiling: compile again when one of them changes
   */
  public record Rules(
      ConsentResourceId id,
      PatientId patient,
      boolean active,
      ConsentReach reach,
      Provision root,
      List<String> ignored,
      Set<String> dependsOn) {
    public Rules {
      ignored = List.copyOf(ignored);
      dependsOn = Set.copyOf(dependsOn);
    }

    /** Of a Consent that can bring about whatever its provisions say. */
    public Rules(
        ConsentResourceId id,
        PatientId patient,
        boolean active,
        Provision root,
        List<String> ignored,
        Set<String> dependsOn) {
      this(id, patient, active, ConsentReach.ALL, root, ignored, dependsOn);
    }
  }

  /**
   * A Consent on this server.
   *
   * @param storedTerms salted hash of the Consent's terms as they are stored now, where a salt
   *     exists
   */
  public CompiledConsent(Rules rules, LedgerStanding standing, Optional<Digest> storedTerms) {
    this.id = rules.id();
    this.rules = rules;
    this.standing = standing;
    this.storedTerms = storedTerms;
    this.reach = rules.reach();
    this.active = rules.active() && reach.speaks();
    this.root = rules.root();
    Reason onLedger = lastingObstacle(standing, storedTerms);
    this.lasting = reach.permits() ? onLedger : Reason.UNSUPPORTED;
    // what the patient has signed is the patient's, whoever wrote it down; in doubt it may be
    // signed
    this.deniesCount =
        reach.denies() || onLedger == Reason.NO_CONSENT || onLedger == Reason.NOT_CONFIRMED;
    TimeSpan validity =
        standing instanceof LedgerStanding.Granted granted ? granted.validity() : TimeSpan.ALWAYS;
    this.validFrom = validity.from();
    this.validUntil = validity.until();
    this.isFinal = standing instanceof LedgerStanding.Granted granted && granted.isFinal();
  }

  /** What keeps it from permitting at any time; NO_CONSENT stands for nothing. */
  private static Reason lastingObstacle(LedgerStanding standing, Optional<Digest> storedTerms) {
    if (standing instanceof LedgerStanding.Granted granted) {
      if (!granted.keyBound()) {
        return Reason.KEY_NOT_BOUND;
      }
      boolean unchanged = storedTerms.filter(granted.termsHash()::equals).isPresent();
      return unchanged ? Reason.NO_CONSENT : Reason.TERMS_CHANGED;
    }
    if (standing instanceof LedgerStanding.Unconfirmed) {
      return Reason.NOT_CONFIRMED;
    }
    return standing instanceof LedgerStanding.Revoked ? Reason.REVOKED : Reason.NOT_ON_LEDGER;
  }

  /**
   * Stands in the place of a stored Consent that somebody edited or took away in the database: what
   * it denied is not known, so nothing of its patient is permitted to others (FOL-3).
   */
  public static CompiledConsent edited(ConsentResourceId id, PatientId patient) {
    Rules rules =
        new Rules(
            id,
            patient,
            true,
            ConsentReach.DENIES,
            new Provision(ProvisionType.DENY, Provision.Understanding.FULL, List.of(), List.of()),
            List.of("Consent: was edited in the database, it denies everything"),
            Set.of());
    return new CompiledConsent(rules, LedgerStanding.UNCONFIRMED, Optional.empty());
  }

  public ConsentResourceId id() {
    return id;
  }

  public PatientId patient() {
    return rules.patient();
  }

  public LedgerStanding standing() {
    return standing;
  }

  /** Salted hash of the terms as they are stored, where a salt exists. */
  public Optional<Digest> storedTerms() {
    return storedTerms;
  }

  /** What was not understood, as FHIRPaths with a word of why. */
  public List<String> ignored() {
    return rules.ignored();
  }

  /** References whose resources were looked at when compiling. */
  public Set<String> dependsOn() {
    return rules.dependsOn();
  }

  /** The same Consent where the ledger has moved on. */
  public CompiledConsent withStanding(LedgerStanding moved) {
    return new CompiledConsent(rules, moved, storedTerms);
  }

  /** Bits of those whom it may say something about; to any other it is silent. */
  long actors() {
    return root.actors();
  }

  /** Why it does not permit those others. */
  Reason toOthers() {
    if (!active) {
      return inactive();
    }
    return root.type() == ProvisionType.PERMIT ? Reason.ACTOR : Reason.NO_CONSENT;
  }

  /** The purposes that its permits are limited to as a whole. */
  Optional<Clause.Purposes> permitsFor() {
    return reach.permitsFor();
  }

  Provision root() {
    return root;
  }

  /**
   * What it says (DEC-1): a permit needs all of the ledger, a deny counts without. A permit that
   * only takes back a deny of the same Consent does not take it back unless it counts.
   */
  Effect effect(Evaluation evaluation, AccessRequest request) {
    if (!active) {
      return Effect.SILENT;
    }
    if (evaluation.permits() && obstacle(request) == Reason.NO_CONSENT) {
      return Effect.PERMITS;
    }
    return denies(evaluation, request) ? Effect.DENIES : Effect.SILENT;
  }

  private boolean denies(Evaluation evaluation, AccessRequest request) {
    return evaluation.deniesSomewhere() && deniesCount && reach.denies(request);
  }

  /** Why none of its permits counts at that instant, whoever asks; empty when they count. */
  public Optional<Reason> notInForce(Instant now) {
    Reason why = active ? obstacle(now.toEpochMilli()) : inactive();
    return active && why == Reason.NO_CONSENT ? Optional.empty() : Optional.of(why);
  }

  /** Whether it could permit the request for some resource. */
  boolean couldPermit(AccessRequest request) {
    return active && obstacle(request) == Reason.NO_CONSENT && root.couldPermit(request);
  }

  /**
   * Whether it denies somebody something, whatever they ask and whoever wrote it down.
   *
   * @param means whether actors of these names may be they
   */
  public boolean couldDeny(Predicate<Set<String>> means) {
    return active && root.couldDeny(means, true);
  }

  /** Whether the other one says the same about the same patient, wherever both stand. */
  public boolean saysTheSame(CompiledConsent other) {
    return rules.patient().equals(other.rules.patient())
        && active == other.active
        && reach.equals(other.reach)
        && root.equals(other.root);
  }

  /** Adds whom it could permit anything as it stands on the ledger, at whatever time. */
  public void addPermitted(Set<String> actors) {
    if (active && lasting == Reason.NO_CONSENT) {
      root.addPermitted(Set.of(Provision.ANYBODY), actors);
    }
  }

  /** Why it does not permit, when it does not. */
  Reason reason(Evaluation evaluation, AccessRequest request) {
    if (!active) {
      return inactive();
    }
    if (evaluation.permits()) {
      return obstacle(request);
    }
    if (denies(evaluation, request)) {
      return standing instanceof LedgerStanding.Unconfirmed ? Reason.NOT_CONFIRMED : Reason.DENIED;
    }
    return evaluation.deniesSomewhere() ? Reason.NO_CONSENT : evaluation.missed();
  }

  private Reason inactive() {
    return standing instanceof LedgerStanding.Revoked ? Reason.REVOKED : Reason.NO_CONSENT;
  }

  /** What keeps a matching permit from counting now; NO_CONSENT stands for nothing. */
  private Reason obstacle(AccessRequest request) {
    return lasting == Reason.NO_CONSENT && !reach.permits(request)
        ? Reason.PURPOSE
        : obstacle(request.millis());
  }

  private Reason obstacle(long now) {
    if (lasting != Reason.NO_CONSENT) {
      return lasting;
    }
    if (now < validFrom || now >= validUntil) {
      return now < validFrom ? Reason.NOT_YET_VALID : Reason.EXPIRED;
    }
    return isFinal ? Reason.NO_CONSENT : Reason.NOT_FINAL;
  }
}
