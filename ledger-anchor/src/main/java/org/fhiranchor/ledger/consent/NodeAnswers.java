package org.fhiranchor.ledger.consent;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.fhiranchor.ledger.ConsentLedger;
import org.fhiranchor.ledger.LedgerRejectedException;
import org.fhiranchor.ledger.LedgerUnavailableException;

/**
 * Asks several nodes the same at once. Who is late is not waited for once enough have answered, and
 * not asked again before it is done: a slow node slows nobody.
 */
final class NodeAnswers implements AutoCloseable {
  private final List<Node> nodes;
  private final int needed;
  private final Duration grace;
  private final ExecutorService threads;

  /**
   * Asks nothing yet.
   *
   * @param needed answers without which there is none
   * @param grace how long the others are waited for when as many have answered
   */
  NodeAnswers(List<ConsentLedger> ledgers, int needed, Duration grace) {
    this.nodes = ledgers.stream().map(Node::new).toList();
    this.needed = needed;
    this.grace = grace;
    this.threads = Executors.newFixedThreadPool(ledgers.size(), NodeAnswers::thread);
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "anchor-ledger-node");
    thread.setDaemon(true);
    return thread;
  }

  /** One of the nodes, and whether a question to it is still on its way. */
  private static final class Node {
    private final ConsentLedger ledger;
    private final AtomicBoolean busy = new AtomicBoolean();

    Node(ConsentLedger ledger) {
      this.ledger = ledger;
    }
  }

  /** What one node answered, or why it did not. */
  private record Reply<T>(int node, Optional<T> answer, String failure) {}

  /**
   * The answers, by the node's place in the list.
   *
   * @throws LedgerUnavailableException when fewer than needed answer
   */
  <T> Map<Integer, T> ask(Function<ConsentLedger, T> question) {
    CompletionService<Reply<T>> service = new ExecutorCompletionService<>(threads);
    List<String> failures = new ArrayList<>();
    int asked = 0;
    for (int i = 0; i < nodes.size(); i++) {
      Node node = nodes.get(i);
      int place = i;
      if (node.busy.compareAndSet(false, true)) {
        service.submit(() -> reply(place, node, question));
        asked++;
      } else {
        failures.add("node " + (place + 1) + " has not answered yet");
      }
    }
    Map<Integer, T> answers = collect(service, asked, failures);
    require(answers.size(), failures);
    return answers;
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

  private static <T> Reply<T> reply(int place, Node node, Function<ConsentLedger, T> question) {
    try {
      return new Reply<>(place, Optional.of(question.apply(node.ledger)), "");
    } catch (LedgerUnavailableException | LedgerRejectedException failed) {
      return new Reply<>(place, Optional.empty(), String.valueOf(failed.getMessage()));
    } finally {
      node.busy.set(false);
    }
  }

  private <T> Map<Integer, T> collect(
      CompletionService<Reply<T>> service, int asked, List<String> failures) {
    Map<Integer, T> answers = new TreeMap<>();
    for (int i = 0; i < asked; i++) {
      Optional<Reply<T>> reply = next(service, answers.size() >= needed);
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
  private <T> Optional<Reply<T>> next(CompletionService<Reply<T>> service, boolean enough) {
    try {
      Future<Reply<T>> done =
          enough ? service.poll(grace.toMillis(), TimeUnit.MILLISECONDS) : service.take();
      return done == null ? Optional.empty() : Optional.of(done.get());
    } catch (ExecutionException failed) {
      throw new IllegalStateException("asking a ledger's node failed", failed.getCause());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new LedgerUnavailableException("interrupted while asking the ledger", interrupted);
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
