package org.fhiranchor.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;
import org.fhiranchor.interceptors.log.LogStore;
import org.fhiranchor.interceptors.log.PendingSeal;
import org.fhiranchor.interceptors.plain.LogAuditor;
import org.fhiranchor.interceptors.store.SqlLogStore;
import org.fhiranchor.merkle.LogSigningKey;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** A server that really runs, on a free port, with a data folder of its own. */
final class RunningServer implements AutoCloseable {
  private static final Object LOCK = new Object();
  private static final List<RunningServer> SHARED = new ArrayList<>();
  private static final Set<RunningServer> RUNNING = ConcurrentHashMap.newKeySet();

  private final ConfigurableApplicationContext context;

  private RunningServer(ConfigurableApplicationContext context) {
    this.context = context;
    RUNNING.add(this);
  }

  /** Holds what each running server stores against its log (FUZZ-2). */
  static void auditAll() {
    RUNNING.forEach(RunningServer::audit);
  }

  private void audit() {
    DataSource data = context.getBean(DataSource.class);
    PendingSeal seals = new PendingSeal(context.getBean(LogSigningKey.class));
    LogStore rows =
        new SqlLogStore(
            new JdbcTemplate(data),
            new TransactionTemplate(new DataSourceTransactionManager(data)),
            seals);
    new LogAuditor(rows, data, seals).recordedEqualsStored();
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
        List.of(
            "--server.port=0",
            // longer than any pause of a test: a request that meets a closing connection is lost
            "--server.jetty.connection-idle-timeout=10m",
            "--anchor.data=" + data,
            "--anchor.consent.enforce=off")) {
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
    try {
      if (RUNNING.remove(this)) {
        audit();
      }
    } finally {
      context.close();
    }
  }
}
