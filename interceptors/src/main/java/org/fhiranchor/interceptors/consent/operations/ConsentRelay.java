package org.fhiranchor.interceptors.consent.operations;

import ca.uhn.fhir.rest.server.exceptions.ResourceVersionConflictException;
import ca.uhn.fhir.rest.server.exceptions.UnclassifiedServerFailureException;
import ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException;
import java.math.BigInteger;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.fhiranchor.consent.decide.ConsentResourceId;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.consent.decide.Reason;
import org.fhiranchor.consent.decide.index.ConsentIndex;
import org.fhiranchor.interceptors.consent.following.ConsentFollowing;
import org.fhiranchor.interceptors.consent.following.ConsentIndexLoader;
import org.fhiranchor.interceptors.consent.following.ConsentLink;
import org.fhiranchor.interceptors.consent.following.ConsentLinks;
import org.fhiranchor.interceptors.consent.following.ConsentStates;
import org.fhiranchor.interceptors.consent.following.Preparation;
import org.fhiranchor.interceptors.consent.following.Revocations;
import org.fhiranchor.interceptors.consent.following.SubjectKeys;
import org.fhiranchor.interceptors.consent.operations.LedgerAnswer.State;
import org.fhiranchor.ledger.Address;
import org.fhiranchor.ledger.Bytes;
import org.fhiranchor.ledger.CallKind;
import org.fhiranchor.ledger.ConsentGrant;
import org.fhiranchor.ledger.ConsentLedger;
import org.fhiranchor.ledger.ConsentRevocation;
import org.fhiranchor.ledger.LedgerCall;
import org.fhiranchor.ledger.LedgerRejectedException;
import org.fhiranchor.ledger.LedgerUnavailableException;
import org.fhiranchor.ledger.evm.ConsentTypedData;
import org.fhiranchor.ledger.sending.CallQueue;
import org.fhiranchor.ledger.sending.QueuedCall;
import org.hl7.fhir.r4.model.Consent;

/** Relays what patients signed to the ledger, and waits for it a while (CG-2). */
public final class ConsentRelay {
  private final ConsentLedger ledger;
  private final ConsentLinks links;
  private final SubjectKeys keys;
  private final ConsentIndexLoader loader;
  private final ConsentIndex index;
  private final ConsentFollowing following;
  private final ConsentPreparation desk;
  private final Signing signing;
  private final CallQueue queue;
  private final Revocations revocations;
  private final Runnable sending;
  private final LedgerStatus status;
  private final GrantBudget budget;
  private final Duration limit;
  private final InstantSource clock;

  /**
   * What relaying needs.
   *
   * @param queue of the account that relays
   * @param sending wakes whoever sends what is in the queue
   */
  public record Parts(
      ConsentLedger ledger,
      ConsentLinks links,
      ConsentStates states,
      SubjectKeys keys,
      ConsentIndexLoader loader,
      ConsentIndex index,
      ConsentFollowing following,
      ConsentPreparation desk,
      Signing signing,
      CallQueue queue,
      Revocations revocations,
      Runnable sending) {}

  /**
   * A relay.
   *
   * @param limit how long to wait for the ledger before the answer is {@code pending}
   */
  public ConsentRelay(Parts parts, GrantBudget budget, Duration limit, InstantSource clock) {
    this.ledger = parts.ledger();
    this.links = parts.links();
    this.keys = parts.keys();
    this.loader = parts.loader();
    this.index = parts.index();
    this.following = parts.following();
    this.desk = parts.desk();
    this.signing = parts.signing();
    this.queue = parts.queue();
    this.revocations = parts.revocations();
    this.sending = parts.sending();
    this.status = new LedgerStatus(parts.states(), keys, following, queue);
    this.budget = budget;
    this.limit = limit;
    this.clock = clock;
  }

  /** Where it stands; {@code none} when it was never prepared. */
  LedgerAnswer status(Consent consent, PatientId patient) {
    return link(consent)
        .map(link -> status.of(link, patient))
        .orElse(
            new LedgerAnswer(
                State.NONE, Optional.empty(), Optional.empty(), false, Optional.empty()));
  }

  /**
   * Why a granted Consent permits nothing; empty when it permits what it says. Its row may be here
   * a moment before the index has it.
   */
  Optional<Reason> obstacle(Consent consent) {
    ConsentResourceId id = new ConsentResourceId(consent.getIdPart());
    if (obstacle(id).filter(Reason.NOT_ON_LEDGER::equals).isPresent()) {
      loader.refresh(id);
    }
    return obstacle(id);
  }

  private Optional<Reason> obstacle(ConsentResourceId id) {
    return index
        .find(id)
        .map(found -> found.notInForce(clock.instant()))
        .orElse(Optional.of(Reason.UNSUPPORTED));
  }

  private Optional<ConsentLink> link(Consent consent) {
    return links.find(new ConsentResourceId(consent.getIdPart()));
  }

  /** Grants, unless it is granted already. */
  LedgerAnswer grant(Consent consent, PatientId patient, Optional<Bytes> signature) {
    State now = status(consent, patient).state();
    if (isRevoked(consent, patient)) {
      throw new ResourceVersionConflictException(
          "the Consent was revoked, which is for ever: new terms are a new Consent");
    }
    if (now != State.GRANTED) {
      send(consent, patient, signature);
      following.await(() -> status(consent, patient).state() == State.GRANTED, limit);
    }
    return status(consent, patient);
  }

