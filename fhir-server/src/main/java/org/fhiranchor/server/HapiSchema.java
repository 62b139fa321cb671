package org.fhiranchor.server;

import ca.uhn.fhir.jpa.migrate.DriverTypeEnum;
import ca.uhn.fhir.jpa.migrate.HapiMigrator;
import ca.uhn.fhir.jpa.migrate.SchemaMigrator;
import ca.uhn.fhir.jpa.migrate.tasks.HapiFhirJpaMigrationTasks;
import ca.uhn.fhir.util.VersionEnum;
import java.util.Set;
import javax.sql.DataSource;

/**
 * HAPI's tables, made and brought forward by HAPI's own migrations: an empty database gets the
 * schema of this version in one go, an older one every step in between, a current one nothing.
 */
final class HapiSchema {
  private final DataSource dataSource;
  private final DriverTypeEnum driver;

  HapiSchema(DataSource dataSource, DriverTypeEnum driver) {
    this.dataSource = dataSource;
    this.driver = driver;
  }

  /** Safe with any number of nodes at once: the migration table holds a lock. */
  void bringUpToDate() {
    HapiMigrator migrator =
        new HapiMigrator(SchemaMigrator.HAPI_FHIR_MIGRATION_TABLENAME, dataSource, driver);
    migrator.addTasks(new HapiFhirJpaMigrationTasks(Set.of()).getAllTasks(VersionEnum.values()));
    migrator.createMigrationTableIfRequired();
    migrator.migrate();
  }
}
