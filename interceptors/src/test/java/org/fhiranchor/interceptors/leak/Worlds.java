package org.fhiranchor.interceptors.leak;

import ca.uhn.fhir.batch2.api.IJobMaintenanceService;
import ca.uhn.fhir.jpa.api.config.JpaStorageSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.fhiranchor.interceptors.plain.RunningServer;

/** Servers of our own, started for a battery. */
final class Worlds {
  /** The battery provokes thousands of refusals, which HAPI logs with their stack. */
  private static final List<String> QUIET =
      List.of(
          "--logging.level.root=ERROR",
          "--logging.level.ca.uhn.fhir.interceptor.executor=OFF",
          "--logging.level.ca.uhn.fhir.rest.server.interceptor.ExceptionHandlingInterceptor=OFF");

  private Worlds() {}

  /** A started server and what is known of it. */
  record Booted(RunningServer server, World world, Seeding seeding) implements AutoCloseable {
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
