package org.fhiranchor.interceptors.autoconfigure;

import ca.uhn.fhir.jpa.api.config.JpaStorageSettings;
import ca.uhn.fhir.jpa.model.config.PartitionSettings;
import ca.uhn.fhir.util.VersionUtil;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;
import org.fhiranchor.interceptors.log.recording.guard.StorageCheck;
import org.fhiranchor.interceptors.store.SqlStoredTags;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Applies {@link StorageCheck} to HAPI's settings: as soon as they are made, because other beans
 * may store resources while they are made, and again when every bean and every table exists.
 */
record StorageRules(
    ObjectProvider<JpaStorageSettings> settings,
    ObjectProvider<PartitionSettings> partitions,
    ObjectProvider<DataSource> database,
    AtomicBoolean switched)
    implements BeanPostProcessor, SmartInitializingSingleton {

  StorageRules(
      ObjectProvider<JpaStorageSettings> settings,
      ObjectProvider<PartitionSettings> partitions,
      ObjectProvider<DataSource> database) {
    this(settings, partitions, database, new AtomicBoolean());
  }

  @Override
  public Object postProcessAfterInitialization(Object bean, String name) {
    if (bean instanceof JpaStorageSettings made) {
      prepare(made);
    }
    return bean;
  }

  private void prepare(JpaStorageSettings made) {
    StorageCheck.refuseOtherHapi(VersionUtil.getVersion());
    StorageCheck.countHistoriesAnew(made);
    if (StorageCheck.keepTagsInVersions(made)) {
      switched.set(true);
    }
  }

  @Override
  public void afterSingletonsInstantiated() {
    settings.forEach(this::prepare);
    settings.forEach(StorageCheck::refuseLoss);
    partitions.forEach(StorageCheck::refusePartitions);
    if (switched.get() && SqlStoredTags.any(new JdbcTemplate(database.getObject()))) {
      StorageCheck.refuseTagsInTables();
    }
  }
}
