package org.fhiranchor.interceptors.autoconfigure;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.interceptor.api.IInterceptorService;
import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.jpa.dao.tx.IHapiTransactionService;
import ca.uhn.fhir.rest.server.RestfulServer;
import jakarta.persistence.EntityManagerFactory;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.sql.DataSource;
import org.fhiranchor.interceptors.log.recording.MissingVersionsCheck;
import org.fhiranchor.interceptors.log.recording.MissingVersionsOperation;
import org.fhiranchor.interceptors.log.recording.ResourcesWithoutVersion;
import org.fhiranchor.interceptors.log.recording.VersionRecorder;
import org.fhiranchor.interceptors.store.SqlResourcesWithoutVersion;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.JdbcTemplate;

/** Finds resources whose version was lost, says how many in health, and ends them when asked to. */
@AutoConfiguration(after = AnchorAutoConfiguration.class)
@ConditionalOnClass(RestfulServer.class)
public class MissingVersionsAutoConfiguration {
  private static final Duration AFTER_FAILURE = Duration.ofMinutes(1);

  @Bean
  ResourcesWithoutVersion anchorResourcesWithoutVersion(DataSource dataSource) {
    return new SqlResourcesWithoutVersion(new JdbcTemplate(dataSource));
  }

  @Bean(destroyMethod = "stop")
  MissingVersionsCheck anchorMissingVersionsCheck(ResourcesWithoutVersion resources) {
    return new MissingVersionsCheck(resources, AFTER_FAILURE, Clock.systemUTC());
  }

  @Bean
  ApplicationListener<ApplicationReadyEvent> anchorMissingVersionsAtStart(
      MissingVersionsCheck check) {
    return ready -> check.start();
  }

  /** Recording goes on, so a balancer must not take the node out: it is said, and stays up. */
  @Bean
  HealthIndicator storedVersionsHealthIndicator(MissingVersionsCheck check) {
    return () -> {
      MissingVersionsCheck.Report report = check.report();
      Health.Builder health =
          Health.up()
              .withDetail("check", report.state().name().toLowerCase(Locale.ROOT))
              .withDetail("resourcesWithoutVersion", report.missing());
      degraded(report).ifPresent(why -> health.withDetail("degraded", why));
      return health.build();
    };
  }

  private static Optional<String> degraded(MissingVersionsCheck.Report report) {
    if (report.missing() > 0) {
      return Optional.of(
          "the content of these resources is lost: $end-resources-without-version ends them");
    }
    return report.state() == MissingVersionsCheck.State.FAILED
        ? Optional.of("the database did not answer, so they are not counted; it is tried again")
        : Optional.empty();
  }

  @Bean
  MissingVersionsOperation anchorMissingVersionsOperation(
      FhirContext context,
      DaoRegistry daos,
      IHapiTransactionService transactions,
      ObjectProvider<EntityManagerFactory> factories,
      ResourcesWithoutVersion resources,
      VersionRecorder recorder,
      MissingVersionsCheck check) {
    EntityManagerFactory factory = HapiEntities.factory(factories.stream());
    return new MissingVersionsOperation(
        new MissingVersionsOperation.Stores(
            context, daos, transactions, HapiEntities.session(factory), Clock.systemUTC()),
        resources,
        recorder,
        check);
  }

  @Bean
  HapiRegistration anchorMissingVersionsRegistration(
      ObjectProvider<RestfulServer> servers,
      ObjectProvider<ServletRegistrationBean<?>> servlets,
      IInterceptorService jpaRegistry,
      MissingVersionsOperation operation) {
    return new HapiRegistration(
        HapiRegistration.serversOf(servers, servlets),
        jpaRegistry,
        List.of(),
        List.of(),
        List.of(),
        List.of(operation));
  }
}
