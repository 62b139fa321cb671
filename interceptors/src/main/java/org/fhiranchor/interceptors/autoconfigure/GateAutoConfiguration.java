package org.fhiranchor.interceptors.autoconfigure;

import ca.uhn.fhir.batch2.api.IJobCoordinator;
import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.IValidationSupport;
import ca.uhn.fhir.interceptor.api.IInterceptorService;
import ca.uhn.fhir.jpa.api.config.JpaStorageSettings;
import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.jpa.dao.ISearchBuilder;
import ca.uhn.fhir.jpa.dao.SearchBuilderFactory;
import ca.uhn.fhir.jpa.search.ISynchronousSearchSvc;
import ca.uhn.fhir.jpa.search.PersistedJpaBundleProviderFactory;
import ca.uhn.fhir.jpa.searchparam.extractor.ISearchParamExtractorSvc;
import ca.uhn.fhir.mdm.api.IMdmSettings;
import ca.uhn.fhir.rest.server.RestfulServer;
import ca.uhn.fhir.rest.server.util.ISearchParamRegistry;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import java.time.Clock;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.fhiranchor.consent.decide.ConsentPolicy;
import org.fhiranchor.consent.decide.Purpose;
import org.fhiranchor.consent.decide.PurposeModes;
import org.fhiranchor.consent.decide.index.ConsentIndex;
import org.fhiranchor.consent.facts.LocalReferences;
import org.fhiranchor.interceptors.consent.following.SamePerson;
import org.fhiranchor.interceptors.disclosure.AccessRecorder;
import org.fhiranchor.interceptors.erasure.Tombstones;
import org.fhiranchor.interceptors.gate.ConsentGate;
import org.fhiranchor.interceptors.gate.GateCheck;
import org.fhiranchor.interceptors.gate.VisibleHistories;
import org.fhiranchor.interceptors.gate.decision.Bindings;
import org.fhiranchor.interceptors.gate.decision.CountedGate;
import org.fhiranchor.interceptors.gate.decision.GateLog;
import org.fhiranchor.interceptors.gate.decision.GateSettings;
import org.fhiranchor.interceptors.gate.search.HitPrefilter;
import org.fhiranchor.interceptors.gate.search.LoadedHits;
import org.fhiranchor.interceptors.gate.search.PatientLinks;
import org.fhiranchor.interceptors.gate.search.UnlinkedResources;
import org.fhiranchor.interceptors.identity.ScopeMatcher;
import org.fhiranchor.interceptors.log.EditedRows;
import org.fhiranchor.interceptors.log.LogStore;
import org.fhiranchor.interceptors.log.recording.BinaryReferences;
import org.fhiranchor.interceptors.store.SqlBindings;
import org.fhiranchor.interceptors.store.SqlPatientLinks;
import org.fhiranchor.interceptors.store.SqlUnlinkedResources;
import org.fhiranchor.merkle.LogSigningKey;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.AutowireCapableBeanFactory;
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
  Bindings anchorBindings(
      DataSource dataSource, LogStore store, LogSigningKey key, EditedRows edited) {
    return new SqlBindings(new JdbcTemplate(dataSource), Clock.systemUTC(), key, edited);
  }

  @Bean
  ConsentGate anchorConsentGate(
      FhirContext context,
      DaoRegistry daos,
      ISearchParamRegistry searchParameters,
      ScopeMatcher scopes,
      ObjectProvider<IJobCoordinator> jobs,
      ObjectProvider<ISynchronousSearchSvc> searches,
      ObjectProvider<SearchBuilderFactory<?>> builders,
      ObjectProvider<IInterceptorService> hooks,
      LocalReferences references,
      PatientLinks links,
      UnlinkedResources unlinked,
      Bindings bindings,
      BinaryReferences binaries,
      Tombstones tombstones,
      SamePerson people,
      GateLog log,
      ObjectProvider<AccessRecorder> recorder,
      ConsentIndex index,
      ConsentPolicy anchorConsentPolicy,
      AnchorSettings settings) {
    AnchorSettings.Consent consent = settings.consent();
    return new ConsentGate(
        new ConsentGate.Surroundings(
            context,
            daos,
            searchParameters,
            scopes,
            jobs::getObject,
            searches::getObject,
            builders::getObject,
            hooks::getObject,
            references,
            links,
            unlinked,
            background(),
            bindings,
            binaries,
            tombstones::isErased,
            people::of,
            log,
            Optional.ofNullable(recorder.getIfAvailable())),
        index,
        anchorConsentPolicy,
        new GateSettings(
            consent.enforce() == AnchorSettings.Enforcement.ON,
            consent.refusalStatus(),
            consent.searchLimit(),
            consent.scanLimit(),
            consent.narrowLimit()),
        Clock.systemUTC());
  }

  @Bean
  PatientLinks anchorPatientLinks(DataSource dataSource) {
    return new SqlPatientLinks(new JdbcTemplate(dataSource));
  }

  /** Reads the log's tables beside HAPI's. */
  @Bean
  UnlinkedResources anchorUnlinkedResources(DataSource dataSource, LogStore store) {
    return new SqlUnlinkedResources(new JdbcTemplate(dataSource));
  }

  /** Not a bean: an application's own executors are chosen by type. */
  private static Executor background() {
    ThreadPoolExecutor one =
        new ThreadPoolExecutor(
            1,
            1,
            1,
            TimeUnit.MINUTES,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread thread = new Thread(task, "anchor-gate-look-around");
              thread.setDaemon(true);
              return thread;
            });
    one.allowCoreThreadTimeOut(true);
    return one;
  }

  /** A search can be narrowed to patients by a parameter that only the gate knows. */
  @Bean
  static BeanPostProcessor anchorOwnerParameter() {
    return new OwnerParameterWrapping();
  }

  /**
   * Hits that could not be permitted are left out; the others are loaded once, to be decided about
   * and to be shown.
   */
  @Bean
  static BeanPostProcessor anchorHits(ObjectProvider<ConsentGate> gate) {
    return new BeanPostProcessor() {
      @Override
      public Object postProcessAfterInitialization(Object bean, String name) {
        return bean instanceof ISearchBuilder<?> builder
            ? LoadedHits.over(HitPrefilter.over(builder, () -> gate.getObject().sieve()))
            : bean;
      }
    };
  }

  /** Pages of histories are cut from what the reader may see. */
  @Bean
  static BeanPostProcessor anchorHistories(
      AutowireCapableBeanFactory beans, ObjectProvider<AnchorSettings> settings) {
    return new BeanPostProcessor() {
      @Override
      public Object postProcessAfterInitialization(Object bean, String name) {
        if (!(bean instanceof PersistedJpaBundleProviderFactory)
            || settings.getObject().consent().enforce() != AnchorSettings.Enforcement.ON) {
          return bean;
        }
        VisibleHistories histories = new VisibleHistories();
        beans.autowireBean(histories);
        return histories;
      }
    };
  }

  /** References are decided before HAPI resolves them. */
  @Bean
  static BeanPostProcessor anchorLinks(ObjectProvider<ConsentGate> gate) {
    return new LinkGateWrapping(() -> gate.getObject().writes());
  }

  /** Nobody is answered from a definition that consents rule over. */
  @Bean
  static BeanPostProcessor anchorValidation(
      ObjectProvider<ConsentGate> gate, ObjectProvider<DaoRegistry> daos) {
    return new ValidationGateWrapping(daos, () -> gate.getObject().hiddenFromValidation());
  }

  /** Others may register interceptors until the server is ready. */
  @Bean
  ApplicationListener<ApplicationReadyEvent> anchorGateCheck(
      ObjectProvider<RestfulServer> servers,
      ObjectProvider<ServletRegistrationBean<?>> servlets,
      IInterceptorService jpaRegistry,
      ObjectProvider<ISearchParamExtractorSvc> links,
      ObjectProvider<PersistedJpaBundleProviderFactory> histories,
      ObjectProvider<IValidationSupport> definitions,
      ISearchParamRegistry searchParameters,
      FhirContext context,
      AnchorSettings settings) {
    return ready -> {
      if (settings.consent().enforce() == AnchorSettings.Enforcement.ON) {
        GateCheck.refuseLinksUndecided(links.stream());
        GateCheck.refuseHistoriesCutBefore(histories.stream());
        GateCheck.refuseDefinitionsUndecided(definitions.stream());
        GateCheck.refuseUniqueIndexes(searchParameters, context.getResourceTypes());
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
      ObjectProvider<IMdmSettings> masterData,
      ConsentGate gate,
      AnchorSettings settings) {
    if (settings.consent().enforce() == AnchorSettings.Enforcement.ON) {
      GateCheck.refuseMasterData(masterData.stream());
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
