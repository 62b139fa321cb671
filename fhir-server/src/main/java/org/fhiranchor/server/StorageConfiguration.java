package org.fhiranchor.server;

import ca.uhn.fhir.batch2.jobs.config.Batch2JobsConfig;
import ca.uhn.fhir.batch2.maintenance.JobMaintenanceServiceImpl;
import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.DefaultProfileValidationSupport;
import ca.uhn.fhir.interceptor.api.IAnonymousInterceptor;
import ca.uhn.fhir.interceptor.api.IInterceptorService;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.jpa.api.config.JpaStorageSettings;
import ca.uhn.fhir.jpa.api.config.ThreadPoolFactoryConfig;
import ca.uhn.fhir.jpa.batch2.JpaBatch2Config;
import ca.uhn.fhir.jpa.config.HapiJpaConfig;
import ca.uhn.fhir.jpa.config.JpaConfig;
import ca.uhn.fhir.jpa.config.r4.JpaR4Config;
import ca.uhn.fhir.jpa.model.config.PartitionSettings;
import ca.uhn.fhir.jpa.model.config.SubscriptionSettings;
import ca.uhn.fhir.jpa.model.entity.StorageSettings;
import ca.uhn.fhir.jpa.subscription.channel.config.SubscriptionChannelConfig;
import ca.uhn.fhir.jpa.subscription.match.config.SubscriptionProcessorConfig;
import ca.uhn.fhir.jpa.subscription.match.deliver.email.IEmailSender;
import ca.uhn.fhir.jpa.subscription.submit.config.SubscriptionSubmitterConfig;
import ca.uhn.fhir.jpa.subscription.submit.interceptor.SubscriptionMatcherInterceptor;
import java.time.Duration;
import javax.sql.DataSource;
import org.fhiranchor.server.ServerSettings.References;
import org.hl7.fhir.dstu2.model.Subscription.SubscriptionChannelType;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.DependsOn;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.jdbc.core.JdbcTemplate;

/** HAPI's storage, with everything off that would make the log untrue or lead around consent. */
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
class StorageConfiguration {
  private static final Duration JOB_PASS = Duration.ofSeconds(2);

  @Bean
  ServerSettings serverSettings(ConfigurableEnvironment environment) {
    return ServerSettingsReader.read(environment);
  }

  @Bean
  JpaStorageSettings storageSettings(ServerSettings server) {
    JpaStorageSettings settings = new JpaStorageSettings();
    keepVersionsWhole(settings);
    closeWaysAround(settings);
    settings.setAllowContainsSearches(true);
    settings.setAllowExternalReferences(true);
    settings.setAllowMultipleDelete(true);
    settings.setEnforceReferentialIntegrityOnWrite(server.references() != References.UNCHECKED);
    settings.setAutoCreatePlaceholderReferenceTargets(
        server.references() == References.PLACEHOLDERS);
    settings.setPreExpandValueSets(false);
    settings.setFetchSizeDefaultMaximum(null);
    return settings;
  }

  /** What was hashed at write time must be what every later read returns. */
  private static void keepVersionsWhole(JpaStorageSettings settings) {
    settings.setTagStorageMode(StorageSettings.TagStorageModeEnum.INLINE);
    settings.setUpdateWithHistoryRewriteEnabled(false);
    settings.setExpungeEnabled(false);
    settings.setDeleteExpungeEnabled(false);
    settings.setMassIngestionMode(false);
    settings.setResourceDbHistoryEnabled(true);
  }

  /** Each of these would answer from a place where no consent is asked. */
  private static void closeWaysAround(JpaStorageSettings settings) {
    settings.setAllowInlineMatchUrlReferences(false);
    settings.setMatchUrlCacheEnabled(false);
    settings.setEnableBulkExportJobReuse(false);
    settings.setReuseCachedSearchResultsForMillis(null);
    settings.setFilterParameterEnabled(false);
    settings.setHibernateSearchIndexFullText(false);
    settings.setHibernateSearchIndexSearchParams(false);
    settings.setStoreResourceInHSearchIndex(false);
    settings.setEnableTaskBulkImportJobExecution(false);
  }

  /**
   * In place of HAPI's own, which would read the definitions when it is first asked. The database
   * is opened first: meanwhile they are read.
   */
  @Bean(name = JpaConfig.DEFAULT_PROFILE_VALIDATION_SUPPORT)
  @DependsOn("entityManagerFactory")
  DefaultProfileValidationSupport fhirDefinitions(FhirContext context, StartAhead ahead) {
    ahead.awaitDefinitions();
    return new DefaultProfileValidationSupport(context);
  }

  @Bean
  SubscriptionSettings subscriptionSettings(ServerSettings server) {
    SubscriptionSettings settings = new SubscriptionSettings();
    if (server.subscriptions()) {
      settings.addSupportedSubscriptionType(SubscriptionChannelType.RESTHOOK);
    }
    return settings;
  }

  /** In place of HAPI's own, which passes on each change whether anybody listens or not. */
  @Bean
  SubscriptionMatcherInterceptor subscriptionMatcherInterceptor(DataSource database) {
    return new SubscribedChanges(new JdbcTemplate(database), System::nanoTime);
  }

  /**
   * HAPI encodes a new resource without "meta" and the same resource, put again, with an empty one:
   * an update that changes nothing would make a second version. A version id, which is not encoded,
   * makes both alike.
   */
  @Bean
  IAnonymousInterceptor noVersionWithoutChange(IInterceptorService hooks) {
    IAnonymousInterceptor withVersionId =
        (pointcut, parameters) -> parameters.get(IBaseResource.class).getMeta().setVersionId("1");
    hooks.registerAnonymousInterceptor(Pointcut.STORAGE_PRESTORAGE_RESOURCE_CREATED, withVersionId);
    return withVersionId;
  }

  /**
   * HAPI moves a background job one step forward per pass and makes one pass a minute: the smallest
   * export would take five minutes.
   */
  @Bean
  static BeanPostProcessor promptJobs() {
    return new BeanPostProcessor() {
      @Override
      public Object postProcessBeforeInitialization(Object bean, String name) {
        if (bean instanceof JobMaintenanceServiceImpl jobs) {
          jobs.setScheduledJobFrequencyMillis(JOB_PASS.toMillis());
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
}
