package org.fhiranchor.interceptors.autoconfigure;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.interceptor.api.IInterceptorService;
import ca.uhn.fhir.jpa.api.dao.IFhirResourceDao;
import ca.uhn.fhir.jpa.provider.BaseJpaResourceProvider;
import ca.uhn.fhir.jpa.search.cache.ISearchCacheSvc;
import ca.uhn.fhir.rest.server.IPagingProvider;
import ca.uhn.fhir.rest.server.RestfulServer;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.fhiranchor.interceptors.gate.ConsentGate;
import org.fhiranchor.interceptors.log.Anchors;
import org.fhiranchor.interceptors.log.ChainRows;
import org.fhiranchor.interceptors.log.ConfirmedLeaves;
import org.fhiranchor.interceptors.provenance.LogProvenances;
import org.fhiranchor.interceptors.provenance.ProvenanceDao;
import org.fhiranchor.interceptors.provenance.ProvenanceIdGuard;
import org.fhiranchor.interceptors.provenance.ProvenancePages;
import org.fhiranchor.interceptors.provenance.ProvenanceStatement;
import org.fhiranchor.interceptors.provenance.RevincludedProvenances;
import org.fhiranchor.interceptors.provenance.TargetVisibility;
import org.fhiranchor.merkle.LogSigningKey;
import org.hl7.fhir.r4.model.Provenance;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;

/** The parts list of the Provenance that comes from the log. */
@AutoConfiguration(after = GateAutoConfiguration.class)
@ConditionalOnClass(RestfulServer.class)
public class ProvenanceAutoConfiguration {
  @Bean
  LogProvenances anchorLogProvenances(
      FhirContext context,
      ChainRows rows,
      ConfirmedLeaves confirmed,
      ObjectProvider<Anchors> anchors,
      ObjectProvider<ConsentGate> gate,
      LogSigningKey key,
      AnchorSettings settings) {
    return new LogProvenances(
        new LogProvenances.Parts(
            rows,
            confirmed,
            anchors.getIfAvailable(Anchors::none),
            Optional.ofNullable(gate.getIfAvailable())
                .map(ConsentGate::targets)
                .orElse(TargetVisibility.EVERYBODY),
            context.getResourceTypes(),
            key.verifierKey().name(),
            new LogProvenances.Limits(
                settings.consent().searchLimit(), settings.consent().scanLimit())));
  }

  /** HAPI's provider for Provenance asks the log before the store. */
  @Bean
  static BeanPostProcessor anchorProvenanceProvider(ObjectProvider<LogProvenances> log) {
    return new BeanPostProcessor() {
      @Override
      public Object postProcessAfterInitialization(Object bean, String name) {
        if (bean instanceof BaseJpaResourceProvider<?> provider
            && Provenance.class.equals(provider.getResourceType())) {
          putLogBefore(provider, log);
        }
        return bean;
      }
    };
  }

  @SuppressWarnings("unchecked") // the provider of Provenance has Provenance's store
  private static void putLogBefore(
      BaseJpaResourceProvider<?> provider, ObjectProvider<LogProvenances> log) {
    BaseJpaResourceProvider<Provenance> ours = (BaseJpaResourceProvider<Provenance>) provider;
    IFhirResourceDao<Provenance> stored = ours.getDao();
    ours.setDao(ProvenanceDao.over(stored, log::getObject, InstantSource.system()));
  }

  /** Others may set the server's paging until it is ready. */
  @Bean
  ApplicationListener<ApplicationReadyEvent> anchorProvenancePages(
      ObjectProvider<RestfulServer> servers,
      ObjectProvider<ServletRegistrationBean<?>> servlets,
      ObjectProvider<ISearchCacheSvc> searches,
      LogProvenances log) {
    return ready -> {
      for (RestfulServer server : HapiRegistration.serversOf(servers, servlets)) {
        IPagingProvider paging = server.getPagingProvider();
        if (paging != null && !(paging instanceof ProvenancePages)) {
          server.setPagingProvider(new ProvenancePages(paging, searches::getObject, () -> log));
        }
      }
    };
  }

  @Bean
  HapiRegistration anchorProvenanceRegistration(
      ObjectProvider<RestfulServer> servers,
      ObjectProvider<ServletRegistrationBean<?>> servlets,
      IInterceptorService jpaRegistry,
      LogProvenances log) {
    return new HapiRegistration(
        HapiRegistration.serversOf(servers, servlets),
        jpaRegistry,
        List.of(new ProvenanceIdGuard()),
        List.of(new RevincludedProvenances(log), new ProvenanceStatement()),
        List.of(),
        List.of());
  }
}
