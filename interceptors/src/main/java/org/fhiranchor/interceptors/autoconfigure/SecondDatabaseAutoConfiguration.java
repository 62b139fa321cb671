package org.fhiranchor.interceptors.autoconfigure;

import ca.uhn.fhir.rest.server.RestfulServer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.apache.commons.dbcp2.BasicDataSource;
import org.fhiranchor.interceptors.disclosure.JournalContents;
import org.fhiranchor.interceptors.disclosure.SubjectTags;
import org.fhiranchor.interceptors.erasure.Tombstones;
import org.fhiranchor.interceptors.log.CorruptLogException;
import org.fhiranchor.interceptors.log.HeadExchange;
import org.fhiranchor.interceptors.log.KeptHead;
import org.fhiranchor.interceptors.log.LogHealth;
import org.fhiranchor.interceptors.log.LogStore;
import org.fhiranchor.interceptors.log.NewestHead;
import org.fhiranchor.interceptors.log.Sequencer;
import org.fhiranchor.interceptors.start.StartRefusedException;
import org.fhiranchor.interceptors.store.SqlContentKeys;
import org.fhiranchor.interceptors.store.SqlJournalKeys;
import org.fhiranchor.interceptors.store.SqlKeptHead;
import org.fhiranchor.interceptors.store.SqlTombstones;
import org.fhiranchor.interceptors.store.h2.OneWriterDataSource;
import org.fhiranchor.ledger.secret.SecretFile;
import org.fhiranchor.merkle.LogSigningKey;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.UncategorizedSQLException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** The parts list of the second database: tombstones, and the keys of the journal's contents. */
@AutoConfiguration(after = {AnchorAutoConfiguration.class, DisclosureAutoConfiguration.class})
@ConditionalOnClass(RestfulServer.class)
public class SecondDatabaseAutoConfiguration {
  /** For a connection. */
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(3);

  /** One erasure waits for another. */
  private static final Duration LONGEST_ANSWER = Duration.ofSeconds(10);

  /** Needs the log store: its tables are made with the log's. */
  @Bean
  SqlJournalKeys anchorJournalKeys(DataSource dataSource, LogStore log) {
    return new SqlJournalKeys(new JdbcTemplate(dataSource));
  }

  /**
   * No bean of a data source: the server's own is the only one there. Nothing is written in a
   * database that is not the one whose keys were used.
   */
  @Bean(destroyMethod = "")
  SqlTombstones.Source anchorErasureKeys(
      AnchorSettings settings, SqlJournalKeys noted, DataSource dataSource) {
    AnchorSettings.ErasureKeys keys = settings.erasureKeys();
    Path file = settings.data().toAbsolutePath().resolve("erasure");
    SqlTombstones.Source source =
        keys.url().map(url -> ofAllNodes(url, keys)).orElseGet(() -> ofThisNode(file));
    noted.requireContentKeys(
        () ->
            isShared(keys, dataSource)
                ? opened(() -> SqlContentKeys.nameIn(source))
                : Optional.empty());
    return source;
  }

  @Bean
  Tombstones anchorTombstones(SqlTombstones.Source source, SecureRandom anchorRandom) {
    // Without it nobody knows who must not come back.
    return opened(() -> new SqlTombstones(source, anchorRandom, InstantSource.system()));
  }

  /** Where all nodes share the second database: in one of its own, a node has the file as well. */
  @Bean
  @ConditionalOnProperty("anchor.erasure.keys.url")
  HeadExchange anchorHeadExchange(
      SqlTombstones.Source source,
      Tombstones tombstones,
      LogSigningKey key,
      NewestHead newest,
      Sequencer sequencer,
      LogHealth health) {
    return opened(
        () -> {
          KeptHead kept = new SqlKeptHead(source, key.verifierKey());
          HeadExchange exchange =
              new HeadExchange(kept, newest, sequencer, health, InstantSource.system());
          exchange.exchange();
          return exchange;
        });
  }

  /** Ended after the sequencer is: what it signed last is kept. */
  @Bean
  @ConditionalOnBean(HeadExchange.class)
  LoopLifecycle anchorHeadExchangeLifecycle(HeadExchange heads) {
    return new LoopLifecycle(heads::start, heads::stop, LoopLifecycle.ANCHORING);
  }

