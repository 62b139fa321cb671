package org.fhiranchor.server;

import org.fhiranchor.server.availability.AvailabilityConfiguration;
import org.fhiranchor.server.console.ConsoleConfiguration;
import org.fhiranchor.server.signin.SignInConfiguration;
import org.hl7.fhir.utilities.http.ManagedWebAccess;
import org.hl7.fhir.utilities.http.ManagedWebAccess.WebAccessPolicy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.actuate.autoconfigure.security.servlet.ManagementWebSecurityAutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.elasticsearch.ElasticsearchRestClientAutoConfiguration;
import org.springframework.boot.autoconfigure.flyway.FlywayAutoConfiguration;
import org.springframework.boot.autoconfigure.orm.jpa.HibernateJpaAutoConfiguration;
import org.springframework.boot.autoconfigure.quartz.QuartzAutoConfiguration;
import org.springframework.boot.autoconfigure.security.oauth2.resource.servlet.OAuth2ResourceServerAutoConfiguration;
import org.springframework.boot.autoconfigure.security.oauth2.server.servlet.OAuth2AuthorizationServerAutoConfiguration;
import org.springframework.boot.autoconfigure.security.oauth2.server.servlet.OAuth2AuthorizationServerJwtAutoConfiguration;
import org.springframework.boot.autoconfigure.security.servlet.SecurityAutoConfiguration;
import org.springframework.boot.autoconfigure.security.servlet.SecurityFilterAutoConfiguration;
import org.springframework.boot.autoconfigure.security.servlet.UserDetailsServiceAutoConfiguration;
import org.springframework.boot.autoconfigure.thymeleaf.ThymeleafAutoConfiguration;
import org.springframework.context.annotation.Import;

/** The parts list of the server. What makes it provable comes in with the interceptors' jar. */
@SpringBootConfiguration
@EnableAutoConfiguration(
    exclude = {
      ElasticsearchRestClientAutoConfiguration.class,
      FlywayAutoConfiguration.class,
      HibernateJpaAutoConfiguration.class,
      ManagementWebSecurityAutoConfiguration.class,
      OAuth2AuthorizationServerAutoConfiguration.class,
      OAuth2AuthorizationServerJwtAutoConfiguration.class,
      OAuth2ResourceServerAutoConfiguration.class,
      QuartzAutoConfiguration.class,
      SecurityAutoConfiguration.class,
      SecurityFilterAutoConfiguration.class,
      ThymeleafAutoConfiguration.class,
      UserDetailsServiceAutoConfiguration.class
    })
@Import({
  StorageConfiguration.class,
  DatabaseConfiguration.class,
  RestConfiguration.class,
  WebConfiguration.class,
  AvailabilityConfiguration.class,
  ConsoleConfiguration.class,
  SignInConfiguration.class
})
public class FhirAnchorServer {
  private static final Logger LOG = LoggerFactory.getLogger(FhirAnchorServer.class);

  /** Starts the server; any argument is a setting, such as {@code --server.port=8081}. */
  public static void main(String[] arguments) {
    Thread.setDefaultUncaughtExceptionHandler(FhirAnchorServer::ended);
    application().run(arguments);
  }

  /** Java would print the failure's words, which can be a receiver's, or hold ids (SRV-19). */
  private static void ended(Thread thread, Throwable failure) {
    LOG.error("a thread ended by a failure exception={}", failure.getClass().getName());
  }

  /** The server before it runs, for tests that give it settings of their own. */
  public static SpringApplication application() {
    ManagedWebAccess.setAccessPolicy(WebAccessPolicy.PROHIBITED);
    SpringApplication application = new SpringApplication(FhirAnchorServer.class);
    application.addInitializers(new StartupChecks(), new StartAhead(), new FixedBeanDefinitions());
    application.addListeners(new TerminalLines(), new ReadyAnnouncer());
    return application;
  }
}