  private boolean isRevoked(Consent consent, PatientId patient) {
    return link(consent)
        .flatMap(link -> status.state(link, keys.of(patient)))
        .filter(state -> state.record().revoked())
        .isPresent();
  }

  private void send(Consent consent, PatientId patient, Optional<Bytes> signature) {
    ConsentPreparation.Prepared prepared =
        signature.isPresent() ? desk.signed(consent, patient) : desk.prepare(consent, patient);
    ConsentLink link = prepared.link();
    ConsentGrant grant = prepared.preparation().grant(link.ledgerId());
    ConsentTypedData data = ConsentTypedData.of(ledger.domain(), grant);
    Bytes signed = signing.signed(patient, grant.grantor(), data, signature);
    Optional<QueuedCall> before = queue.newest(LedgerCall.subject(CallKind.GRANT, grant.key()));
    if (before.filter(call -> !call.state().isFinished()).isEmpty()) {
      // Not of what is on its way: asking again is harmless, whatever was signed meanwhile.
      signature.ifPresent(given -> signing.requireUse(patient, grant.grantor(), given));
      send(grant, signed, patient, before.isPresent());
    }
    sending.run();
  }

  private void send(ConsentGrant grant, Bytes signed, PatientId patient, boolean again) {
    budget.require(queue, patient, clock.instant());
    try {
      // If we die before this returns, the client has no answer and asks again.
      queue.add(ledger.grant(grant, signed).of(patient.value()), clock.instant());
    } catch (LedgerRejectedException refused) {
      // What was sent before may be there and not followed yet.
      if (!again || !following.await(() -> isThere(grant), limit)) {
        throw new UnprocessableEntityException("the ledger refuses it: " + refused.getMessage());
      }
    } catch (LedgerUnavailableException away) {
      throw new UnclassifiedServerFailureException(503, "the ledger does not answer");
    }
  }

  private boolean isThere(ConsentGrant grant) {
    return status.states().of(grant.id()).stream()
        .anyMatch(state -> state.record().key().equals(grant.key()));
  }

  /**
   * Revokes: here before anything is sent, so that every node refuses from now on whatever becomes
   * of the transaction (CG-5). The ledger need not answer for that, unless a contract signed.
   */
  LedgerAnswer revoke(Consent consent, PatientId patient, Optional<Bytes> signature) {
    if (status(consent, patient).state() != State.REVOKED) {
      ConsentPreparation.Prepared prepared = toRevoke(consent, patient);
      sendRevocation(prepared, patient, signature);
      following.await(() -> status(consent, patient).state() == State.REVOKED, limit);
    }
    return status(consent, patient);
  }

  /** Revoking needs the key that granted, whatever key is bound by now and whatever the text is. */
  ConsentPreparation.Prepared toRevoke(Consent consent, PatientId patient) {
    Optional<ConsentLink> link = link(consent).filter(found -> found.preparation().isPresent());
    if (link.isEmpty()) {
      return desk.prepare(consent, patient);
    }
    Preparation last = link.get().preparation().orElseThrow();
    Address grantor =
        status
            .state(link.get(), keys.of(patient))
            .map(state -> state.record().key().grantor())
            .orElse(last.grantor());
    return new ConsentPreparation.Prepared(
        link.get(), new Preparation(grantor, last.termsHash(), last.period(), last.deadline()));
  }

  private void sendRevocation(
      ConsentPreparation.Prepared prepared, PatientId patient, Optional<Bytes> signature) {
    ConsentLink link = prepared.link();
    ConsentRevocation revocation = revocation(prepared, signature);
    ConsentTypedData data = ConsentTypedData.of(ledger.domain(), revocation);
    Bytes signed = signing.signedToWithdraw(patient, revocation.grantor(), data, signature);
    // A copied passkey may end what it permits: nobody is kept from withdrawing.
    signature.ifPresent(given -> signing.keepUse(patient, revocation.grantor(), given));
    revocations.accept(revocation.key(), ledger.revoke(revocation, signed), clock.instant());
    // If we die from here on, the deny holds, and whoever is next sends the call.
    loader.moved(link.ledgerId());
    sending.run();
    requireSendable(revocation);
  }

  private void requireSendable(ConsentRevocation revocation) {
    BigInteger now = BigInteger.valueOf(clock.instant().getEpochSecond());
    if (revocation.deadline().compareTo(now) < 0) {
      throw new UnprocessableEntityException(
          "revoked on this server, but the signature's deadline is over, so the ledger refuses it:"
              + " want Consent/[id]/$prepare, and a new signature");
    }
  }

  /** A key in custody signs anew, with a deadline that has not passed. */
  private ConsentRevocation revocation(
      ConsentPreparation.Prepared prepared, Optional<Bytes> signature) {
    Preparation preparation = prepared.preparation();
    Preparation used =
        signature.isPresent()
            ? preparation
            : new Preparation(
                preparation.grantor(),
                preparation.termsHash(),
                preparation.period(),
                desk.freshDeadline());
    return used.revocation(prepared.link().ledgerId());
  }
}
