package org.fhiranchor.server;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.fhiranchor.interceptors.autoconfigure.AnchorSettings;
import org.fhiranchor.interceptors.autoconfigure.AnchorSettingsException;
import org.fhiranchor.interceptors.autoconfigure.AnchorSettingsReader;
import org.fhiranchor.interceptors.autoconfigure.AnchorSettingsSource;
import org.fhiranchor.interceptors.autoconfigure.StartChecks;
import org.fhiranchor.server.availability.RepeatedLines;
import org.springframework.boot.web.server.PortInUseException;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.util.unit.DataSize;

/** What can be known to be wrong in the first second is said then, not after half a minute. */
final class StartupChecks implements ApplicationContextInitializer<ConfigurableApplicationContext> {
  /** Reports what {@link EarlyStart} has found. Logging is configured by now, and stays so. */
  @Override
  public void initialize(ConfigurableApplicationContext context) {
    RepeatedLines.install();
    EarlyStart.Refused.rethrow(context.getEnvironment());
  }

  /** The folder, locked; whatever is refused leaves nothing that was not there. */
  static DataFolder run(ConfigurableEnvironment environment) {
    AnchorSettings settings = checkedSettings(environment);
    portIsFree(environment);
    DataFolder folder = DataFolder.lock(settings.data());
    try {
      environment
          .getPropertySources()
          .addLast(
              new MapPropertySource(
                  "databaseInDataFolder", Map.of("spring.datasource.url", folder.databaseUrl())));
      folder.hasSpace(
          environment.getProperty(
              "management.health.diskspace.threshold", DataSize.class, DataSize.ofMegabytes(64)));
      DatabaseAtStart database = DatabaseAtStart.of(environment, folder);
      database.check();
      StartChecks.run(settings, database::carriesLog);
      return folder;
    } catch (RuntimeException refused) {
      folder.abandon();
      throw refused;
    }
  }

  private static AnchorSettings checkedSettings(ConfigurableEnvironment environment) {
    List<String> problems = new ArrayList<>();
    Optional<AnchorSettings> settings =
        collecting(problems, () -> AnchorSettingsReader.read(environment));
    collecting(problems, () -> ServerSettingsReader.read(environment));
    collecting(problems, () -> port(environment));
    return settings
        .filter(read -> problems.isEmpty())
        .orElseThrow(() -> new AnchorSettingsException(problems));
  }

  private static <T> Optional<T> collecting(List<String> problems, Supplier<T> reading) {
    try {
      return Optional.of(reading.get());
    } catch (AnchorSettingsException wrong) {
      problems.addAll(wrong.problems());
      return Optional.empty();
    }
  }

  /** Only a look: whoever takes the port after it is met by Jetty. */
  private static void portIsFree(ConfigurableEnvironment environment) {
    int port = port(environment);
    InetSocketAddress address =
        environment.containsProperty("server.address")
            ? new InetSocketAddress(environment.getRequiredProperty("server.address"), port)
            : new InetSocketAddress(port);
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(address);
    } catch (IOException taken) {
      throw new PortInUseException(port, taken);
    }
  }

  private static int port(ConfigurableEnvironment environment) {
    AnchorSettingsSource source = new AnchorSettingsSource(environment);
    int port = source.integer("server.port", 8080, 0, 65535);
    source.finish();
    return port;
  }
}
