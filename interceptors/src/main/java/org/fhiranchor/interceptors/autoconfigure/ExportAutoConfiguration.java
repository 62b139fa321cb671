package org.fhiranchor.interceptors.autoconfigure;

import ca.uhn.fhir.batch2.api.IJobCoordinator;
import ca.uhn.fhir.batch2.model.JobDefinition;
import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.interceptor.api.IInterceptorService;
import ca.uhn.fhir.rest.server.RestfulServer;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Executors;
import javax.sql.DataSource;
import org.fhiranchor.consent.decide.ConsentPolicy;
import org.fhiranchor.consent.decide.index.ConsentIndex;
import org.fhiranchor.interceptors.disclosure.AccountingProofs;
import org.fhiranchor.interceptors.disclosure.DecisionEpoch;
import org.fhiranchor.interceptors.disclosure.DisclosureJournal;
import org.fhiranchor.interceptors.export.ExportFolders;
import org.fhiranchor.interceptors.export.ExportJob;
import org.fhiranchor.interceptors.export.ExportJobParameters;
import org.fhiranchor.interceptors.export.ExportJournal;
import org.fhiranchor.interceptors.export.ExportLoop;
import org.fhiranchor.interceptors.export.ExportProvenanceOperation;
import org.fhiranchor.interceptors.export.ExportRunner;
import org.fhiranchor.interceptors.export.ExportStore;
import org.fhiranchor.interceptors.export.ExportWriter;
import org.fhiranchor.interceptors.log.ChainRows;
import org.fhiranchor.interceptors.log.ConfirmedLeaves;
import org.fhiranchor.interceptors.log.LogStore;
import org.fhiranchor.interceptors.log.serving.Proofs;
import org.fhiranchor.interceptors.store.SqlDisclosureStore;
import org.fhiranchor.interceptors.store.SqlExportStore;
import org.fhiranchor.interceptors.store.SqlPatientResources;
import org.fhiranchor.merkle.LogSigningKey;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.jdbc.core.JdbcTemplate;

/** The parts list of {@code $export-provenance} (EXP-1), wherever disclosures are recorded. */
@AutoConfiguration(after = {AnchorAutoConfiguration.class, DisclosureAutoConfiguration.class})
@ConditionalOnClass(RestfulServer.class)
@Conditional(Disclosed.class)
public class ExportAutoConfiguration {
  /** Needs the log store: its tables are made with the log's. */
  @Bean
  ExportStore anchorExportStore(DataSource dataSource, LogStore log) {
    return new SqlExportStore(new JdbcTemplate(dataSource));
  }

  @Bean
  ExportFolders anchorExportFolders(AnchorSettings settings) {
    return new ExportFolders(settings.exports().folder());
  }

  @Bean
  ExportWriter anchorExportWriter(
      ExportWriter.Sources sources, ExportFolders folders, LogSigningKey key) {
    return new ExportWriter(sources, folders, key, InstantSource.system());
  }

  @Bean
  ExportWriter.Sources anchorExportSources(
      LogStore log,
      ChainRows rows,
      ConfirmedLeaves leaves,
      SqlDisclosureStore disclosures,
      AccountingProofs accountings,
      Proofs proofs,
      DataSource dataSource) {
    return new ExportWriter.Sources(
        log,
        rows,
        leaves,
        disclosures,
        accountings,
        proofs,
        new SqlPatientResources(new JdbcTemplate(dataSource)));
  }

  @Bean
  ExportJournal anchorExportJournal(
      DisclosureJournal journal,
      ExportFolders folders,
      ObjectProvider<ConsentIndex> index,
      ObjectProvider<ConsentPolicy> policy) {
    return new ExportJournal(
        journal,
        folders,
        InstantSource.system(),
        purposes ->
            index.stream()
                .flatMap(
                    known ->
                        policy.stream().map(set -> DecisionEpoch.of(known.ledger(), set, purposes)))
                .findFirst());
  }

  @Bean
  ExportRunner anchorExportRunner(
      ExportStore store,
      ExportWriter writer,
      ExportJournal journal,
      ExportFolders folders,
      AnchorSettings settings) {
    return new ExportRunner(
        new ExportRunner.Parts(store, writer, journal, folders),
        settings.exports().kept(),
        InstantSource.system(),
        Executors.newSingleThreadExecutor(ExportAutoConfiguration::thread));
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "anchor-export-provenance");
    thread.setDaemon(true);
    return thread;
  }

  @Bean
  ExportLoop anchorExportLoop(ExportRunner runner) {
    return new ExportLoop(runner, InstantSource.system());
  }

  @Bean
  LoopLifecycle anchorExportLifecycle(ExportLoop loop) {
    return new LoopLifecycle(loop::start, loop::stop, LoopLifecycle.JOURNAL);
  }

  /** HAPI finds it by its type, and registers it before any job is started. */
  @Bean
  JobDefinition<ExportJobParameters> anchorExportJob(ExportRunner runner, ExportStore store) {
    return new ExportJob(runner, store, InstantSource.system()).definition();
  }

  @Bean
  HapiRegistration anchorExportRegistration(
      ObjectProvider<RestfulServer> servers,
      ObjectProvider<ServletRegistrationBean<?>> servlets,
      IInterceptorService jpaRegistry,
      FhirContext context,
      ExportProvenanceOperation.Parts parts,
      ObjectProvider<IJobCoordinator> jobs) {
    return new HapiRegistration(
        HapiRegistration.serversOf(servers, servlets),
        jpaRegistry,
        List.of(),
        List.of(),
        List.of(),
        List.of(
            new ExportProvenanceOperation(
                context,
                parts,
                export -> jobs.ifAvailable(coordinator -> ExportJob.submit(coordinator, export)),
                InstantSource.system())));
  }

  @Bean
  ExportProvenanceOperation.Parts anchorExportParts(
      ExportRunner runner, ExportStore store, ExportJournal journal, ExportFolders folders) {
    return new ExportProvenanceOperation.Parts(runner, store, journal, folders);
  }
}