  private static <T> T opened(Supplier<T> database) {
    try {
      return database.get();
    } catch (DataAccessException away) {
      throw new StartRefusedException(
          "anchor.erasure.keys.url: the database with the tombstones cannot be read");
    } catch (CorruptLogException edited) {
      throw new StartRefusedException("anchor.erasure.keys.url: " + edited.getMessage());
    }
  }

  @Bean
  JournalTags anchorJournalTags(
      ObjectProvider<SubjectTags> kept,
      AnchorSettings settings,
      SqlJournalKeys noted,
      SecureRandom anchorRandom) {
    Optional<SubjectTags> now = Optional.ofNullable(kept.getIfAvailable());
    return new JournalTags(
        now.or(
            () ->
                noted.hasKey()
                    ? Optional.of(DisclosureAutoConfiguration.tags(settings, noted, anchorRandom))
                    : Optional.empty()),
        now.isPresent());
  }

  /**
   * Closed where all nodes share the keys, and wherever one was closed before. Needs the
   * tombstones, which let go of the database.
   */
  @Bean
  JournalContents anchorJournalContents(
      SqlTombstones.Source source,
      Tombstones tombstones,
      JournalTags journal,
      SqlJournalKeys noted,
      DataSource dataSource,
      AnchorSettings settings,
      SecureRandom anchorRandom) {
    boolean closing = journal.kept() && isShared(settings.erasureKeys(), dataSource);
    return journal
        .tags()
        .filter(tags -> closing || noted.contentKeys().isPresent())
        .map(tags -> closed(source, tags, noted, anchorRandom))
        .orElseGet(JournalContents::plain);
  }

  private static JournalContents closed(
      SqlTombstones.Source source, SubjectTags tags, SqlJournalKeys noted, SecureRandom random) {
    SqlContentKeys keys =
        opened(() -> new SqlContentKeys(source, tags.closing("keys"), random, System::nanoTime));
    noted.openContentKeys(keys.name());
    return JournalContents.closed(
        new JournalContents.Parts(keys, tags.closing("contents"), random));
  }

  /** One that is gone without a word is away after some seconds: the journal waits for it. */
  static SqlTombstones.Source ofAllNodes(String url, AnchorSettings.ErasureKeys keys) {
    BasicDataSource pool = new BasicDataSource();
    pool.setUrl(url);
    pool.setMaxWait(LONGEST_WAIT);
    pool.setValidationQueryTimeout(LONGEST_WAIT);
    if (url.startsWith("jdbc:postgresql:")) {
      pool.addConnectionProperty("connectTimeout", seconds(LONGEST_WAIT));
      pool.addConnectionProperty("socketTimeout", seconds(LONGEST_ANSWER));
    }
    keys.username().ifPresent(pool::setUsername);
    keys.password().ifPresent(pool::setPassword);
    return new SqlTombstones.Source(pool, () -> true, () -> {}, true, () -> close(pool));
  }

  private static String seconds(Duration time) {
    return Long.toString(time.toSeconds());
  }

  private static void close(BasicDataSource pool) {
    try {
      pool.close();
    } catch (SQLException e) {
      throw new UncategorizedSQLException("end of the connections to the tombstones", null, e);
    }
  }

  private static SqlTombstones.Source ofThisNode(Path file) {
    // It holds the key of its tags: whoever can read it can try ids.
    SecretFile made = new SecretFile("anchor.erasure.keys", file.resolveSibling("erasure.mv.db"));
    return new SqlTombstones.Source(
        new DriverManagerDataSource("jdbc:h2:file:" + file + ";WRITE_DELAY=0;DB_CLOSE_DELAY=5"),
        made::exists,
        made::guard,
        false,
        () -> {});
  }

  /** Whether all nodes of the main database know one second one. */
  static boolean isShared(AnchorSettings.ErasureKeys keys, DataSource dataSource) {
    return keys.url().isPresent() || isOfThisNode(dataSource);
  }

  private static boolean isOfThisNode(DataSource dataSource) {
    String url =
        new JdbcTemplate(dataSource)
            .execute((Connection connection) -> connection.getMetaData().getURL());
    return url != null && OneWriterDataSource.isOfThisProcess(url);
  }
}
