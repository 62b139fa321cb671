package org.fhiranchor.bench;

import ca.uhn.fhir.interceptor.api.IInterceptorService;
import ca.uhn.fhir.jpa.api.config.JpaStorageSettings;
import ca.uhn.fhir.rest.server.RestfulServer;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.fhiranchor.interceptors.gate.ConsentGate;
import org.fhiranchor.interceptors.gate.GateCheck;
import org.springframework.context.ApplicationContext;

/**
 * Requests one after another, gate on and gate off in turn, on one server in one process: tokens
 * are checked in both. Each pair of rounds gives one ratio; which of the two comes first
 * alternates.
 */
final class GateRounds {
  /** A round that is measured is short, so that what disturbs the machine hits few pairs. */
  private static final int ROUNDS_OF_WARMING = 10;

  private final RestfulServer server;
  private final IInterceptorService registry;
  private final ConsentGate gate;
  private final JpaStorageSettings settings;
  private final GateWorld world;

  GateRounds(ApplicationContext context, GateWorld world) {
    this.server = context.getBean(RestfulServer.class);
    this.registry = context.getBean(IInterceptorService.class);
    this.gate = context.getBean(ConsentGate.class);
    this.settings = context.getBean(JpaStorageSettings.class);
    this.world = world;
  }

  /**
   * What one kind of request came to.
   *
   * @param ratio throughput on against off, by the clock
   * @param processor the same by processor time
   * @param millis of one request, gate on
   */
  record Result(Samples ratio, Samples processor, Samples millis) {}

  private record Round(double millis, double processor) {}

  /**
   * Measures requests of one kind, the {@code n}-th of which asks for that path, once rounds of
   * both kinds have brought the compiler to rest.
   *
   * @param requests of one round
   */
  Result measure(Scale scale, int requests, IntFunction<String> path)
      throws IOException, InterruptedException {
    for (int i = 0; i < scale.pick(20, 2) * ROUNDS_OF_WARMING; i++) {
      round(i % 2 == 0, requests, path);
    }
    List<Double> ratios = new ArrayList<>();
    List<Double> processor = new ArrayList<>();
    List<Double> millis = new ArrayList<>();
    for (int i = 0; i < scale.pick(160, 3); i++) {
      Round first = round(i % 2 == 0, requests, path);
      Round second = round(i % 2 != 0, requests, path);
      Round on = i % 2 == 0 ? first : second;
      Round off = i % 2 == 0 ? second : first;
      ratios.add(off.millis / on.millis);
      processor.add(off.processor / on.processor);
      millis.add(on.millis);
    }
    return new Result(Samples.of(ratios), Samples.of(processor), Samples.of(millis));
  }

  private Round round(boolean gated, int requests, IntFunction<String> path)
      throws IOException, InterruptedException {
    if (!gated) {
      open();
    }
    try {
      double before = ProcessorTime.seconds();
      long start = System.nanoTime();
      for (int i = 0; i < requests; i++) {
        ask(path.apply(i));
      }
      double millis = (System.nanoTime() - start) / 1e6 / requests;
      return new Round(millis, (ProcessorTime.seconds() - before) / requests);
    } finally {
      if (!gated) {
        close();
      }
    }
  }

  private void ask(String path) throws IOException, InterruptedException {
    HttpResponse<String> answer = world.read(path);
    if (answer.statusCode() != 200) {
      throw new IOException("GET " + path + ": got " + answer.statusCode());
    }
  }

  /** Plain HAPI, apart from the token. */
  private void open() {
    gate.forServer().forEach(server::unregisterInterceptor);
    gate.forBoth().forEach(server::unregisterInterceptor);
    gate.forBoth().forEach(registry::unregisterInterceptor);
    gate.forJpa().forEach(registry::unregisterInterceptor);
    settings.setSearchPreFetchThresholds(new JpaStorageSettings().getSearchPreFetchThresholds());
    settings.setCountSearchResultsUpTo(null);
  }

  private void close() {
    gate.forServer().forEach(server::registerInterceptor);
    gate.forBoth().forEach(server::registerInterceptor);
    gate.forBoth().forEach(registry::registerInterceptor);
    gate.forJpa().forEach(registry::registerInterceptor);
    GateCheck.prepare(settings);
  }
}
