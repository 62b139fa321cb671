package org.fhiranchor.interceptors.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.SQLExceptionOverride;
import java.nio.file.Path;
import java.util.List;
import javax.sql.DataSource;
import org.apache.commons.dbcp2.BasicDataSource;
import org.fhiranchor.interceptors.store.h2.HeldRows;
import org.fhiranchor.interceptors.store.h2.OneWriterDataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.beans.factory.config.BeanPostProcessor;

final class H2AutoConfigurationTest {
  private final BeanPostProcessor processor = H2AutoConfiguration.anchorOneWriterOnH2();

  @Test
  @DisplayName("SRV-18 whatever pool opens an H2 file, one thread at a time changes it")
  void goesAroundH2Files() {
    BasicDataSource pool = new BasicDataSource();
    pool.setUrl("jdbc:h2:./nowhere");
    JdbcDataSource plain = new JdbcDataSource();
    plain.setURL("jdbc:h2:file:./nowhere");
    assertThat(processed(pool)).isInstanceOf(OneWriterDataSource.class);
    assertThat(processed(plain)).isInstanceOf(OneWriterDataSource.class);
  }

  @Test
  @DisplayName(
      "SRV-18 memory, other databases, what has no URL yet and other beans stay as they are")
  void leavesTheRest() {
    JdbcDataSource memory = new JdbcDataSource();
    memory.setURL("jdbc:h2:mem:nowhere");
    assertThat(processed(memory) == memory).isTrue();
    PGSimpleDataSource postgres = new PGSimpleDataSource();
    postgres.setUrl("jdbc:postgresql://nowhere/x");
    assertThat(processed(postgres) == postgres).isTrue();
    DataSource unknown = new BasicDataSource();
    assertThat(processed(unknown) == unknown).isTrue();
    assertThat(processed("a bean")).isEqualTo("a bean");
  }

  @Test
  @DisplayName(
      "SRV-18 HikariCP learns that a held row is no dead connection, unless told otherwise")
  void tellsHikari() {
    try (HikariDataSource pool = new HikariDataSource();
        HikariDataSource told = new HikariDataSource();
        HikariDataSource other = new HikariDataSource()) {
      pool.setJdbcUrl("jdbc:h2:./nowhere");
      told.setJdbcUrl("jdbc:h2:./nowhere");
      told.setExceptionOverrideClassName(Told.class.getName());
      other.setJdbcUrl("jdbc:postgresql://nowhere/x");
      for (HikariDataSource one : List.of(pool, told, other)) {
        assertThat(processor.postProcessBeforeInitialization(one, "bean") == one).isTrue();
      }
      assertThat(pool.getExceptionOverrideClassName()).isEqualTo(HeldRows.class.getName());
      assertThat(told.getExceptionOverrideClassName()).isEqualTo(Told.class.getName());
      assertThat(other.getExceptionOverrideClassName()).isNull();
    }
  }

  @Test
  @DisplayName("SRV-18 a HikariCP that runs already takes no settings, and stays as it is")
  void leavesOneThatRuns(@TempDir Path folder) {
    HikariConfig settings = new HikariConfig();
    settings.setJdbcUrl("jdbc:h2:" + folder.resolve("db"));
    try (HikariDataSource pool = new HikariDataSource(settings)) {
      assertThat(processor.postProcessBeforeInitialization(pool, "bean") == pool).isTrue();
      assertThat(pool.getExceptionOverrideClassName()).isNull();
    }
  }

  /** Somebody else's. */
  public static final class Told implements SQLExceptionOverride {}

  private Object processed(Object bean) {
    return processor.postProcessAfterInitialization(bean, "bean");
  }
}
