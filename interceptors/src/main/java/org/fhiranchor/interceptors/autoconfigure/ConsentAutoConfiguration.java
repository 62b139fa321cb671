package org.fhiranchor.interceptors.autoconfigure;

import ca.uhn.fhir.interceptor.api.IInterceptorService;
import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.jpa.dao.SearchBuilderFactory;
import ca.uhn.fhir.jpa.dao.tx.IHapiTransactionService;
import ca.uhn.fhir.jpa.model.dao.JpaPid;
import ca.uhn.fhir.rest.server.RestfulServer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;
import org.fhiranchor.consent.compile.ConsentCompiler;
import org.fhiranchor.consent.decide.ConsentDecider;
import org.fhiranchor.consent.decide.ConsentPolicy;
import org.fhiranchor.consent.decide.PurposeModes;
import org.fhiranchor.consent.decide.index.ConsentIndex;
import org.fhiranchor.consent.facts.FactsReader;
import org.fhiranchor.consent.facts.LocalReferences;
import org.fhiranchor.interceptors.consent.custody.Custody;
import org.fhiranchor.interceptors.consent.custody.CustodyKeyFile;
import org.fhiranchor.interceptors.consent.following.ChangeFollowing;
import org.fhiranchor.interceptors.consent.following.ConsentEvidence;
import org.fhiranchor.interceptors.consent.following.ConsentFollowing;
import org.fhiranchor.interceptors.consent.following.ConsentIndexLoader;
import org.fhiranchor.interceptors.consent.following.ConsentJournal;
import org.fhiranchor.interceptors.consent.following.ConsentLinks;
import org.fhiranchor.interceptors.consent.following.ConsentStates;
import org.fhiranchor.interceptors.consent.following.ConsentWrites;
import org.fhiranchor.interceptors.consent.following.DaoNamedResources;
import org.fhiranchor.interceptors.consent.following.EvidenceRecheck;
import org.fhiranchor.interceptors.consent.following.LedgerStandings;
import org.fhiranchor.interceptors.consent.following.SamePerson;
import org.fhiranchor.interceptors.consent.following.StateRecheck;
import org.fhiranchor.interceptors.consent.following.StoredConsents;
import org.fhiranchor.interceptors.consent.following.SubjectKeys;
import org.fhiranchor.interceptors.consent.operations.ConsentOperations;
import org.fhiranchor.interceptors.consent.operations.ConsentPreparation;
import org.fhiranchor.interceptors.consent.operations.ConsentRelay;
import org.fhiranchor.interceptors.consent.operations.Entitlement;
import org.fhiranchor.interceptors.consent.operations.GrantBudget;
import org.fhiranchor.interceptors.consent.operations.KeyApps;
import org.fhiranchor.interceptors.consent.operations.KeyOperations;
import org.fhiranchor.interceptors.consent.operations.Passkeys;
import org.fhiranchor.interceptors.consent.operations.RegistrarLimits;
import org.fhiranchor.interceptors.consent.operations.RegistrarWrites;
import org.fhiranchor.interceptors.consent.operations.Signing;
import org.fhiranchor.interceptors.identity.demo.EmbeddedIssuer;
import org.fhiranchor.interceptors.log.EditedRows;
import org.fhiranchor.interceptors.log.LogStore;
import org.fhiranchor.interceptors.store.SqlConsentAfterCommit;
import org.fhiranchor.interceptors.store.SqlConsentLinks;
import org.fhiranchor.interceptors.store.SqlConsentStateStore;
import org.fhiranchor.interceptors.store.SqlKeysInCustody;
import org.fhiranchor.interceptors.store.SqlRevocations;
import org.fhiranchor.interceptors.store.SqlStoredTexts;
import org.fhiranchor.interceptors.store.SqlSubjectKeys;
import org.fhiranchor.ledger.ConsentDomain;
import org.fhiranchor.ledger.ConsentLedger;
import org.fhiranchor.ledger.consent.ConsentComparison;
import org.fhiranchor.ledger.consent.ConsentFollower;
import org.fhiranchor.ledger.consent.ConsentLedgerNodes;
import org.fhiranchor.ledger.consent.FollowSettings;
import org.fhiranchor.ledger.evm.EvmClient;
import org.fhiranchor.ledger.evm.EvmConsentLedger;
import org.fhiranchor.ledger.sending.CallQueue;
import org.fhiranchor.ledger.sending.UnheardRevocations;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Import;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The parts list of consents on the ledger: following them, the index they make, and the operations
 * that change them. Only where the consent contract is known.
 */
@AutoConfiguration(after = {AnchorAutoConfiguration.class, LedgerAutoConfiguration.class})
@ConditionalOnClass(RestfulServer.class)
@Conditional(ConsentAutoConfiguration.ContractKnown.class)
@Import(PatientKeysConfiguration.class)
public class ConsentAutoConfiguration {
  private static final Duration RECHECK = Duration.ofSeconds(5);

