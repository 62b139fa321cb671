package org.fhiranchor.interceptors.autoconfigure;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.interceptor.api.IInterceptorService;
import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.rest.server.RestfulServer;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import javax.sql.DataSource;
import org.fhiranchor.consent.facts.FactsReader;
import org.fhiranchor.consent.facts.LocalReferences;
import org.fhiranchor.interceptors.disclosure.AccessRecorder;
import org.fhiranchor.interceptors.disclosure.Accounting;
import org.fhiranchor.interceptors.disclosure.AccountingProofs;
import org.fhiranchor.interceptors.disclosure.AskerNotes;
import org.fhiranchor.interceptors.disclosure.CountedDisclosures;
import org.fhiranchor.interceptors.disclosure.DisclosureFilter;
import org.fhiranchor.interceptors.disclosure.DisclosureJournal;
import org.fhiranchor.interceptors.disclosure.DisclosureRetention;
import org.fhiranchor.interceptors.disclosure.JournalContents;
import org.fhiranchor.interceptors.disclosure.SubjectKeyFile;
import org.fhiranchor.interceptors.disclosure.SubjectTags;
import org.fhiranchor.interceptors.erasure.Tombstones;
import org.fhiranchor.interceptors.gate.ConsentGate;
import org.fhiranchor.interceptors.gate.DisclosuresOperation;
import org.fhiranchor.interceptors.gate.Recipients;
import org.fhiranchor.interceptors.gate.decision.StoredResources;
import org.fhiranchor.interceptors.log.ChainRows;
import org.fhiranchor.interceptors.log.ConfirmedLeaves;
import org.fhiranchor.interceptors.log.LogHealth;
import org.fhiranchor.interceptors.log.LogStore;
import org.fhiranchor.interceptors.log.PendingSeal;
import org.fhiranchor.interceptors.log.Sequencer;
import org.fhiranchor.interceptors.log.SequencingLoop;
import org.fhiranchor.interceptors.log.heads.HeadsProofs;
import org.fhiranchor.interceptors.log.heads.PatientHeads;
import org.fhiranchor.interceptors.log.recording.BinaryReferences;
import org.fhiranchor.interceptors.log.serving.Proofs;
import org.fhiranchor.interceptors.store.SqlAskerRows;
import org.fhiranchor.interceptors.store.SqlDisclosureStore;
import org.fhiranchor.interceptors.store.SqlHeadsParts;
import org.fhiranchor.interceptors.store.SqlJournalKeys;
import org.fhiranchor.merkle.LogSigningKey;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.core.Ordered;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** The parts list of the disclosure journal. */
@AutoConfiguration(
    after = {AnchorAutoConfiguration.class, IdentityAutoConfiguration.class},
    before = GateAutoConfiguration.class)
@ConditionalOnClass(RestfulServer.class)
@Conditional(Disclosed.class)
public class DisclosureAutoConfiguration {
  /** Most records in one transaction. */
  private static final int BATCH = 1_000;

  /** Needs the log store: its tables are made with the log's. */
  @Bean
  SqlDisclosureStore anchorDisclosureStore(
      DataSource dataSource, LogStore log, LogSigningKey key, JournalContents contents) {
    return new SqlDisclosureStore(
        new JdbcTemplate(dataSource),
        new TransactionTemplate(new DataSourceTransactionManager(dataSource)),
        log,
        new PendingSeal(key),
        contents);
  }

  @Bean
  SubjectTags anchorSubjectTags(
      AnchorSettings settings, SqlJournalKeys keys, SecureRandom anchorRandom) {
    return tags(settings, keys, anchorRandom);
  }

  static SubjectTags tags(AnchorSettings settings, SqlJournalKeys keys, SecureRandom random) {
    SubjectTags tags =
        SubjectKeyFile.open(settings.disclosures().subjectKey(), !keys.hasKey(), random);
    keys.openKey(tags.fingerprint());
    return tags;
  }

  @Bean
  DisclosureJournal anchorDisclosureJournal(
      SqlDisclosureStore store,
      SubjectTags tags,
      SecureRandom anchorRandom,
      SequencingLoop sequencing,
      AnchorSettings settings) {
    AnchorSettings.Disclosures limits = settings.disclosures();
    return new DisclosureJournal(
        new DisclosureJournal.Parts(store, tags, anchorRandom, InstantSource.system()),
        new DisclosureJournal.Limits(
            limits.queue(), BATCH, limits.longestWait(), limits.refusalsPerMinute()),
        sequencing::noteRecorded);
  }

