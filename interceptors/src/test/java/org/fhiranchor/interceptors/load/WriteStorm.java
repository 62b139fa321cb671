package org.fhiranchor.interceptors.load;

import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.fhiranchor.interceptors.plain.RunningServer;

/**
 * Writers that get in each other's way: creates, updates and deletions of the same few resources,
 * and transactions of which some fail at their last entry and roll back.
 */
final class WriteStorm {
  static final long SEED = 20_261_122;
  private static final int CONTENDED = 20;

  private final List<RunningServer> servers;
  private final String name;
  private final Map<String, AtomicInteger> answers = new ConcurrentSkipListMap<>();

  /** A storm over these servers, which share one database. */
  WriteStorm(String name, List<RunningServer> servers) {
    this.name = name;
    this.servers = List.copyOf(servers);
  }

  /** Runs it to its end; the answers are counted by kind of write and status. */
  Map<String, Integer> run(int clients, int writes)
      throws InterruptedException, ExecutionException {
    ExecutorService threads = Executors.newFixedThreadPool(clients);
    try {
      List<Callable<Void>> work = new ArrayList<>();
      for (int i = 0; i < clients; i++) {
        work.add(client(i, writes / clients));
      }
      for (Future<Void> done : threads.invokeAll(work)) {
        done.get();
      }
    } finally {
      threads.shutdown();
    }
    Map<String, Integer> counts = new ConcurrentSkipListMap<>();
    answers.forEach((answer, count) -> counts.put(answer, count.get()));
    System.out.printf("storm %s seed=%d %s%n", name, SEED, counts);
    return counts;
  }

  /** How many writes of a kind were refused, whatever the reason. */
  static int refused(String kind, Map<String, Integer> answers) {
    return answers.entrySet().stream()
        .filter(answer -> answer.getKey().startsWith(kind + " 4"))
        .mapToInt(Map.Entry::getValue)
        .sum();
  }

  private Callable<Void> client(int number, int writes) {
    return () -> {
      Random random = new Random(SEED + number);
      RunningServer server = servers.get(number % servers.size());
      for (int i = 0; i < writes; i++) {
        write(server, random);
      }
      return null;
    };
  }

  private void write(RunningServer server, Random random) {
    int dice = random.nextInt(100);
    if (dice < 45) {
      String id = contended(random);
      count("update", server.fhir("PUT", "Patient/" + id, patient(id, random)));
    } else if (dice < 65) {
      count("create", server.fhir("POST", "Patient", patient("", random)));
    } else if (dice < 80) {
      count("rollback", server.fhir("POST", "", transaction(random, true)));
    } else if (dice < 95) {
      count("transaction", server.fhir("POST", "", transaction(random, false)));
    } else {
      count("delete", server.fhir("DELETE", "Patient/" + contended(random), ""));
    }
  }

  private void count(String kind, HttpResponse<String> answer) {
    answers
        .computeIfAbsent(kind + " " + answer.statusCode(), key -> new AtomicInteger())
        .incrementAndGet();
  }

  private String contended(Random random) {
    return name + "-" + random.nextInt(CONTENDED);
  }

  private static String patient(String id, Random random) {
    String own = id.isEmpty() ? "" : "\"id\":\"" + id + "\",";
    return "{\"resourceType\":\"Patient\","
        + own
        + "\"name\":[{\"family\":\"F"
        + random.nextInt(1_000_000)
        + "\"}]}";
  }

  /** Two good entries; the third, if any, wants a version that was never there. */
  private String transaction(Random random, boolean failing) {
    String id = contended(random);
    String last =
        failing
            ? "," + entry("PUT", contended(random), random, ",\"ifMatch\":\"W/\\\"999999\\\"\"")
            : "";
    return "{\"resourceType\":\"Bundle\",\"type\":\"transaction\",\"entry\":["
        + entry("PUT", id, random, "")
        + ","
        + entry("POST", "", random, "")
        + last
        + "]}";
  }

  private static String entry(String method, String id, Random random, String condition) {
    return "{\"resource\":"
        + patient(id, random)
        + ",\"request\":{\"method\":\""
        + method
        + "\",\"url\":\"Patient"
        + (id.isEmpty() ? "" : "/" + id)
        + "\""
        + condition
        + "}}";
  }
}
