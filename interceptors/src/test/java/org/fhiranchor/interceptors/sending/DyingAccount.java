package org.fhiranchor.interceptors.sending;

import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.fhiranchor.ledger.AccountLedger;
import org.fhiranchor.ledger.Address;
import org.fhiranchor.ledger.Block;
import org.fhiranchor.ledger.CallKind;
import org.fhiranchor.ledger.ChainId;
import org.fhiranchor.ledger.FeeOffer;
import org.fhiranchor.ledger.Fees;
import org.fhiranchor.ledger.LedgerCall;
import org.fhiranchor.ledger.SignedTransaction;

/**
 * Ends the step now and then, before or after what was asked took effect: as a killed process does
 * whose successor has nothing but the database.
 */
record DyingAccount(AccountLedger living, AtomicInteger deaths, BooleanSupplier dies, Runnable end)
    implements AccountLedger {
  private static final int ONE_IN = 12;

  DyingAccount(AccountLedger living, AtomicInteger deaths, long seed) {
    this(living, deaths, new Random(seed));
  }

  private DyingAccount(AccountLedger living, AtomicInteger deaths, Random random) {
    this(
        living,
        deaths,
        () -> random.nextInt(ONE_IN) == 0,
        () -> {
          throw new IllegalStateException("killed here");
        });
  }

  /** Fails the first so many times with an Error, which no handler of exceptions stops. */
  static DyingAccount ofErrors(AccountLedger living, AtomicInteger errors, int first) {
    return new DyingAccount(
        living,
        errors,
        () -> errors.get() < first,
        () -> {
          throw new StackOverflowError("not a real one");
        });
  }

  private void mayDie() {
    if (dies.getAsBoolean()) {
      deaths.incrementAndGet();
      end.run();
    }
  }

  @Override
  public Address account() {
    return living.account();
  }

  @Override
  public ChainId chain() {
    return living.chain();
  }

  @Override
  public long minedNonce(long block) {
    return living.minedNonce(block);
  }

  @Override
  public long pendingNonce() {
    return living.pendingNonce();
  }

  @Override
  public FeeOffer offer(CallKind kind) {
    return living.offer(kind);
  }

  @Override
  public SignedTransaction sign(LedgerCall call, long nonce, Fees fees) {
    mayDie();
    return living.sign(call, nonce, fees);
  }

  @Override
  public void send(SignedTransaction transaction) {
    mayDie();
    living.send(transaction);
    mayDie();
  }

  @Override
  public Block latest() {
    return living.latest();
  }

  @Override
  public Optional<Block> block(long number) {
    return living.block(number);
  }

  @Override
  public Optional<Block> finalized() {
    return living.finalized();
  }
}
