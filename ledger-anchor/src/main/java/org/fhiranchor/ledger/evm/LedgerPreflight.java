package org.fhiranchor.ledger.evm;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.fhiranchor.ledger.Address;
import org.fhiranchor.ledger.ChainId;
import org.fhiranchor.ledger.Fees;
import org.fhiranchor.ledger.LedgerRejectedException;
import org.fhiranchor.ledger.LedgerUnavailableException;
import org.fhiranchor.ledger.LogId;

/** Looks whether a ledger is set up as configured, before anything relies on it (TX-6). */
public final class LedgerPreflight {
  /** Gas of the dearest anchor (AR-4), rounded up. */
  private static final BigInteger ANCHOR_GAS = BigInteger.valueOf(100_000);

  private final EvmClient client;
  private final TransactionSigner signer;
  private final FeePolicy fees;
  private final ContractReader reader;

  /** Asks nothing yet. */
  public LedgerPreflight(EvmClient client, TransactionSigner signer, FeePolicy fees) {
    this.client = client;
    this.signer = signer;
    this.fees = fees;
    this.reader = new ContractReader(client);
  }

  /**
   * What the settings say.
   *
   * @param consentContract absent where consent is not enforced
   */
  public record Expected(
      ChainId chainId, Address anchorContract, Optional<Address> consentContract, LogId logId) {}

  /** What can be wrong. */
  public enum Kind {
    /** Another chain than configured. */
    WRONG_CHAIN,
    /** Nothing at a contract's address, or something else. */
    NO_CONTRACT,
    /** A consent contract of an earlier version, which does not number its events (FOL-7). */
    OLD_CONTRACT,
    /** The account cannot pay for one anchor. */
    NO_FUNDS,
    /** Nobody registered the log. */
    NOT_REGISTERED,
    /** The log belongs to another account. */
    OTHER_OWNER
  }

  /**
   * Something that is wrong.
   *
   * @param message what was found and what to do
   */
  public record Problem(Kind kind, String message) {}

  /**
   * Everything that is wrong, at once; empty when all is well.
   *
   * @throws LedgerUnavailableException when the ledger does not answer
   */
  public List<Problem> check(Expected expected) {
    ChainId chain = client.chainId();
    if (!chain.equals(expected.chainId())) {
      // Whatever else is found there says nothing about the right chain.
      return List.of(wrongChain(expected.chainId(), chain));
    }
    EvmAccount account = new EvmAccount(client, chain, signer, fees);
    List<Problem> problems = new ArrayList<>();
    funds(account).ifPresent(problems::add);
    anchorContract(expected).ifPresent(problems::add);
    consentContract(expected).ifPresent(problems::add);
    return List.copyOf(problems);
  }

  private Problem wrongChain(ChainId want, ChainId got) {
    return new Problem(
        Kind.WRONG_CHAIN,
        "the ledger at "
            + client.place()
            + " is chain "
            + got
            + ", not "
            + want
            + "; correct anchor.ledger.rpc-url or anchor.ledger.chain-id");
  }

  private Optional<Problem> funds(EvmAccount account) {
    Fees now = account.fees();
    BigInteger need = now.maxFeePerGas().multiply(ANCHOR_GAS);
    BigInteger have = account.balance();
    return have.compareTo(need) >= 0
        ? Optional.empty()
        : Optional.of(
            new Problem(
                Kind.NO_FUNDS,
                "account "
                    + account.account()
                    + " has "
                    + have
                    + " wei, and one anchor may cost "
                    + need
                    + "; send it funds"));
  }

  private Optional<Problem> anchorContract(Expected expected) {
    Address contract = expected.anchorContract();
    if (!reader.hasCode(contract)) {
      return Optional.of(noContract("anchor", contract));
    }
    try {
      return owner(expected);
    } catch (LedgerUnavailableException | LedgerRejectedException other) {
      return Optional.of(otherContract("anchor", contract, other));
    }
  }

  private Optional<Problem> owner(Expected expected) {
    EvmAnchorLedger ledger =
        new EvmAnchorLedger(client, expected.anchorContract(), signer.address());
    Optional<Address> owner = ledger.owner(expected.logId());
    if (owner.isEmpty()) {
      return Optional.of(
          new Problem(
              Kind.NOT_REGISTERED,
              "log " + expected.logId() + " is not registered; register it with its key's owner"));
    }
    return owner.get().equals(signer.address())
        ? Optional.empty()
        : Optional.of(otherOwner(expected.logId(), owner.get(), signer.address()));
  }

  private static Problem otherOwner(LogId log, Address owner, Address account) {
    return new Problem(
        Kind.OTHER_OWNER,
        "log "
            + log
            + " belongs to "
            + owner
            + ", not to "
            + account
            + "; use the owner's key, or have the owner hand the log over");
  }

  private Optional<Problem> consentContract(Expected expected) {
    return expected
        .consentContract()
        .flatMap(contract -> consentContract(contract, expected.logId()));
  }

  private Optional<Problem> consentContract(Address contract, LogId any) {
    if (!reader.hasCode(contract)) {
      return Optional.of(noContract("consent", contract));
    }
    AbiCall call =
        AbiCall.of("stateOf(address,bytes32)").address(Address.ZERO).bytes32(any.value());
    try {
      Words.of(reader.call(ContractArtifact.CONSENT_REGISTRY, contract, call), 3, "consent state");
      return NumberedContract.is(reader, contract)
          ? Optional.empty()
          : Optional.of(oldContract(contract));
    } catch (LedgerUnavailableException | LedgerRejectedException other) {
      return Optional.of(otherContract("consent", contract, other));
    }
  }

  private static Problem oldContract(Address contract) {
    return new Problem(
        Kind.OLD_CONTRACT,
        "the consent contract at "
            + contract
            + " is of an earlier version, whose events have no numbers, so that one left out would"
            + " not be noticed; deploy the current one with `make deploy-contracts`, set"
            + " anchor.ledger.consent-contract to it, and have consents granted again: what was"
            + " granted on the old one does not count on the new one");
  }

  private static Problem noContract(String which, Address contract) {
    return new Problem(
        Kind.NO_CONTRACT,
        "there is no contract at "
            + contract
            + "; correct anchor.ledger."
            + which
            + "-contract, or deploy with `make deploy-contracts`");
  }

  private static Problem otherContract(String which, Address contract, RuntimeException said) {
    return new Problem(
        Kind.NO_CONTRACT,
        "what is at "
            + contract
            + " does not answer as our "
            + which
            + " contract ("
            + said.getMessage()
            + "); correct anchor.ledger."
            + which
            + "-contract");
  }
}
