package org.fhiranchor.interceptors.consent.operations;

import ca.uhn.fhir.rest.server.exceptions.ResourceVersionConflictException;
import ca.uhn.fhir.rest.server.exceptions.UnclassifiedServerFailureException;
import ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.interceptors.consent.following.ConsentFollowing;
import org.fhiranchor.interceptors.consent.following.ConsentIndexLoader;
import org.fhiranchor.interceptors.consent.following.ConsentLink;
import org.fhiranchor.interceptors.consent.following.ConsentLinks;
import org.fhiranchor.interceptors.consent.following.ConsentState;
import org.fhiranchor.interceptors.consent.following.ConsentStates;
import org.fhiranchor.interceptors.consent.following.Preparation;
import org.fhiranchor.interceptors.consent.following.SubjectKeys;
import org.fhiranchor.interceptors.consent.operations.LedgerAnswer.State;
import org.fhiranchor.ledger.Address;
import org.fhiranchor.ledger.Bytes;
import org.fhiranchor.ledger.ConsentGrant;
import org.fhiranchor.ledger.ConsentLedger;
import org.fhiranchor.ledger.ConsentRevocation;
import org.fhiranchor.ledger.LedgerRejectedException;
import org.fhiranchor.ledger.LedgerUnavailableException;
import org.fhiranchor.ledger.TransactionHash;
import org.fhiranchor.ledger.evm.ConsentTypedData;
import org.hl7.fhir.r4.model.Consent;

/** Relays what patients signed to the ledger, and waits for it a while (CG-2). */
public final class ConsentRelay {
  private final ConsentLedger ledger;
  private final ConsentLinks links;
  private final ConsentStates states;
  private final SubjectKeys keys;
  private final ConsentIndexLoader loader;
  private final ConsentFollowing following;
  private final ConsentPreparation desk;
  private final Signing signing;
  private final LedgerStatus status;
  private final Duration limit;

  /** What relaying needs. */
  public record Parts(
      ConsentLedger ledger,
      ConsentLinks links,
      ConsentStates states,
      SubjectKeys keys,
      ConsentIndexLoader loader,
      ConsentFollowing following,
      ConsentPreparation desk,
      Signing signing) {}

  /**
   * A relay.
   *
   * @param limit how long to wait for the ledger before the answer is {@code pending}
   */
  public ConsentRelay(Parts parts, Duration limit) {
    this.ledger = parts.ledger();
    this.links = parts.links();
    this.states = parts.states();
    this.keys = parts.keys();
    this.loader = parts.loader();
    this.following = parts.following();
    this.desk = parts.desk();
    this.signing = parts.signing();
    this.status = new LedgerStatus(states, keys, following);
    this.limit = limit;
  }

  /** Where it stands; {@code none} when it was never prepared. */
  LedgerAnswer status(Consent consent, PatientId patient) {
    return link(consent)
        .map(link -> status.of(link, patient))
        .orElse(
            new LedgerAnswer(
                State.NONE, Optional.empty(), Optional.empty(), false, Optional.empty()));
  }

  private Optional<ConsentLink> link(Consent consent) {
    return links.find(new org.fhiranchor.consent.decide.ConsentResourceId(consent.getIdPart()));
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
    TransactionHash hash = relayed(() -> ledger.grant(grant, signed), link, patient);
    links.grantRelayed(link.consent(), hash);
  }

  /** Another request, or another node, may have been faster: then its transaction is ours too. */
  private TransactionHash relayed(
      Supplier<TransactionHash> call, ConsentLink link, PatientId patient) {
    try {
      return call.get();
    } catch (LedgerRejectedException refused) {
      return link.grantRelayed()
          .filter(hash -> following.await(() -> isThere(link, patient), limit))
          .orElseThrow(
              () ->
                  new UnprocessableEntityException(
                      "the ledger refuses it: " + refused.getMessage()));
    } catch (LedgerUnavailableException away) {
      throw new UnclassifiedServerFailureException(503, "the ledger does not answer");
    }
  }

  private boolean isThere(ConsentLink link, PatientId patient) {
    return status.state(link, keys.of(patient)).isPresent();
  }

  /**
   * Revokes: here before anything is sent, so that this node refuses from now on whatever becomes
   * of the transaction (CG-5).
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
  private ConsentPreparation.Prepared toRevoke(Consent consent, PatientId patient) {
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
    Bytes signed = signing.signed(patient, revocation.grantor(), data, signature);
    states.revoke(revocation.key());
    loader.moved(link.ledgerId());
    try {
      links.revocationRelayed(link.consent(), ledger.revoke(revocation, signed));
    } catch (LedgerUnavailableException away) {
      throw new UnclassifiedServerFailureException(
          503,
          "revoked on this server, but the ledger does not answer: ask again until it is on the"
              + " ledger");
    } catch (LedgerRejectedException refused) {
      requireRevokedThere(revocation, refused);
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

  private void requireRevokedThere(ConsentRevocation revocation, LedgerRejectedException refused) {
    Optional<ConsentState> state =
        states.of(revocation.id()).stream()
            .filter(row -> row.record().key().equals(revocation.key()))
            .filter(row -> row.revocation().isPresent())
            .findFirst();
    boolean there =
        state.isPresent()
            || ledger.stateOf(revocation.key()).status()
                == org.fhiranchor.ledger.LedgerConsent.Status.REVOKED;
    if (!there) {
      throw new UnprocessableEntityException(
          "revoked on this server, but the ledger refuses it: " + refused.getMessage());
    }
  }
}
