package org.fhiranchor.interceptors.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ca.uhn.fhir.jpa.api.config.JpaStorageSettings;
import ca.uhn.fhir.jpa.model.config.PartitionSettings;
import ca.uhn.fhir.jpa.model.entity.StorageSettings.TagStorageModeEnum;
import java.util.UUID;
import javax.sql.DataSource;
import org.fhiranchor.interceptors.start.StartRefusedException;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.jdbc.core.JdbcTemplate;

final class StorageRulesTest {
  private final JpaStorageSettings settings = new JpaStorageSettings();
  private final PartitionSettings partitions = new PartitionSettings();
  private final JdbcTemplate jdbc = new JdbcTemplate(emptyHapi());
  private final StorageRules rules = rules();

  private StorageRules rules() {
    DefaultListableBeanFactory beans = new DefaultListableBeanFactory();
    beans.registerSingleton("settings", settings);
    beans.registerSingleton("partitions", partitions);
    beans.registerSingleton("database", jdbc.getDataSource());
    return new StorageRules(
        beans.getBeanProvider(JpaStorageSettings.class),
        beans.getBeanProvider(PartitionSettings.class),
        beans.getBeanProvider(DataSource.class));
  }

  private static DataSource emptyHapi() {
    JdbcDataSource database = new JdbcDataSource();
    database.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
    JdbcTemplate tables = new JdbcTemplate(database);
    tables.execute("create table HFJ_RES_TAG (PID bigint)");
    tables.execute("create table HFJ_HISTORY_TAG (PID bigint)");
    return database;
  }

  @Test
  @DisplayName("REC-5 tags are inside of versions from the moment HAPI's settings are made")
  void early() {
    rules.postProcessAfterInitialization(settings, "settings");
    assertThat(settings.getTagStorageMode()).isEqualTo(TagStorageModeEnum.INLINE);
    assertThatCode(rules::afterSingletonsInstantiated).doesNotThrowAnyException();
  }

  @ParameterizedTest(name = "{0}")
  @DisplayName("REC-5 a database whose tags would be seen no more stops the start")
  @ValueSource(strings = {"HFJ_RES_TAG", "HFJ_HISTORY_TAG"})
  void refusesStoredTags(String table) {
    jdbc.update("insert into " + table + " values (1)");
    assertThatThrownBy(rules::afterSingletonsInstantiated)
        .isInstanceOf(StartRefusedException.class)
        .hasMessageContaining("HFJ_RES_TAG or HFJ_HISTORY_TAG: want no row")
        .hasMessageContaining("Start with an empty database");
  }

  @Test
  @DisplayName("REC-5 where tags were inside of versions already, nothing is looked for")
  void acceptsInline() {
    settings.setTagStorageMode(TagStorageModeEnum.INLINE);
    jdbc.update("insert into HFJ_RES_TAG values (1)");
    assertThatCode(rules::afterSingletonsInstantiated).doesNotThrowAnyException();
  }

  @Test
  @DisplayName("REC-5 a server that keeps no history is refused in any mode")
  void refusesLoss() {
    settings.setResourceDbHistoryEnabled(false);
    assertThatThrownBy(rules::afterSingletonsInstantiated)
        .hasMessageContaining("hapi.fhir.resource_dbhistory_enabled");
  }

  @Test
  @DisplayName("REC-5 partitions, in which an id may stand twice, stop the start in any mode")
  void refusesPartitions() {
    partitions.setPartitioningEnabled(true);
    assertThatThrownBy(rules::afterSingletonsInstantiated)
        .isInstanceOf(StartRefusedException.class)
        .hasMessageContaining("partitioningEnabled: want false (hapi.fhir.partitioning");
  }
}
