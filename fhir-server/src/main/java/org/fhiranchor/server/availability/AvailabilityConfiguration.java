package org.fhiranchor.server.availability;

import ca.uhn.fhir.rest.server.RestfulServer;
import java.nio.file.Path;
import java.time.InstantSource;
import javax.sql.DataSource;
import org.fhiranchor.interceptors.autoconfigure.AnchorSettings;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.actuate.autoconfigure.system.DiskSpaceHealthIndicatorProperties;
import org.springframework.boot.actuate.availability.AvailabilityStateHealthIndicator;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;

/** The parts list of bad days (OPS-1). */
@Configuration
public class AvailabilityConfiguration {
  /** Jetty's own number of threads, and those of them that are kept for health. */
  private static final int THREADS = 200;

  private static final int KEPT_FOR_HEALTH = 24;

  @Bean
  static DatabaseConnectionsUnderPool databaseConnectionsUnderPool() {
    return new DatabaseConnectionsUnderPool();
  }

  @Bean
  static UninterruptedPools uninterruptedPools() {
    return new UninterruptedPools();
  }

  @Bean
  static HealthRounds healthRounds() {
    return new HealthRounds();
  }

  @Bean
  static BeanPostProcessor healthWithinItsLimit(HealthRounds rounds) {
    return new BeanPostProcessor() {
      @Override
      public Object postProcessAfterInitialization(Object bean, String name) {
        return bean instanceof HealthIndicator part
                && !(bean instanceof AvailabilityStateHealthIndicator)
            ? rounds.limited(name, part)
            : bean;
      }
    };
  }

  /** Needs the pool, which brings the connections with it. */
  @Bean
  DatabaseWatch databaseWatch(
      DataSource pool,
      DatabaseConnectionsUnderPool below,
      AnchorSettings settings,
      DiskSpaceHealthIndicatorProperties disk) {
    Path folder = settings.data().toAbsolutePath();
    return new DatabaseWatch(
        new DatabaseWatch.Watched(below.connections(), folder, disk.getThreshold().toBytes()),
        InstantSource.system());
  }

  @Bean
  DatabaseWatchLifecycle databaseWatchLifecycle(DatabaseWatch watch) {
    return new DatabaseWatchLifecycle(watch);
  }

  @Bean
  HealthIndicator databaseHealthIndicator(DatabaseWatch watch) {
    return new DatabaseHealthIndicator(watch);
  }

  /** Behind the filter for other origins alone, so that browsers may read the answer. */
  @Bean
  FilterRegistrationBean<UnavailableFilter> unavailableFilter(
      DatabaseWatch watch, Environment environment) {
    int threads = environment.getProperty("server.jetty.threads.max", Integer.class, THREADS);
    FilterRegistrationBean<UnavailableFilter> filter =
        new FilterRegistrationBean<>(
            new UnavailableFilter(watch, Math.max(1, threads - KEPT_FOR_HEALTH)));
    filter.setOrder(Ordered.HIGHEST_PRECEDENCE + 1);
    return filter;
  }

  @Bean
  SmartInitializingSingleton unavailableOutcome(RestfulServer server, DatabaseWatch watch) {
    return () -> server.registerInterceptor(new UnavailableOutcome(watch));
  }

  @Bean
  ApplicationListener<ApplicationReadyEvent> repeatedLinesLast() {
    return ready -> RepeatedLines.moveToTheEnd();
  }
}
