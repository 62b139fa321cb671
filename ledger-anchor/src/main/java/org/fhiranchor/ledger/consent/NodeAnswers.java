package org.fhiranchor.ledger.consent;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.fhiranchor.ledger.ConsentLedger;
import org.fhiranchor.ledger.LedgerRejectedException;
import org.fhiranchor.ledger.LedgerUnavailableException;

/**
 * Asks several nodes the same at once. Who is late is not waited for once enough have answered, and
 * not asked where enough others are not late: a slow node slows nobody.
 *
 * <p>Threads: any number; each asks for itself.
 */
final class NodeAnswers implements AutoCloseable {
  private final List<AskedNode> nodes;
  private final int needed;
  private final Duration grace;

  /**
   * Asks nothing yet.
   *
   * @param needed answers without which there is none
   * @param grace how long the others are waited for when as many have answered
   */
  NodeAnswers(List<ConsentLedger> ledgers, int needed, Duration grace) {
    this.nodes = ledgers.stream().map(AskedNode::new).toList();
    this.needed = needed;
    this.grace = grace;
  }

  /** What one node answered, or why it did not. */
  private record Reply<T>(int node, Optional<T> answer, String failure) {}

  /**
   * The answers, by the node's place in the list.
   *
   * @throws LedgerUnavailableException when fewer than needed answer
   */
  <T> Map<Integer, T> ask(Function<ConsentLedger, T> question) {
    List<String> failures = new ArrayList<>();
    BlockingQueue<Future<Reply<T>>> replies = new LinkedBlockingQueue<>();
    List<Integer> asked = askable();
    IntStream.range(0, nodes.size())
        .filter(node -> !asked.contains(node))
        .forEach(node -> failures.add("node " + (node + 1) + " has not answered yet"));
    List<Future<Reply<T>>> questions =
        asked.stream()
            .map(node -> nodes.get(node).ask(ledger -> reply(node, ledger, question), replies::add))
            .toList();
    Map<Integer, T> answers = collect(replies, asked.size(), failures);
    // One that still waits for its turn is nobody's any more.
    questions.forEach(one -> one.cancel(false));
    require(answers.size(), failures);
    return answers;
  }

  /** Who is not late; where those are too few, who is late and can take one more question. */
  private List<Integer> askable() {
    List<Integer> prompt =
        IntStream.range(0, nodes.size())
            .filter(node -> !nodes.get(node).isLate(grace))
            .boxed()
            .toList();
    return prompt.size() >= needed
        ? prompt
        : IntStream.range(0, nodes.size())
            .filter(node -> prompt.contains(node) || !nodes.get(node).isFull())
            .boxed()
            .toList();
  }

  void require(int answers, List<String> failures) {
    if (answers < needed) {
      throw new LedgerUnavailableException(
          "ledger: "
              + answers
              + " of "
              + nodes.size()
              + " nodes answer, want "
              + needed
              + (failures.isEmpty() ? "" : ": " + String.join("; ", failures)));
    }
  }

  private static <T> Reply<T> reply(
      int node, ConsentLedger ledger, Function<ConsentLedger, T> question) {
    try {
      return new Reply<>(node, Optional.of(question.apply(ledger)), "");
    } catch (LedgerUnavailableException
        | LedgerRejectedException
        | IllegalArgumentException
        | ArithmeticException failed) {
      // The last two: what it answers is no block, number or key. It is that node's failure.
      return new Reply<>(node, Optional.empty(), String.valueOf(failed.getMessage()));
    }
  }

  private <T> Map<Integer, T> collect(
      BlockingQueue<Future<Reply<T>>> replies, int asked, List<String> failures) {
    Map<Integer, T> answers = new TreeMap<>();
    for (int i = 0; i < asked; i++) {
      Optional<Reply<T>> reply = next(replies, answers.size() >= needed);
      if (reply.isEmpty()) {
        return answers;
      }
      reply.get().answer().ifPresent(answer -> answers.put(reply.get().node(), answer));
      if (reply.get().answer().isEmpty()) {
        failures.add("node " + (reply.get().node() + 1) + ": " + reply.get().failure());
      }
    }
    return answers;
  }

  /** Empty when enough have answered and the grace is over. */
  private <T> Optional<Reply<T>> next(BlockingQueue<Future<Reply<T>>> replies, boolean enough) {
    try {
      Future<Reply<T>> done =
          enough ? replies.poll(grace.toMillis(), TimeUnit.MILLISECONDS) : replies.take();
      return done == null ? Optional.empty() : Optional.of(done.get());
    } catch (ExecutionException failed) {
      throw new IllegalStateException("asking a ledger's node failed", failed.getCause());
    } catch (CancellationException closed) {
      throw new LedgerUnavailableException("the ledger is not asked any more", closed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new LedgerUnavailableException("interrupted while asking the ledger", interrupted);
    }
  }

  @Override
  public void close() {
    nodes.forEach(AskedNode::close);
  }
}
