package org.fhiranchor.server;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.BootstrapRegistry.InstanceSupplier;
import org.springframework.boot.ConfigurableBootstrapContext;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.env.EnvironmentPostProcessor;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.PropertySource;

/**
 * Runs the checks before logging opens its file, which is in the data folder: a start that is
 * refused leaves no log there, and says why on the console.
 */
final class EarlyStart implements EnvironmentPostProcessor {
  private final ConfigurableBootstrapContext bootstrap;

  EarlyStart(ConfigurableBootstrapContext bootstrap) {
    this.bootstrap = bootstrap;
  }

  @Override
  public void postProcessEnvironment(
      ConfigurableEnvironment environment, SpringApplication application) {
    try {
      DataFolder folder = StartupChecks.run(environment);
      bootstrap.register(DataFolder.class, InstanceSupplier.of(folder));
      bootstrap.addCloseListener(
          made ->
              ((GenericApplicationContext) made.getApplicationContext())
                  .registerBean(DataFolder.class, () -> folder));
    } catch (RuntimeException why) {
      environment.getPropertySources().addFirst(new Refused(why));
    }
  }

  /** Keeps why, until it can be reported, and the log's file closed. */
  static final class Refused extends PropertySource<RuntimeException> {
    private static final String NAME = "refusedStart";

    Refused(RuntimeException why) {
      super(NAME, why);
    }

    @Override
    public @Nullable Object getProperty(String name) {
      return name.startsWith("logging.file.") ? "" : null;
    }

    /** Throws what the checks have thrown, if they did. */
    static void rethrow(ConfigurableEnvironment environment) {
      if (environment.getPropertySources().get(NAME) instanceof Refused refused) {
        throw refused.getSource();
      }
    }
  }
}
