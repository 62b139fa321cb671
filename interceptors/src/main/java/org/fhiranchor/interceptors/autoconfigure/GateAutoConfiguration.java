package org.fhiranchor.interceptors.autoconfigure;

import ca.uhn.fhir.batch2.api.IJobCoordinator;
import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.interceptor.api.IInterceptorService;
import ca.uhn.fhir.jpa.api.config.JpaStorageSettings;
import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.jpa.dao.ISearchBuilder;
import ca.uhn.fhir.jpa.dao.SearchBuilderFactory;
import ca.uhn.fhir.jpa.search.ISynchronousSearchSvc;
import ca.uhn.fhir.rest.server.RestfulServer;
import ca.uhn.fhir.rest.server.util.ISearchParamRegistry;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import java.time.Clock;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.fhiranchor.interceptors.consent.decide.ConsentIndex;
import org.fhiranchor.interceptors.consent.decide.ConsentPolicy;
import org.fhiranchor.interceptors.consent.decide.Purpose;
import org.fhiranchor.interceptors.consent.decide.PurposeModes;
import org.fhiranchor.interceptors.consent.facts.LocalReferences;
import org.fhiranchor.interceptors.gate.Bindings;
import org.fhiranchor.interceptors.gate.ConsentGate;
import org.fhiranchor.interceptors.gate.CountedGate;
import org.fhiranchor.interceptors.gate.GateCheck;
import org.fhiranchor.interceptors.gate.GateLog;
import org.fhiranchor.interceptors.gate.GateSettings;
import org.fhiranchor.interceptors.gate.LoadedHits;
import org.fhiranchor.interceptors.log.LogStore;
import org.fhiranchor.interceptors.store.SqlBindings;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.jdbc.core.JdbcTemplate;

/** The parts list of the consent gate. */
@AutoConfiguration(after = {ConsentAutoConfiguration.class, IdentityAutoConfiguration.class})
@ConditionalOnClass(RestfulServer.class)
@ConditionalOnBean(ConsentIndex.class)
@Conditional(Enforced.class)
public class GateAutoConfiguration {
  @Bean
  ConsentPolicy anchorConsentPolicy(AnchorSettings settings) {
    AnchorSettings.Consent consent = settings.consent();
    return new ConsentPolicy(
        new PurposeModes(PurposeModes.Mode.OPT_IN, modes(consent.modes())),
        breakGlass(consent.breakGlass()),
        consent.maxStaleness());
  }

  private static Map<Purpose, PurposeModes.Mode> modes(Map<String, AnchorSettings.Mode> modes) {
    return modes.entrySet().stream()
        .collect(
            Collectors.toMap(
                mode -> Purpose.of(mode.getKey()),
                mode -> PurposeModes.Mode.valueOf(mode.getValue().name())));
  }

  private static ConsentPolicy.BreakGlass breakGlass(AnchorSettings.BreakGlass setting) {
    return switch (setting) {
      case ALLOWED -> ConsentPolicy.BreakGlass.AGAINST_DENIES;
      case NOT_AGAINST_DENIAL -> ConsentPolicy.BreakGlass.NOT_AGAINST_DENIES;
      case DENIED -> ConsentPolicy.BreakGlass.OFF;
    };
  }

  @Bean
  @ConditionalOnMissingBean
  GateLog anchorGateLog(AnchorSettings settings, ObjectProvider<MeterRegistry> meters) {
    return new CountedGate(
        meters.getIfAvailable(CompositeMeterRegistry::new),
        settings.consent().enforce().name().toLowerCase(Locale.ROOT));
  }

  /** Needs the log store: its table is made with the log's. */
  @Bean
  Bindings anchorBindings(DataSource dataSource, LogStore store) {
    return new SqlBindings(new JdbcTemplate(dataSource), Clock.systemUTC());
  }

  @Bean
  ConsentGate anchorConsentGate(
      FhirContext context,
      DaoRegistry daos,
      ISearchParamRegistry searchParameters,
      ObjectProvider<IJobCoordinator> jobs,
      ObjectProvider<ISynchronousSearchSvc> searches,
      ObjectProvider<SearchBuilderFactory<?>> builders,
      LocalReferences references,
      Bindings bindings,
      GateLog log,
      ConsentIndex index,
      ConsentPolicy anchorConsentPolicy,
      AnchorSettings settings) {
    AnchorSettings.Consent consent = settings.consent();
    return new ConsentGate(
        new ConsentGate.Surroundings(
            context,
            daos,
            searchParameters,
            jobs::getObject,
            searches::getObject,
            builders::getObject,
            references,
            bindings,
            log),
        index,
        anchorConsentPolicy,
        new GateSettings(
            consent.enforce() == AnchorSettings.Enforcement.ON,
            consent.refusalStatus(),
            consent.searchLimit()),
        Clock.systemUTC());
  }

  /** Hits are loaded once, to be decided about and to be shown. */
  @Bean
  static BeanPostProcessor anchorLoadedHits() {
    return new BeanPostProcessor() {
      @Override
      public Object postProcessAfterInitialization(Object bean, String name) {
        return bean instanceof ISearchBuilder<?> builder ? LoadedHits.over(builder) : bean;
      }
    };
  }

  /** Others may register interceptors until the server is ready. */
  @Bean
  ApplicationListener<ApplicationReadyEvent> anchorGateCheck(
      ObjectProvider<RestfulServer> servers,
      ObjectProvider<ServletRegistrationBean<?>> servlets,
      IInterceptorService jpaRegistry,
      AnchorSettings settings) {
    return ready -> {
      if (settings.consent().enforce() == AnchorSettings.Enforcement.ON) {
        Stream<IInterceptorService> registries =
            HapiRegistration.serversOf(servers, servlets).stream()
                .map(RestfulServer::getInterceptorService);
        GateCheck.refuseWaysAround(
            Stream.concat(Stream.of(jpaRegistry), registries)
                .flatMap(registry -> registry.getAllRegisteredInterceptors().stream()));
      }
    };
  }

  @Bean
  HapiRegistration anchorGateRegistration(
      ObjectProvider<RestfulServer> servers,
      ObjectProvider<ServletRegistrationBean<?>> servlets,
      IInterceptorService jpaRegistry,
      JpaStorageSettings storage,
      ConsentGate gate,
      AnchorSettings settings) {
    if (settings.consent().enforce() == AnchorSettings.Enforcement.ON) {
      GateCheck.prepare(storage);
      GateCheck.refuseWaysAround(storage);
    }
    return new HapiRegistration(
        HapiRegistration.serversOf(servers, servlets),
        jpaRegistry,
        gate.forJpa(),
        gate.forServer(),
        gate.forBoth(),
        gate.operations());
  }
}
