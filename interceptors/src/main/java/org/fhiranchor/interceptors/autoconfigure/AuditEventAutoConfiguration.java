package org.fhiranchor.interceptors.autoconfigure;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.interceptor.api.IInterceptorService;
import ca.uhn.fhir.rest.server.RestfulServer;
import java.util.List;
import javax.sql.DataSource;
import org.fhiranchor.interceptors.disclosure.JournalContents;
import org.fhiranchor.interceptors.disclosure.JournaledAuditEvents;
import org.fhiranchor.interceptors.disclosure.SubjectTags;
import org.fhiranchor.interceptors.gate.AuditEventProvider;
import org.fhiranchor.interceptors.gate.UnchangedAuditEvents;
import org.fhiranchor.interceptors.store.SqlAuditEventRows;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * The parts list of AuditEvents: those that the journal is served as, and the guard of those that
 * clients posted, which is there whether or not a journal is kept (AUD-1).
 */
@AutoConfiguration(after = DisclosureAutoConfiguration.class)
@ConditionalOnClass(RestfulServer.class)
public class AuditEventAutoConfiguration {
  @Bean
  HapiRegistration anchorUnchangedAuditEvents(
      ObjectProvider<RestfulServer> servers,
      ObjectProvider<ServletRegistrationBean<?>> servlets,
      IInterceptorService jpaRegistry) {
    return new HapiRegistration(
        HapiRegistration.serversOf(servers, servlets),
        jpaRegistry,
        List.of(new UnchangedAuditEvents()),
        List.of(),
        List.of(),
        List.of());
  }

  @Bean
  @Conditional(Disclosed.class)
  JournaledAuditEvents anchorJournaledAuditEvents(
      DataSource dataSource, SubjectTags tags, JournalContents contents) {
    return new JournaledAuditEvents(
        new SqlAuditEventRows(new JdbcTemplate(dataSource), contents), tags);
  }

  @Bean
  @Conditional(Disclosed.class)
  HapiRegistration anchorAuditEventRegistration(
      ObjectProvider<RestfulServer> servers,
      ObjectProvider<ServletRegistrationBean<?>> servlets,
      IInterceptorService jpaRegistry,
      FhirContext context,
      JournaledAuditEvents events) {
    AuditEventProvider provider = new AuditEventProvider(context, events);
    return new HapiRegistration(
        HapiRegistration.serversOf(servers, servlets),
        jpaRegistry,
        List.of(),
        List.of(provider),
        List.of(),
        List.of(provider));
  }
}
