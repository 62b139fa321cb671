package org.fhiranchor.interceptors.autoconfigure;

import ca.uhn.fhir.batch2.api.IJobCoordinator;
import ca.uhn.fhir.batch2.model.JobDefinition;
import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.interceptor.api.IInterceptorService;
import ca.uhn.fhir.jpa.searchparam.extractor.ISearchParamExtractor;
import ca.uhn.fhir.parser.DataFormatException;
import ca.uhn.fhir.rest.server.RestfulServer;
import ca.uhn.fhir.rest.server.util.ISearchParamRegistry;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.fhiranchor.consent.facts.FactsReader;
import org.fhiranchor.consent.facts.LocalReferences;
import org.fhiranchor.consent.facts.RelatedResources;
import org.fhiranchor.interceptors.disclosure.JournalContents;
import org.fhiranchor.interceptors.log.LogStore;
import org.fhiranchor.interceptors.log.NewestHead;
import org.fhiranchor.interceptors.scan.NightlyScan;
import org.fhiranchor.interceptors.scan.Scan;
import org.fhiranchor.interceptors.scan.ScanJob;
import org.fhiranchor.interceptors.scan.ScanParameters;
import org.fhiranchor.interceptors.scan.ScanRunner;
import org.fhiranchor.interceptors.scan.ScanStore;
import org.fhiranchor.interceptors.scan.VerifyStoreOperation;
import org.fhiranchor.interceptors.store.SqlScanStore;
import org.fhiranchor.interceptors.store.scan.SnapshotScan;
import org.fhiranchor.interceptors.store.scan.StoreScan;
import org.fhiranchor.ledger.AnchorLedger;
import org.fhiranchor.ledger.ConsentLedger;
import org.fhiranchor.merkle.LogSigningKey;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Resource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** The parts list of {@code $verify-store} (EXP-6). */
@AutoConfiguration(
    after = {
      AnchorAutoConfiguration.class,
      LedgerAutoConfiguration.class,
      ConsentAutoConfiguration.class,
      DisclosureAutoConfiguration.class
    })
@ConditionalOnClass(RestfulServer.class)
public class ScanAutoConfiguration {
  private static final String BINARY = "Binary/";

  @Bean
  StoreScan anchorStoreScan(
      LogSigningKey key,
      NewestHead newest,
      StoreScan.Hapi hapi,
      AnchorLedger anchors,
      LedgerConnection connection,
      ObjectProvider<ConsentLedger> consents,
      JournalTags journal,
      JournalContents contents,
      AnchorSettings settings,
      DataSource dataSource,
      SecureRandom anchorRandom) {
    Optional<ConsentLedger> followed = Optional.ofNullable(consents.getIfAvailable());
    return new StoreScan(
        new StoreScan.Parts(
            key,
            newest::known,
            hapi,
            anchors,
            connection.logId(),
            followed,
            followed.flatMap(
                any -> ConsentAutoConfiguration.custody(settings, dataSource, anchorRandom)),
            journal.tags(),
            contents));
  }

  @Bean
  StoreScan.Hapi anchorStoreScanHapi(
      FhirContext context,
      ISearchParamRegistry parameters,
      ISearchParamExtractor extractor,
      OwnAddresses own) {
    FactsReader facts =
        new FactsReader(
            new LocalReferences(own), ZoneId.systemDefault(), RelatedResources.NOTHING_KNOWN);
    return new StoreScan.Hapi(context, parameters, extractor, binaries(context, facts));
  }

  @Bean
  ScanStore anchorScanStore(DataSource dataSource, LogStore log) {
    return new SqlScanStore(
        new JdbcTemplate(dataSource),
        new TransactionTemplate(new DataSourceTransactionManager(dataSource)));
  }

  @Bean
  ScanRunner anchorScanRunner(ScanStore store, StoreScan scan, DataSource dataSource) {
    return new ScanRunner(
        store,
        new SnapshotScan(dataSource, scan),
        InstantSource.system(),
        Executors.newSingleThreadExecutor(ScanAutoConfiguration::thread));
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "anchor-verify-store");
    thread.setDaemon(true);
    return thread;
  }

  @Bean
  NightlyScan anchorNightlyScan(ScanRunner runner, AnchorSettings settings) {
    return new NightlyScan(
        runner, settings.nightlyScan(), InstantSource.system(), ZoneId.systemDefault());
  }

  @Bean
  LoopLifecycle anchorNightlyScanLifecycle(NightlyScan nightly) {
    return new LoopLifecycle(nightly::start, nightly::stop, LoopLifecycle.JOURNAL);
  }

  /** HAPI finds it by its type, and registers it before any job is started. */
  @Bean
  JobDefinition<ScanParameters> anchorScanJob(ScanRunner runner, ScanStore store) {
    return new ScanJob(runner, store, InstantSource.system()).definition();
  }

  @Bean
  HapiRegistration anchorScanRegistration(
      ObjectProvider<RestfulServer> servers,
      ObjectProvider<ServletRegistrationBean<?>> servlets,
      IInterceptorService jpaRegistry,
      FhirContext context,
      ScanRunner runner,
      ScanStore store,
      ObjectProvider<IJobCoordinator> jobs) {
    return new HapiRegistration(
        HapiRegistration.serversOf(servers, servlets),
        jpaRegistry,
        List.of(),
        List.of(),
        List.of(),
        List.of(
            new VerifyStoreOperation(
                context,
                runner,
                store,
                scan -> jobs.ifAvailable(coordinator -> ScanJob.submit(coordinator, scan)),
                InstantSource.system())));
  }

  /** UP: whoever edits the database must not take every node out. */
  @Bean
  HealthIndicator verifyStoreHealthIndicator(ScanStore store) {
    return () ->
        store
            .newest()
            .map(
                scan -> {
                  Health.Builder health =
                      Health.up()
                          .withDetail("state", scan.state().name().toLowerCase(Locale.ROOT))
                          .withDetail("started", scan.started().toString())
                          .withDetail("rows", scan.done())
                          .withDetail("findings", scan.findings());
                  return scan.findings() == 0 && scan.state() == Scan.State.DONE
                      ? health.build()
                      : health.withDetail("degraded", "$verify-store names what is wrong").build();
                })
            .orElseGet(() -> Health.up().withDetail("state", "never run").build());
  }

  @Bean
  MeterBinder anchorScanGauges(ScanStore store) {
    return registry -> {
      Gauge.builder(
              "anchor.verify-store.findings",
              store,
              scans -> scans.newest().map(Scan::findings).orElse(0L))
          .description("What the newest scan of the whole store found")
          .register(registry);
      Gauge.builder("anchor.verify-store.age", store, ScanAutoConfiguration::age)
          .baseUnit("seconds")
          .description("Since the newest scan of the whole store began; NaN before the first")
          .register(registry);
    };
  }

  private static double age(ScanStore store) {
    return store
        .newest()
        .map(scan -> Duration.between(scan.started(), Instant.now()).toMillis() / 1_000.0)
        .orElse(Double.NaN);
  }

  private static Function<String, Set<String>> binaries(FhirContext context, FactsReader facts) {
    return text -> {
      try {
        IBaseResource parsed = context.newJsonParser().parseResource(text);
        return parsed instanceof Resource resource
            ? facts.referencesIn(resource).stream()
                .filter(name -> name.startsWith(BINARY))
                .collect(Collectors.toSet())
            : Set.of();
      } catch (DataFormatException | IllegalArgumentException edited) {
        // The version has a finding of its own.
        return Set.of();
      }
    };
  }
}
