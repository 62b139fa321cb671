package org.fhiranchor.server.availability;

import com.zaxxer.hikari.HikariDataSource;
import java.util.Optional;
import java.util.Properties;
import org.springframework.beans.factory.config.BeanPostProcessor;

/** Puts our connections below the pool before it opens its first one. */
final class DatabaseConnectionsUnderPool implements BeanPostProcessor {
  private Optional<DatabaseConnections> made = Optional.empty();

  @Override
  public Object postProcessBeforeInitialization(Object bean, String name) {
    if (bean instanceof HikariDataSource pool && pool.getJdbcUrl() != null) {
      Properties properties = new Properties();
      properties.putAll(pool.getDataSourceProperties());
      Optional.ofNullable(pool.getUsername()).ifPresent(u -> properties.setProperty("user", u));
      Optional.ofNullable(pool.getPassword()).ifPresent(p -> properties.setProperty("password", p));
      DatabaseConnections connections = new DatabaseConnections(pool.getJdbcUrl(), properties);
      pool.setDataSource(connections);
      pool.setExceptionOverrideClassName(EvictDeadConnections.class.getName());
      made = Optional.of(connections);
    }
    return bean;
  }

  /** Those of the one database there is; the pool must be there already. */
  DatabaseConnections connections() {
    return made.orElseThrow(
        () -> new IllegalStateException("spring.datasource: want a pool of HikariCP, got none"));
  }
}
