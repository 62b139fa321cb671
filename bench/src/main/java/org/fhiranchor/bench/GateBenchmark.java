package org.fhiranchor.bench;

import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.jpa.searchparam.SearchParameterMap;
import ca.uhn.fhir.rest.api.server.SystemRequestDetails;
import ca.uhn.fhir.rest.param.ReferenceParam;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.fhiranchor.ledger.Address;
import org.fhiranchor.ledger.ConsentId;
import org.fhiranchor.ledger.ConsentKey;
import org.fhiranchor.ledger.ConsentLedger;
import org.fhiranchor.merkle.Digest;
import org.springframework.context.ConfigurableApplicationContext;

/** What the consent gate costs, and what two simpler gates would cost beside it. */
final class GateBenchmark implements Benchmark {
  private static final double NANOS = 1e9;

  @Override
  public String name() {
    return "gate";
  }

  @Override
  public BenchmarkOutcome measure(Scale scale) throws IOException, InterruptedException {
    Path data = scale.work().resolve("gate");
    try (ConfigurableApplicationContext server = ServerBenchmark.start(scale, data)) {
      String port = server.getEnvironment().getRequiredProperty("local.server.port");
      GateWorld world = new GateWorld(URI.create("http://localhost:" + port + "/fhir"), data);
      world.seed();
      List<Figure> figures = new ArrayList<>(rounds(scale, new GateRounds(server, world)));
      figures.addAll(rivals(scale, server));
      figures.addAll(onLedger(scale, world, LedgerRevocation.on(server)));
      return new BenchmarkOutcome(figures, List.of());
    }
  }

  private static String patient(int number) {
    return "p" + number % GateWorld.CONSENTING;
  }

  private static List<Figure> rounds(Scale scale, GateRounds rounds)
      throws IOException, InterruptedException {
    List<Figure> figures = new ArrayList<>();
    // without the gate HAPI answers the same search from its last result, for a minute
    Iterator<LocalDate> since = Stream.iterate(LocalDate.EPOCH, day -> day.minusDays(1)).iterator();
    figures.addAll(
        held(
            "read",
            rounds.measure(
                scale,
                scale.pick(100, 40),
                i ->
                    "Observation/"
                        + GateWorld.observation(patient(i), i % GateWorld.OBSERVATIONS))));
    figures.addAll(
        held(
            "patient-scoped search",
            rounds.measure(
                scale,
                scale.pick(25, 20),
                i -> "Observation?patient=" + patient(i) + "&_count=20&date=ge" + since.next())));
    figures.addAll(
        held(
            "patient-scoped search that is asked again and again",
            rounds.measure(
                scale,
                scale.pick(25, 20),
                i -> "Observation?patient=" + patient(i) + "&_count=20")));
    GateRounds.Result all =
        rounds.measure(scale, scale.pick(2, 2), i -> "Observation?status=final&_count=20");
    figures.add(
        Figure.told(
            "search over everybody, nine hits of ten refused",
            all.millis().median(),
            "ms",
            "gate on, first page of 20; gate off takes "
                + Figure.number(all.ratio().median())
                + " of that ("
                + all.millis().spread()
                + ")"));
    return figures;
  }

  private static List<Figure> held(String what, GateRounds.Result result) {
    return List.of(
        Figure.held(
            what + " throughput, gate on against off",
            result.ratio().median(),
            "",
            Requirement.atLeast(0.95),
            "median ratio of paired rounds, every hit permitted (" + result.ratio().spread() + ")"),
        Figure.told(
            "the same by processor time",
            result.processor().median(),
            "",
            "client and server (" + result.processor().spread() + ")"),
        Figure.told(
            what + ", gate on",
            result.millis().median(),
            "ms",
            "one client, median of rounds (" + result.millis().spread() + ")"));
  }

  /** What asking the ledger, or the database, for each read would take. */
  private static List<Figure> rivals(Scale scale, ConfigurableApplicationContext server) {
    ConsentLedger ledger = server.getBean(ConsentLedger.class);
    Digest some = Digest.sha256(new byte[] {1});
    ConsentKey key = new ConsentKey(Address.parse("0x" + "11".repeat(20)), new ConsentId(some));
    DaoRegistry daos = server.getBean(DaoRegistry.class);
    return List.of(
        rival("rival: eth_call a read", scale, () -> ledger.stateOf(key)),
        rival(
            "rival: SQL search of Consents a read",
            scale,
            () ->
                daos.getResourceDao("Consent")
                    .search(
                        SearchParameterMap.newSynchronous(
                            "patient", new ReferenceParam("Patient/p0")),
                        new SystemRequestDetails())
                    .getAllResources()));
  }

  private static Figure rival(String name, Scale scale, Runnable once) {
    List<Double> millis = new ArrayList<>();
    for (int i = 0; i < scale.pick(600, 60); i++) {
      long start = System.nanoTime();
      once.run();
      millis.add((System.nanoTime() - start) / NANOS * 1000);
    }
    Samples late = Samples.of(millis.subList(millis.size() / 2, millis.size()));
    return Figure.told(
        name,
        late.median(),
        "ms",
        "added to each read, ledger on this machine (" + late.spread() + ")");
  }

  private static List<Figure> onLedger(Scale scale, GateWorld world, LedgerRevocation past)
      throws IOException, InterruptedException {
    List<Double> grants = new ArrayList<>(world.grants());
    List<Double> revocations = new ArrayList<>();
    List<Double> refused = new ArrayList<>();
    List<Double> heard = new ArrayList<>();
    for (int i = 0; i < scale.pick(40, 5); i++) {
      String patient = patient(i);
      grants.add(world.consent(patient, "again" + i));
      if (i < GateWorld.CONSENTING) {
        world.revoke(patient, "c" + i);
      }
      revocations.add(world.revoke(patient, "again" + i));
      refused.add(untilRefused(world, patient));
      grants.add(world.consent(patient, "past" + i));
      past.revoke(patient, "past" + i);
      heard.add(untilRefused(world, patient));
    }
    return List.of(
        told("$grant, asked to answered", grants),
        told("$revoke, asked to answered", revocations),
        Figure.held(
            "revocation to refusal on its node",
            Samples.of(refused).most(),
            "ms",
            Requirement.atMost(50),
            "most, from the answer of $revoke to a refused read, that read included (n="
                + refused.size()
                + ")"),
        Figure.held(
            "revocation past the server to refusal",
            Samples.of(heard).percentile(99),
            "ms",
            Requirement.atMost(100),
            "p99, from the block that has it, mined at once, to a refused read ("
                + Samples.of(heard).spread()
                + ")"));
  }

  private static double untilRefused(GateWorld world, String patient)
      throws IOException, InterruptedException {
    long start = System.nanoTime();
    while (world.read("Observation/" + GateWorld.observation(patient, 0)).statusCode() != 403) {
      Thread.onSpinWait();
    }
    return (System.nanoTime() - start) / 1e6;
  }

  private static Figure told(String name, List<Double> millis) {
    Samples samples = Samples.of(millis);
    return Figure.told(
        name,
        samples.median(),
        "ms",
        "median; p99 "
            + Figure.number(samples.percentile(99))
            + ", embedded chain ("
            + samples.spread()
            + ")");
  }
}
