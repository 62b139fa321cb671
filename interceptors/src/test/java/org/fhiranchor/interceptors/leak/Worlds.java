package org.fhiranchor.interceptors.leak;

import ca.uhn.fhir.batch2.api.IJobMaintenanceService;
import ca.uhn.fhir.jpa.api.config.JpaStorageSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.fhiranchor.interceptors.leak.Probe.Request;
import org.fhiranchor.interceptors.log.LogStore;
import org.fhiranchor.interceptors.log.Sequencer;
import org.fhiranchor.interceptors.plain.RunningServer;

/** Servers of our own, started for a battery. */
final class Worlds {
  /** The battery provokes thousands of refusals, which HAPI logs with their stack. */
  /** Nothing is anchored either: a Provenance would say so in one world a moment earlier. */
  private static final List<String> QUIET =
      List.of(
          "--anchor.ledger.interval=7d",
          "--logging.level.root=ERROR",
          "--logging.level.ca.uhn.fhir.interceptor.executor=OFF",
          "--logging.level.ca.uhn.fhir.jpa.dao.BaseTransactionProcessor=OFF",
          "--logging.level.ca.uhn.fhir.rest.server.interceptor.ExceptionHandlingInterceptor=OFF");

  private Worlds() {}

  /** A started server and what is known of it. */
  record Booted(RunningServer server, World world, Seeding seeding) implements AutoCloseable {
    /** Writes the records, signs the consents, and waits until those of {@code permitted} count. */
    void seed(boolean hidden, Persona permitted) {
      seeding.everywhere();
      if (hidden) {
        seeding.hidden();
      }
      seeding.pointing();
      seeding.consents(hidden);
      awaitPermit("visible-Patient", permitted);
      if (hidden) {
        awaitPermit("hidden-Patient", permitted);
      }
      awaitSequenced();
    }

    /** A version has a Provenance once it has its place in the log. */
    void awaitSequenced() {
      LogStore log = server.bean(LogStore.class);
      Sequencer sequencer = server.bean(Sequencer.class);
      Awaitility.await()
          .pollDelay(Duration.ZERO)
          .pollInterval(Duration.ofMillis(5))
          .atMost(Duration.ofMinutes(2))
          .until(
              () -> {
                sequencer.sequence();
                return log.pendingCount() == 0;
              });
    }

    /** A grant counts once the server has heard of it from the ledger. */
    void awaitPermit(String patient, Persona permitted) {
      Request read = new Request("GET", "Patient/" + patient, Map.of(), "");
      String badge = world.badges().practitioner(permitted.subject());
      Awaitility.await()
          .atMost(120, TimeUnit.SECONDS)
          .until(() -> world.send(read, badge).status() == 200);
    }

    @Override
    public void close() {
      server.close();
    }
  }

  static Booted boot(Path data, Records records, String... settings) {
    List<String> all = new ArrayList<>(List.of(settings));
    all.addAll(QUIET);
    RunningServer server = RunningServer.start(data, all.toArray(String[]::new));
    String url = server.url("fhir").toString();
    World world =
        new World(
            url,
            new DemoBadges(data),
            server.bean(IJobMaintenanceService.class)::forceMaintenancePass);
    JpaStorageSettings storage = server.bean(JpaStorageSettings.class);
    boolean placeholders = storage.isAutoCreatePlaceholderReferenceTargets();
    Seeding.Reservations checks =
        on -> {
          storage.setEnforceReferentialIntegrityOnWrite(on);
          storage.setAutoCreatePlaceholderReferenceTargets(on && placeholders);
        };
    return new Booted(server, world, new Seeding(world, records, checks));
  }
}
