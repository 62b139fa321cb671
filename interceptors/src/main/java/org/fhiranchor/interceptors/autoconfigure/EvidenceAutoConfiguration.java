package org.fhiranchor.interceptors.autoconfigure;

import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.rest.server.RestfulServer;
import org.fhiranchor.consent.facts.LocalReferences;
import org.fhiranchor.interceptors.consent.following.ConsentEvidence;
import org.fhiranchor.interceptors.consent.following.ConsentIndexLoader;
import org.fhiranchor.interceptors.consent.following.DaoNamedResources;
import org.fhiranchor.interceptors.consent.following.EvidenceRecheck;
import org.fhiranchor.interceptors.consent.following.LeafComparison;
import org.fhiranchor.interceptors.log.ChainRows;
import org.fhiranchor.interceptors.log.ConfirmedLeaves;
import org.fhiranchor.interceptors.log.EditedRows;
import org.fhiranchor.interceptors.log.LeafSweep;
import org.fhiranchor.interceptors.log.LogHealth;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;

/** The parts list of what the log confirms of Consents, and of what they name (FOL-3). */
@AutoConfiguration(after = {AnchorAutoConfiguration.class, LedgerAutoConfiguration.class})
@ConditionalOnClass(RestfulServer.class)
@Conditional(ConsentAutoConfiguration.ContractKnown.class)
public class EvidenceAutoConfiguration {
  @Bean
  DaoNamedResources anchorNamedResources(
      DaoRegistry daos, LocalReferences references, ConfirmedLeaves leaves, EditedRows edited) {
    return new DaoNamedResources(daos, references, new LeafComparison(leaves), edited);
  }

  @Bean
  ConsentEvidence anchorConsentEvidence(
      ConfirmedLeaves leaves,
      EditedRows edited,
      LogHealth health,
      LeafSweep sweep,
      LocalReferences references) {
    return new ConsentEvidence(leaves, edited, health, sweep, references);
  }

  @Bean
  EvidenceRecheck anchorEvidenceRecheck(ConsentIndexLoader loader, LeafSweep sweep) {
    return new EvidenceRecheck(loader, sweep);
  }

  @Bean
  LeafSweep anchorLeafSweep(ChainRows rows, ConfirmedLeaves leaves, EditedRows edited) {
    return new LeafSweep(rows, leaves, edited);
  }
}
