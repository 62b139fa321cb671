package org.fhiranchor.interceptors.consent.operations;

import ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.fhiranchor.consent.decide.ConsentResourceId;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.consent.decide.TimeSpan;
import org.fhiranchor.consent.facts.FhirPeriods;
import org.fhiranchor.interceptors.consent.following.ConsentLink;
import org.fhiranchor.interceptors.consent.following.ConsentLinks;
import org.fhiranchor.interceptors.consent.following.Preparation;
import org.fhiranchor.interceptors.consent.following.StoredConsents;
import org.fhiranchor.interceptors.consent.following.SubjectKey;
import org.fhiranchor.interceptors.consent.following.SubjectKeys;
import org.fhiranchor.ledger.ConsentPeriod;
import org.fhiranchor.merkle.Salt;
import org.hl7.fhir.r4.model.Consent;

/** Draws up what a patient signs. */
public final class ConsentPreparation {
  /** How long a signature may be relayed. */
  static final Duration VALIDITY = Duration.ofHours(24);

  /** With less than this left, the next answer has a new deadline. */
  private static final Duration RENEWAL = Duration.ofHours(1);

  private final StoredConsents stored;
  private final ConsentLinks links;
  private final SubjectKeys keys;
  private final ZoneId zone;
  private final Clock clock;

  /**
   * A desk.
   *
   * @param zone of times in a Consent that have none
   */
  public ConsentPreparation(
      StoredConsents stored, ConsentLinks links, SubjectKeys keys, ZoneId zone, Clock clock) {
    this.stored = stored;
    this.links = links;
    this.keys = keys;
    this.zone = zone;
    this.clock = clock;
  }

  /** Last second, since 1970, of what is signed now. */
  long freshDeadline() {
    return clock.instant().plus(VALIDITY).getEpochSecond();
  }

  /** A Consent with its link, and what is to be signed now. */
  record Prepared(ConsentLink link, Preparation preparation) {}

  /** The same answer to the same question, until its deadline comes near. */
  Prepared prepare(Consent consent, PatientId patient) {
    SubjectKey key =
        keys.current(patient)
            .orElseThrow(
                () ->
                    new UnprocessableEntityException(
                        "no key is bound to the patient: want Patient/[id]/$enroll-key first"));
    ConsentLink link = links.open(new ConsentResourceId(consent.getIdPart()), patient);
    Instant now = clock.instant();
    Preparation fresh = draw(consent, link.salt(), key, now);
    Optional<Preparation> before =
        link.preparation()
            .filter(fresh::saysTheSameAs)
            .filter(old -> old.deadline() > now.plus(RENEWAL).getEpochSecond());
    if (before.isPresent()) {
      return new Prepared(link, before.get());
    }
    links.prepared(link.consent(), fresh);
    return new Prepared(link, fresh);
  }

  /**
   * What was handed out before and can still be relayed: signed for these terms, by this key.
   *
   * @throws UnprocessableEntityException when there is nothing like it
   */
  Prepared signed(Consent consent, PatientId patient) {
    ConsentLink link =
        links
            .find(new ConsentResourceId(consent.getIdPart()))
            .filter(found -> found.preparation().isPresent())
            .orElseThrow(() -> notPrepared("nothing was prepared for signing"));
    Preparation old = link.preparation().orElseThrow();
    SubjectKey key =
        keys.current(patient)
            .filter(current -> current.address().equals(old.grantor()))
            .orElseThrow(() -> notPrepared("the key it was prepared for is no longer bound"));
    if (!draw(consent, link.salt(), key, clock.instant()).saysTheSameAs(old)) {
      throw notPrepared("the Consent was changed since");
    }
    return new Prepared(link, old);
  }

  private static UnprocessableEntityException notPrepared(String why) {
    return new UnprocessableEntityException(why + ": want Consent/[id]/$prepare first");
  }

  private Preparation draw(Consent consent, Salt salt, SubjectKey key, Instant now) {
    return new Preparation(
        key.address(),
        stored
            .terms(consent)
            .orElseThrow(
                () ->
                    new UnprocessableEntityException(
                        "the Consent has no canonical form, so nobody can sign it"))
            .hash(salt),
        period(consent),
        now.plus(VALIDITY).getEpochSecond());
  }

  private ConsentPeriod period(Consent consent) {
    if (!consent.getProvision().hasPeriod()) {
      return ConsentPeriod.ALWAYS;
    }
    TimeSpan span =
        FhirPeriods.span(consent.getProvision().getPeriod(), zone)
            .orElseThrow(() -> new UnprocessableEntityException("provision.period: want times"));
    try {
      return new ConsentPeriod(bound(span.from()), bound(span.until()));
    } catch (IllegalArgumentException outside) {
      throw new UnprocessableEntityException("provision." + outside.getMessage());
    }
  }

  private static Optional<Instant> bound(long millis) {
    return millis == Long.MIN_VALUE || millis == Long.MAX_VALUE
        ? Optional.empty()
        : Optional.of(Instant.ofEpochMilli(millis).truncatedTo(ChronoUnit.SECONDS));
  }
}
