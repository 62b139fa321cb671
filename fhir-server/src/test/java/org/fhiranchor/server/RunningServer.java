package org.fhiranchor.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.ConfigurableApplicationContext;

/** A server that really runs, on a free port, with a data folder of its own. */
final class RunningServer implements AutoCloseable {
  private static final Object LOCK = new Object();
  private static final List<RunningServer> SHARED = new ArrayList<>();

  private final ConfigurableApplicationContext context;

  private RunningServer(ConfigurableApplicationContext context) {
    this.context = context;
  }

  /** The one that tests share because it takes long to start; stopped when the JVM ends. */
  static RunningServer shared() {
    synchronized (LOCK) {
      if (SHARED.isEmpty()) {
        SHARED.add(start(newDataFolder()));
      }
      return SHARED.get(0);
    }
  }

  static RunningServer start(Path data, String... settings) {
    List<String> arguments = new ArrayList<>(List.of(settings));
    for (String needed :
        List.of("--server.port=0", "--anchor.data=" + data, "--anchor.consent.enforce=off")) {
      String key = needed.substring(0, needed.indexOf('=') + 1);
      if (arguments.stream().noneMatch(given -> given.startsWith(key))) {
        arguments.add(needed);
      }
    }
    return new RunningServer(FhirAnchorServer.application().run(arguments.toArray(String[]::new)));
  }

  static Path newDataFolder() {
    try {
      return Files.createTempDirectory(Files.createDirectories(Path.of("target", "data")), "s");
    } catch (IOException cannotCreate) {
      throw new UncheckedIOException(cannotCreate);
    }
  }

  /** Such as {@code http://localhost:40123}. */
  String address() {
    return "http://localhost:" + context.getEnvironment().getProperty("local.server.port");
  }

  ConfigurableListableBeanFactory beans() {
    return context.getBeanFactory();
  }

  FhirHttp fhir() {
    return new FhirHttp(address() + "/fhir");
  }

  @Override
  public void close() {
    context.close();
  }
}
