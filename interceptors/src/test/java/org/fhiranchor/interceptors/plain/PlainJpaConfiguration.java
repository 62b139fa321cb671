package org.fhiranchor.interceptors.plain;

import ca.uhn.fhir.batch2.jobs.config.Batch2JobsConfig;
import ca.uhn.fhir.batch2.jobs.export.BulkDataExportProvider;
import ca.uhn.fhir.batch2.maintenance.JobMaintenanceServiceImpl;
import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.IValidationSupport;
import ca.uhn.fhir.interceptor.api.IInterceptorBroadcaster;
import ca.uhn.fhir.jpa.api.config.JpaStorageSettings;
import ca.uhn.fhir.jpa.api.config.ThreadPoolFactoryConfig;
import ca.uhn.fhir.jpa.api.dao.IFhirSystemDao;
import ca.uhn.fhir.jpa.batch2.JpaBatch2Config;
import ca.uhn.fhir.jpa.config.HapiJpaConfig;
import ca.uhn.fhir.jpa.config.r4.JpaR4Config;
import ca.uhn.fhir.jpa.config.util.HapiEntityManagerFactoryUtil;
import ca.uhn.fhir.jpa.graphql.GraphQLProvider;
import ca.uhn.fhir.jpa.model.config.PartitionSettings;
import ca.uhn.fhir.jpa.model.config.SubscriptionSettings;
import ca.uhn.fhir.jpa.model.dialect.HapiFhirH2Dialect;
import ca.uhn.fhir.jpa.model.dialect.HapiFhirPostgresDialect;
import ca.uhn.fhir.jpa.provider.JpaCapabilityStatementProvider;
import ca.uhn.fhir.jpa.provider.JpaSystemProvider;
import ca.uhn.fhir.jpa.search.DatabaseBackedPagingProvider;
import ca.uhn.fhir.jpa.subscription.channel.config.SubscriptionChannelConfig;
import ca.uhn.fhir.jpa.subscription.match.config.SubscriptionProcessorConfig;
import ca.uhn.fhir.jpa.subscription.match.deliver.email.IEmailSender;
import ca.uhn.fhir.jpa.subscription.submit.config.SubscriptionSubmitterConfig;
import ca.uhn.fhir.rest.server.RestfulServer;
import ca.uhn.fhir.rest.server.provider.ResourceProviderFactory;
import ca.uhn.fhir.rest.server.util.ISearchParamRegistry;
import jakarta.persistence.EntityManagerFactory;
import java.util.Properties;
import javax.sql.DataSource;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Meta;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Primary;
import org.springframework.core.env.Environment;
import org.springframework.orm.jpa.JpaTransactionManager;
import org.springframework.orm.jpa.LocalContainerEntityManagerFactoryBean;

/** HAPI JPA R4 wired by hand, the way HAPI's own documentation does it. */
@Configuration
@Import({
  JpaR4Config.class,
  HapiJpaConfig.class,
  ThreadPoolFactoryConfig.class,
  SubscriptionSubmitterConfig.class,
  SubscriptionProcessorConfig.class,
  SubscriptionChannelConfig.class,
  JpaBatch2Config.class,
  Batch2JobsConfig.class
})
class PlainJpaConfiguration {
  /** How often what HAPI does behind a request goes on. */
  private static final int PROMPT_MILLIS = 250;

  /** What HAPI's starter has no setting for has HAPI's default here, too: nothing else is set. */
  @Bean
  JpaStorageSettings storageSettings() {
    JpaStorageSettings settings = new JpaStorageSettings();
    settings.setAllowMultipleDelete(true);
    settings.setAutoCreatePlaceholderReferenceTargets(true);
    settings.setUpdateWithHistoryRewriteEnabled(false);
    settings.setExpungeEnabled(false);
    return settings;
  }

