package org.fhiranchor.interceptors.autoconfigure;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.interceptor.api.IInterceptorService;
import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.rest.server.RestfulServer;
import java.util.List;
import javax.sql.DataSource;
import org.fhiranchor.consent.compile.ConsentCompiler;
import org.fhiranchor.consent.decide.index.ConsentIndex;
import org.fhiranchor.consent.facts.LocalReferences;
import org.fhiranchor.interceptors.consent.following.ConsentEvidence;
import org.fhiranchor.interceptors.consent.following.ConsentLinks;
import org.fhiranchor.interceptors.consent.following.LedgerStandings;
import org.fhiranchor.interceptors.consent.following.PastConsents;
import org.fhiranchor.interceptors.consent.following.StoredConsents;
import org.fhiranchor.interceptors.disclosure.JournaledAuditEvents;
import org.fhiranchor.interceptors.disclosure.SubjectTags;
import org.fhiranchor.interceptors.gate.decision.StoredResources;
import org.fhiranchor.interceptors.log.ChainRows;
import org.fhiranchor.interceptors.log.ConfirmedLeaves;
import org.fhiranchor.interceptors.provenance.ProvenanceTargets;
import org.fhiranchor.interceptors.replay.DecisionReplay;
import org.fhiranchor.interceptors.replay.ReplayOperation;
import org.fhiranchor.interceptors.store.SqlConsentCandidates;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The parts list of {@code $replay} (EXP-4): where decisions are made, and recorded. */
@AutoConfiguration(
    after = {
      ConsentAutoConfiguration.class,
      EvidenceAutoConfiguration.class,
      AuditEventAutoConfiguration.class
    })
@ConditionalOnClass(RestfulServer.class)
@Conditional({ConsentAutoConfiguration.ContractKnown.class, Disclosed.class})
public class ReplayAutoConfiguration {
  @Bean
  PastConsents anchorPastConsents(
      StoredConsents stored,
      ConsentLinks links,
      LedgerStandings standings,
      ConsentCompiler compiler,
      ConsentEvidence evidence,
      ConfirmedLeaves leaves) {
    return new PastConsents(
        new PastConsents.Parts(stored, links, standings, compiler, evidence, leaves));
  }

  @Bean
  DecisionReplay anchorDecisionReplay(
      FhirContext context,
      DaoRegistry daos,
      ChainRows rows,
      ConfirmedLeaves leaves,
      LocalReferences references,
      SubjectTags tags,
      PastConsents consents,
      ConsentIndex index,
      DataSource dataSource) {
    return new DecisionReplay(
        new DecisionReplay.Parts(
            context,
            new StoredResources(daos),
            new ProvenanceTargets(rows, context.getResourceTypes()),
            leaves,
            references,
            tags,
            consents,
            new SqlConsentCandidates(JdbcClient.create(dataSource)),
            index));
  }

  @Bean
  HapiRegistration anchorReplayRegistration(
      ObjectProvider<RestfulServer> servers,
      ObjectProvider<ServletRegistrationBean<?>> servlets,
      IInterceptorService jpaRegistry,
      DecisionReplay replay,
      JournaledAuditEvents events,
      AnchorSettings settings) {
    return new HapiRegistration(
        HapiRegistration.serversOf(servers, servlets),
        jpaRegistry,
        List.of(),
        List.of(),
        List.of(),
        List.of(new ReplayOperation(events, replay, settings.consent().refusalStatus())));
  }
}
