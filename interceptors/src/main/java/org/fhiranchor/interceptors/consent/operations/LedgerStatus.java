package org.fhiranchor.interceptors.consent.operations;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.fhiranchor.consent.decide.PatientId;
import org.fhiranchor.interceptors.consent.following.ConsentFollowing;
import org.fhiranchor.interceptors.consent.following.ConsentLink;
import org.fhiranchor.interceptors.consent.following.ConsentState;
import org.fhiranchor.interceptors.consent.following.ConsentStates;
import org.fhiranchor.interceptors.consent.following.Preparation;
import org.fhiranchor.interceptors.consent.following.SubjectKey;
import org.fhiranchor.interceptors.consent.following.SubjectKeys;
import org.fhiranchor.interceptors.consent.operations.LedgerAnswer.State;
import org.fhiranchor.ledger.Address;
import org.fhiranchor.ledger.CallKind;
import org.fhiranchor.ledger.ConsentKey;
import org.fhiranchor.ledger.LedgerCall;
import org.fhiranchor.ledger.SignedTransaction;
import org.fhiranchor.ledger.consent.Followed;
import org.fhiranchor.ledger.sending.CallQueue;
import org.fhiranchor.ledger.sending.CallState;
import org.fhiranchor.ledger.sending.QueuedCall;

/** What this node knows of a Consent on the ledger. */
public record LedgerStatus(
    ConsentStates states, SubjectKeys keys, ConsentFollowing following, CallQueue queue) {
  LedgerAnswer of(ConsentLink link, PatientId patient) {
    List<SubjectKey> known = keys.of(patient);
    Optional<ConsentState> state = state(link, known);
    Optional<String> custody =
        state
            .map(found -> found.record().key().grantor())
            .or(() -> link.preparation().map(Preparation::grantor))
            .flatMap(grantor -> key(known, grantor))
            .map(SubjectKey::custody);
    if (state.isEmpty()) {
      return notThere(link, custody);
    }
    return state.get().record().revoked()
        ? revoked(link, state.get(), custody)
        : granted(state.get(), custody);
  }

  private LedgerAnswer notThere(ConsentLink link, Optional<String> custody) {
    Optional<QueuedCall> call =
        link.preparation()
            .flatMap(preparation -> queued(CallKind.GRANT, link, preparation.grantor()));
    State state =
        call.isEmpty() || call.get().state() == CallState.FAILED ? State.NONE : State.PENDING;
    return new LedgerAnswer(
        call.filter(sent -> sent.state() == CallState.EXPIRED).isPresent() ? State.EXPIRED : state,
        call.flatMap(QueuedCall::signed).map(SignedTransaction::hash),
        Optional.empty(),
        false,
        custody);
  }

  private Optional<QueuedCall> queued(CallKind kind, ConsentLink link, Address grantor) {
    return queue.newest(LedgerCall.subject(kind, new ConsentKey(grantor, link.ledgerId())));
  }

  /** The row of a key that is, or was, the patient's; a revoked one before all others. */
  Optional<ConsentState> state(ConsentLink link, List<SubjectKey> known) {
    return states.of(link.ledgerId()).stream()
        .filter(state -> state.record().revoked() || state.record().grant().isPresent())
        .filter(state -> key(known, state.record().key().grantor()).isPresent())
        .max(Comparator.comparing(state -> state.record().revoked()));
  }

  private static Optional<SubjectKey> key(List<SubjectKey> known, Address address) {
    return known.stream().filter(key -> key.address().equals(address)).findFirst();
  }

  private LedgerAnswer granted(ConsentState state, Optional<String> custody) {
    long block = state.record().grant().orElseThrow().blockNumber();
    return new LedgerAnswer(
        State.GRANTED, state.grantTransaction(), Optional.of(block), isFinal(block), custody);
  }

  private LedgerAnswer revoked(ConsentLink link, ConsentState state, Optional<String> custody) {
    return state
        .revocation()
        .map(
            at ->
                new LedgerAnswer(
                    State.REVOKED,
                    Optional.of(at.transaction()),
                    Optional.of(at.blockNumber()),
                    isFinal(at.blockNumber()),
                    custody))
        .orElseGet(
            () ->
                onItsWay(
                    queued(CallKind.REVOCATION, link, state.record().key().grantor()), custody));
  }

  /**
   * Revoked here for good, and its event not heard: the ledger does not have it yet, or a node left
   * the event out. A call is final only where the contract itself says revoked.
   */
  private static LedgerAnswer onItsWay(Optional<QueuedCall> call, Optional<String> custody) {
    if (call.filter(sent -> sent.state() == CallState.FINAL).isPresent()) {
      return new LedgerAnswer(
          State.REVOKED,
          call.flatMap(QueuedCall::signed).map(SignedTransaction::hash),
          call.flatMap(QueuedCall::minedBlock),
          true,
          custody);
    }
    boolean expired = call.filter(sent -> sent.state() == CallState.EXPIRED).isPresent();
    return new LedgerAnswer(
        expired ? State.EXPIRED : State.PENDING,
        call.flatMap(QueuedCall::signed).map(SignedTransaction::hash),
        Optional.empty(),
        false,
        custody);
  }

  private boolean isFinal(long block) {
    return following.followed().map(Followed::finalBlock).filter(last -> block <= last).isPresent();
  }
}