  /** The embedded chain always has the contract; another network where a setting says so. */
  static final class ContractKnown implements Condition {
    @Override
    public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
      String mode = context.getEnvironment().getProperty("anchor.ledger.mode", "embedded");
      return mode.equals("embedded")
          || context.getEnvironment().containsProperty("anchor.ledger.consent-contract");
    }
  }

  @Bean
  @ConditionalOnMissingBean
  ConsentIndex anchorConsentIndex() {
    return new ConsentIndex();
  }

  @Bean
  @ConditionalOnMissingBean
  LocalReferences anchorLocalReferences(OwnAddresses own) {
    return new LocalReferences(own);
  }

  /** Several nodes where the settings name several (FOL-6). */
  @Bean
  ConsentLedger anchorConsentLedger(LedgerConnection connection, AnchorSettings settings) {
    List<ConsentLedger> ledgers =
        connection.nodes().stream().map(node -> consentLedger(connection, node)).toList();
    return settings.ledger() instanceof AnchorSettings.RpcLedger rpc && ledgers.size() > 1
        ? new ConsentLedgerNodes(ledgers, rpc.nodes().needed())
        : ledgers.get(0);
  }

  private static ConsentLedger consentLedger(LedgerConnection connection, EvmClient node) {
    return new EvmConsentLedger(
        node,
        new ConsentDomain(connection.chain(), connection.consentContract().orElseThrow()),
        connection.relayer().address());
  }

  @Bean
  ConsentJournal anchorConsentJournal(LogStore store, SecureRandom anchorRandom) {
    return new ConsentJournal(store, anchorRandom, Clock.systemUTC());
  }

  /** These three need the log store: their tables are made with the log's. */
  @Bean
  ConsentLinks anchorConsentLinks(
      DataSource dataSource, LogStore store, SecureRandom anchorRandom) {
    return new SqlConsentLinks(new JdbcTemplate(dataSource), anchorRandom);
  }

  @Bean
  ConsentStates anchorConsentStates(
      DataSource dataSource,
      LogStore store,
      ConsentLinks links,
      ConsentJournal journal,
      ConsentLedger ledger) {
    return new SqlConsentStateStore(
        new JdbcTemplate(dataSource),
        transactions(dataSource),
        links,
        journal,
        ledger.domain().contract());
  }

  @Bean
  SubjectKeys anchorSubjectKeys(
      DataSource dataSource, LogStore store, ConsentJournal journal, SecureRandom anchorRandom) {
    return new SqlSubjectKeys(
        new JdbcTemplate(dataSource), transactions(dataSource), journal, anchorRandom);
  }

  private static TransactionTemplate transactions(DataSource dataSource) {
    return new TransactionTemplate(new DataSourceTransactionManager(dataSource));
  }

  @Bean
  StoredConsents anchorStoredConsents(
      DaoRegistry daos,
      IHapiTransactionService transactions,
      SearchBuilderFactory<JpaPid> builders,
      DataSource dataSource) {
    return new StoredConsents(
        daos, transactions, builders, new SqlStoredTexts(new JdbcTemplate(dataSource)));
  }

  @Bean
  ConsentCompiler anchorConsentCompiler(LocalReferences references, DaoNamedResources named) {
    return new ConsentCompiler(references, ZoneId.systemDefault(), named);
  }

  @Bean
  ConsentIndexLoader anchorConsentIndexLoader(
      StoredConsents stored,
      ConsentLinks links,
      LedgerStandings standings,
      ConsentCompiler compiler,
      ConsentIndex index,
      ConsentEvidence evidence) {
    return new ConsentIndexLoader(stored, links, standings, compiler, index, evidence);
  }

  @Bean
  LedgerStandings anchorStandings(ConsentStates states, SubjectKeys keys) {
    return new LedgerStandings(states, keys);
  }

  @Bean
  ConsentFollowing anchorConsentFollowing(
      ConsentLedger ledger,
      ConsentStates states,
      ConsentIndexLoader loader,
      SamePerson people,
      ChangeFollowing changes,
      EvidenceRecheck evidence,
      EditedRows edited,
      LedgerConnection connection,
      LedgerSenders senders,
      AnchorSettings settings) {
    // An embedded chain makes blocks only when there is something to put into them.
    FollowSettings.Pace pace =
        connection.embedded().isPresent()
            ? FollowSettings.Pace.ON_DEMAND
            : FollowSettings.Pace.REGULAR;
    FollowSettings follow =
        FollowSettings.of(
            LedgerConnection.finality(settings.ledger().anchoring().finality()),
            firstBlock(settings),
            pace);
    UnheardRevocations unheard = new UnheardRevocations(senders.relay().queue(), Clock.systemUTC());
    return new ConsentFollowing(
        new ConsentFollowing.Parts(
            new ConsentFollower(ledger, states, follow, Clock.systemUTC()),
            loader,
            states,
            people,
            changes,
            new StateRecheck(new ConsentComparison(ledger, states, unheard), states, edited),
            evidence),
        new ConsentFollowing.Pace(settings.consent().poll(), RECHECK));
  }

  private static Optional<Long> firstBlock(AnchorSettings settings) {
    return settings.ledger() instanceof AnchorSettings.RpcLedger rpc
        ? rpc.nodes().firstBlock()
        : Optional.of(0L);
  }

  @Bean
  LoopLifecycle anchorConsentFollowingLifecycle(ConsentFollowing following) {
    return new LoopLifecycle(following::start, following::stop, LoopLifecycle.SEQUENCING);
  }

  @Bean
  HealthIndicator consentsHealthIndicator(
      ConsentFollowing following,
      ChangeFollowing changes,
      ConsentIndex index,
      AnchorSettings settings) {
    return new ConsentHealthIndicator(
        following, changes, index, settings.consent().maxStaleness(), Clock.systemUTC());
  }

  @Bean
  ConsentWrites anchorConsentWrites(ConsentIndexLoader loader, SamePerson people) {
    return new ConsentWrites(loader, people, new SqlConsentAfterCommit());
  }

  /** A representative's rights come from consents alone: no opt-out, no broken glass. */
  @Bean
  Entitlement anchorEntitlement(
      ConsentIndex index, LocalReferences references, AnchorSettings settings) {
    ConsentPolicy policy =
        new ConsentPolicy(
            PurposeModes.ALL_OPT_IN,
            ConsentPolicy.BreakGlass.OFF,
            settings.consent().maxStaleness());
    return new Entitlement(
        new ConsentDecider(index, policy),
        new FactsReader(references, ZoneId.systemDefault(), reference -> Optional.empty()),
        Clock.systemUTC());
  }

  /**
   * A key is made in our own folder alone, never in place of one that somebody names, and never in
   * place of one that is lost.
   */
  static Optional<Custody> custody(
      AnchorSettings settings, DataSource dataSource, SecureRandom random) {
    Optional<Path> named = settings.consent().custodyKey();
    if (named.isPresent()) {
      return CustodyKeyFile.load(named.get(), random);
    }
    Path own = settings.data().resolve("custody-key");
    return settings.ledger() instanceof AnchorSettings.EmbeddedLedger
        ? Optional.of(
            CustodyKeyFile.loadOrCreate(
                own, !new SqlKeysInCustody(new JdbcTemplate(dataSource)).areThere(), random))
        : CustodyKeyFile.load(own, random);
  }

  @Bean
  ConsentOperations anchorConsentOperations(
      ConsentRelay.Parts parts,
      StoredConsents stored,
      LocalReferences references,
      ConsentCompiler compiler,
      Entitlement entitlement,
      RegistrarLimits registrars,
      Passkeys passkeys,
      AnchorSettings settings) {
    return new ConsentOperations(
        new ConsentOperations.Parts(
            stored,
            references,
            compiler,
            entitlement,
            parts.desk(),
            new ConsentRelay(
                parts, budget(settings), settings.consent().ledgerWait(), Clock.systemUTC()),
            parts.ledger().domain(),
            registrars,
            passkeys,
            keyApps(settings)),
        isOpen(settings));
  }

  private static GrantBudget budget(AnchorSettings settings) {
    AnchorSettings.Spending spending = settings.ledger().anchoring().spending();
    return new GrantBudget(spending.grantsPerPatient(), spending.dailyBudget());
  }

  @Bean
  ConsentRelay.Parts anchorConsentRelayParts(
      ConsentLedger ledger,
      ConsentLinks links,
      ConsentStates states,
      SubjectKeys keys,
      ConsentIndexLoader loader,
      ConsentIndex index,
      ConsentFollowing following,
      StoredConsents stored,
      Signing signing,
      LedgerSenders senders,
      DataSource dataSource) {
    ConsentPreparation desk =
        new ConsentPreparation(stored, links, keys, ZoneId.systemDefault(), Clock.systemUTC());
    CallQueue queue = senders.relay().queue();
    return new ConsentRelay.Parts(
        ledger,
        links,
        states,
        keys,
        loader,
        index,
        following,
        desk,
        signing,
        queue,
        new SqlRevocations(states, queue, transactions(dataSource)),
        senders.relay().loop()::wake);
  }

  /** The tokens of {@code make token} are anybody's who can read the demo issuer's key. */
  static KeyApps keyApps(AnchorSettings settings) {
    Set<String> named = settings.consent().keyApps();
    Set<String> ours =
        settings.security().issuer() instanceof AnchorSettings.ExternalIssuer
            ? Set.of(KeyApps.CONSOLE)
            : Set.of(KeyApps.CONSOLE, EmbeddedIssuer.CLIENT);
    return new KeyApps(named.isEmpty() ? ours : named);
  }

  static boolean isOpen(AnchorSettings settings) {
    return settings.consent().enforce() == AnchorSettings.Enforcement.OFF;
  }

  @Bean
  HapiRegistration anchorConsentRegistration(
      ObjectProvider<RestfulServer> servers,
      ObjectProvider<ServletRegistrationBean<?>> servlets,
      IInterceptorService jpaRegistry,
      ConsentWrites writes,
      RegistrarWrites registrars,
      ConsentOperations operations,
      KeyOperations keyOperations) {
    return new HapiRegistration(
        HapiRegistration.serversOf(servers, servlets),
        jpaRegistry,
        List.of(writes, registrars),
        List.of(),
        List.of(),
        List.of(operations, keyOperations));
  }
}
