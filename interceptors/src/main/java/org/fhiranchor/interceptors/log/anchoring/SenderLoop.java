package org.fhiranchor.interceptors.log.anchoring;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.fhiranchor.interceptors.tasks.RepeatedTask;
import org.fhiranchor.ledger.sending.AccountSender;
import org.fhiranchor.ledger.sending.SendOutcome;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Steps one account's sender: quicker while calls are on their way, at once when one is added. */
public final class SenderLoop {
  private static final Logger LOG = LoggerFactory.getLogger(SenderLoop.class);
  private static final Duration AT_WORK = Duration.ofMillis(200);
  private static final Duration AT_REST = Duration.ofMillis(500);
  private static final Duration IN_TROUBLE = Duration.ofSeconds(1);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(30);

  private final AccountSender sender;
  private final RepeatedTask task;
  private volatile Optional<SendOutcome> last = Optional.empty();

  /**
   * A loop that is not started yet.
   *
   * @param name of the account's role, for the thread
   */
  public SenderLoop(AccountSender sender, String name) {
    this.sender = sender;
    task =
        new RepeatedTask(
            new RepeatedTask.Terms("anchor-sender-" + name, IN_TROUBLE, STOP_LIMIT),
            this::step,
            InstantSource.system());
  }

  /** Starts the thread. */
  public void start() {
    task.start();
  }

  /** Ends the thread; what is on its way is followed by whoever starts next. */
  public void stop() throws InterruptedException {
    task.stop();
  }

  /** How the thread fares. */
  public RepeatedTask.State state() {
    return task.state();
  }

  /** Something was added. */
  public void wake() {
    task.wake();
  }

  /** What the latest step came to. */
  public Optional<SendOutcome> last() {
    return last;
  }

  /** What keeps transactions from being sent, for operators. */
  public Optional<String> trouble() {
    return last.flatMap(
        outcome -> {
          if (outcome instanceof SendOutcome.Refused refused) {
            return Optional.of("the ledger refuses a transaction: " + refused.reason());
          }
          if (outcome instanceof SendOutcome.AtCap) {
            return Optional.of("a transaction waits and its fee is at the cap");
          }
          if (outcome instanceof SendOutcome.OverBudget) {
            return Optional.of("the day's budget is spent: only revocations are sent");
          }
          return outcome instanceof SendOutcome.Away
              ? Optional.of("the ledger does not answer")
              : Optional.empty();
        });
  }

  private Duration step() {
    SendOutcome outcome = sender.step();
    log(outcome);
    last = Optional.of(outcome);
    if (outcome instanceof SendOutcome.Idle) {
      return AT_REST;
    }
    return outcome instanceof SendOutcome.Working ? AT_WORK : IN_TROUBLE;
  }

  /** Once for each trouble, not once for each step. */
  private void log(SendOutcome outcome) {
    if (last.filter(outcome::equals).isPresent()) {
      return;
    }
    if (outcome instanceof SendOutcome.Refused refused) {
      LOG.warn("transaction refused reason={} {}", refused.reason(), refused.message());
    } else if (outcome instanceof SendOutcome.AtCap atCap) {
      LOG.warn("{}", atCap.message());
    } else if (outcome instanceof SendOutcome.OverBudget over) {
      LOG.warn("{}", over.message());
    } else if (outcome instanceof SendOutcome.Away away) {
      LOG.warn("ledger away, transactions wait {}", away.message());
    }
  }
}