  @Bean
  SqlHeadsParts anchorHeadsParts(DataSource dataSource, LogStore log) {
    return new SqlHeadsParts(new JdbcTemplate(dataSource));
  }

  @Bean
  PatientHeads anchorPatientHeads(
      Sequencer sequencer,
      LogStore log,
      ChainRows rows,
      ConfirmedLeaves leaves,
      SqlHeadsParts parts,
      SubjectTags tags,
      LogHealth health,
      SecureRandom anchorRandom) {
    return new PatientHeads(
        new PatientHeads.Parts(sequencer, log, rows, leaves, parts, tags::headSalt, health),
        anchorRandom,
        InstantSource.system());
  }

  @Bean
  AccountingProofs anchorAccountingProofs(
      SqlDisclosureStore store,
      ChainRows rows,
      LogStore log,
      SubjectTags tags,
      Proofs proofs,
      SqlHeadsParts parts) {
    return new AccountingProofs(
        new AccountingProofs.Sources(store, rows, log),
        tags,
        proofs,
        new HeadsProofs(log, parts, tags::headSalt));
  }

  @Bean
  LoopLifecycle anchorDisclosureLifecycle(DisclosureJournal journal) {
    return new LoopLifecycle(journal::start, journal::stop, LoopLifecycle.JOURNAL);
  }

  @Bean
  DisclosureRetention anchorDisclosureRetention(
      SqlDisclosureStore store,
      LogStore log,
      ChainRows rows,
      ConfirmedLeaves leaves,
      LogHealth health,
      SecureRandom anchorRandom,
      AnchorSettings settings) {
    return new DisclosureRetention(
        new DisclosureRetention.Parts(store, log, rows, leaves, health),
        settings.disclosures().retention(),
        BATCH,
        anchorRandom,
        InstantSource.system());
  }

  @Bean
  LoopLifecycle anchorRetentionLifecycle(DisclosureRetention retention) {
    return new LoopLifecycle(retention::start, retention::stop, LoopLifecycle.JOURNAL);
  }

  @Bean
  AskerNotes anchorAskerNotes(
      DataSource dataSource, LogStore log, SubjectTags tags, JournalContents contents) {
    return new AskerNotes(
        new SqlAskerRows(new JdbcTemplate(dataSource), contents),
        tags,
        BATCH,
        InstantSource.system());
  }

  @Bean
  LoopLifecycle anchorAskerNotesLifecycle(AskerNotes notes) {
    return new LoopLifecycle(notes::start, notes::stop, LoopLifecycle.JOURNAL);
  }

  @Bean
  AccessRecorder anchorAccessRecorder(
      DisclosureJournal journal, ObjectProvider<MeterRegistry> meters) {
    return new AccessRecorder(
        List.of(
            journal, new CountedDisclosures(meters.getIfAvailable(CompositeMeterRegistry::new))));
  }

  /** Innermost but for HAPI itself: what others write around it is no FHIR answer. */
  @Bean
  FilterRegistrationBean<DisclosureFilter> anchorDisclosureFilter(AccessRecorder recorder) {
    FilterRegistrationBean<DisclosureFilter> registration =
        new FilterRegistrationBean<>(new DisclosureFilter(recorder));
    registration.addUrlPatterns("/*");
    registration.setOrder(Ordered.LOWEST_PRECEDENCE);
    registration.setName("anchorDisclosures");
    return registration;
  }

  @Bean
  HapiRegistration anchorDisclosuresRegistration(
      ObjectProvider<RestfulServer> servers,
      ObjectProvider<ServletRegistrationBean<?>> servlets,
      IInterceptorService jpaRegistry,
      FhirContext context,
      SqlDisclosureStore store,
      LogStore log,
      SubjectTags tags,
      AccountingProofs proofs,
      DaoRegistry daos,
      LocalReferences references,
      BinaryReferences binaries,
      Tombstones tombstones,
      AnchorSettings settings) {
    StoredResources stored = new StoredResources(daos);
    FactsReader facts = ConsentGate.facts(daos, references, binaries, tombstones::isErased);
    return new HapiRegistration(
        HapiRegistration.serversOf(servers, servlets),
        jpaRegistry,
        List.of(),
        List.of(),
        List.of(),
        List.of(
            new DisclosuresOperation(
                context,
                new Accounting(store, log, tags),
                proofs,
                () -> new Recipients(stored, facts),
                settings.consent().refusalStatus())));
  }
}