  @Bean
  SubscriptionSettings subscriptionSettings(Environment environment) {
    SubscriptionSettings settings = new SubscriptionSettings();
    settings.addSupportedSubscriptionType(
        org.hl7.fhir.dstu2.model.Subscription.SubscriptionChannelType.RESTHOOK);
    // HAPI looks for what to deliver every five seconds otherwise, and a test waits as long
    settings.setSubscriptionIntervalInMs(
        environment.getProperty("plain.deliveries", Integer.class, PROMPT_MILLIS));
    return settings;
  }

  /**
   * Says before the first bean is made what Spring says only after the web server is there: the
   * definitions are fixed. A look for a bean by type then goes through them once, not every time,
   * which halves a boot; what is booted is the same.
   */
  @Bean
  static BeanFactoryPostProcessor fixedBeanDefinitions() {
    return ConfigurableListableBeanFactory::freezeConfiguration;
  }

  /** HAPI moves a job one step forward a minute otherwise: an export would take five. */
  @Bean
  static BeanPostProcessor promptJobs() {
    return new BeanPostProcessor() {
      @Override
      public Object postProcessBeforeInitialization(Object bean, String name) {
        if (bean instanceof JobMaintenanceServiceImpl jobs) {
          jobs.setScheduledJobFrequencyMillis(PROMPT_MILLIS);
        }
        return bean;
      }
    };
  }

  @Bean
  IEmailSender noEmail() {
    return details -> {
      throw new UnsupportedOperationException("this server sends no e-mail");
    };
  }

  @Bean
  PartitionSettings partitionSettings() {
    return new PartitionSettings();
  }

  @Bean
  LocalContainerEntityManagerFactoryBean entityManagerFactory(
      DataSource dataSource,
      ConfigurableListableBeanFactory beans,
      FhirContext context,
      JpaStorageSettings settings,
      Environment environment) {
    LocalContainerEntityManagerFactoryBean factory =
        HapiEntityManagerFactoryUtil.newEntityManagerFactory(beans, context, settings);
    factory.setPersistenceUnitName("HAPI_PU");
    factory.setDataSource(dataSource);
    factory.setJpaProperties(jpaProperties(environment));
    return factory;
  }

  private static Properties jpaProperties(Environment environment) {
    boolean postgres =
        environment.getProperty("spring.datasource.url", "").startsWith("jdbc:postgresql:");
    Properties properties = new Properties();
    // Reading all the columns of a database that is there takes seconds on PostgreSQL.
    properties.setProperty(
        "hibernate.hbm2ddl.auto", environment.getProperty("plain.schema", "update"));
    properties.setProperty("hibernate.search.enabled", "false");
    properties.setProperty("hibernate.jdbc.batch_size", "20");
    properties.setProperty(
        "hibernate.dialect",
        (postgres ? HapiFhirPostgresDialect.class : HapiFhirH2Dialect.class).getName());
    return properties;
  }

  @Bean
  @Primary
  JpaTransactionManager transactionManager(EntityManagerFactory entityManagerFactory) {
    return new JpaTransactionManager(entityManagerFactory);
  }

  @Bean
  RestfulServer restfulServer(
      FhirContext context,
      ResourceProviderFactory resourceProviders,
      JpaSystemProvider<Bundle, Meta> systemProvider,
      IFhirSystemDao<Bundle, Meta> systemDao,
      JpaStorageSettings settings,
      ISearchParamRegistry searchParams,
      IValidationSupport validation,
      DatabaseBackedPagingProvider paging,
      GraphQLProvider graphQl,
      BulkDataExportProvider export,
      IInterceptorBroadcaster ignored) {
    RestfulServer server = new RestfulServer(context);
    server.registerProviders(resourceProviders.createProviders());
    server.registerProviders(systemProvider, graphQl, export);
    server.setServerConformanceProvider(
        new JpaCapabilityStatementProvider(server, systemDao, settings, searchParams, validation));
    server.setPagingProvider(paging);
    return server;
  }

  @Bean
  ServletRegistrationBean<RestfulServer> hapiServlet(RestfulServer server) {
    ServletRegistrationBean<RestfulServer> registration =
        new ServletRegistrationBean<>(server, "/fhir/*");
    registration.setLoadOnStartup(1);
    return registration;
  }
}
