package org.fhiranchor.interceptors.autoconfigure;

import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.jpa.dao.tx.IHapiTransactionService;
import ca.uhn.fhir.rest.server.RestfulServer;
import java.time.Clock;
import java.time.ZoneId;
import javax.sql.DataSource;
import org.fhiranchor.consent.facts.LocalReferences;
import org.fhiranchor.interceptors.consent.following.ChangeFollowing;
import org.fhiranchor.interceptors.consent.following.ConsentEvidence;
import org.fhiranchor.interceptors.consent.following.ConsentIndexLoader;
import org.fhiranchor.interceptors.consent.following.DaoNamedResources;
import org.fhiranchor.interceptors.consent.following.EvidenceRecheck;
import org.fhiranchor.interceptors.consent.following.LeafComparison;
import org.fhiranchor.interceptors.consent.following.RecordedChanges;
import org.fhiranchor.interceptors.consent.following.SamePerson;
import org.fhiranchor.interceptors.consent.following.StoredRoles;
import org.fhiranchor.interceptors.consent.operations.SecondRegistrar;
import org.fhiranchor.interceptors.log.ChainRows;
import org.fhiranchor.interceptors.log.ConfirmedLeaves;
import org.fhiranchor.interceptors.log.EditedRows;
import org.fhiranchor.interceptors.log.LeafSweep;
import org.fhiranchor.interceptors.log.LogHealth;
import org.fhiranchor.interceptors.log.LogStore;
import org.fhiranchor.interceptors.log.PendingSeal;
import org.fhiranchor.interceptors.store.SqlRecordedChanges;
import org.fhiranchor.interceptors.store.SqlStoredTexts;
import org.fhiranchor.merkle.LogSigningKey;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * The parts list of what the log and its key tell of Consents, and of what they name: what changed
 * (FOL-2), whether the database holds what was written (FOL-3), what two registrars agreed on
 * (WHO-6).
 */
@AutoConfiguration(after = {AnchorAutoConfiguration.class, LedgerAutoConfiguration.class})
@ConditionalOnClass(RestfulServer.class)
@Conditional(ConsentAutoConfiguration.ContractKnown.class)
public class EvidenceAutoConfiguration {
  @Bean
  RecordedChanges anchorRecordedChanges(
      DataSource dataSource, LogStore store, LogSigningKey key, ConfirmedLeaves leaves) {
    return new SqlRecordedChanges(
        new JdbcTemplate(dataSource), store, new PendingSeal(key), leaves);
  }

  @Bean
  ChangeFollowing anchorChangeFollowing(
      RecordedChanges changes, ConsentIndexLoader loader, SamePerson people) {
    return new ChangeFollowing(changes, loader, people, Clock.systemUTC());
  }

  @Bean
  LoopLifecycle anchorChangeFollowingLifecycle(ChangeFollowing following) {
    return new LoopLifecycle(following::start, following::stop, LoopLifecycle.SEQUENCING);
  }

  @Bean
  DaoNamedResources anchorNamedResources(
      DaoRegistry daos, LocalReferences references, ConfirmedLeaves leaves, EditedRows edited) {
    return new DaoNamedResources(
        daos, references, new LeafComparison(leaves), edited, ZoneId.systemDefault());
  }

  @Bean
  SamePerson anchorSamePerson(
      DaoRegistry daos,
      IHapiTransactionService transactions,
      DataSource dataSource,
      ConfirmedLeaves leaves,
      LocalReferences references,
      EditedRows edited) {
    return new SamePerson(
        new StoredRoles(
            daos,
            transactions,
            new SqlStoredTexts(new JdbcTemplate(dataSource)),
            leaves,
            references),
        edited);
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
  SecondRegistrar anchorSecondRegistrar(LogSigningKey key) {
    return new SecondRegistrar(key, Clock.systemUTC());
  }

  @Bean
  EvidenceRecheck anchorEvidenceRecheck(
      ConsentIndexLoader loader, SamePerson people, LeafSweep sweep) {
    return new EvidenceRecheck(loader, people, sweep);
  }

  @Bean
  LeafSweep anchorLeafSweep(ChainRows rows, ConfirmedLeaves leaves, EditedRows edited) {
    return new LeafSweep(rows, leaves, edited);
  }
}
