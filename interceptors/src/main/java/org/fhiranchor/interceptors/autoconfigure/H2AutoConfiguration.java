package org.fhiranchor.interceptors.autoconfigure;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import javax.sql.DataSource;
import org.fhiranchor.interceptors.store.h2.HeldRows;
import org.fhiranchor.interceptors.store.h2.OneWriterDataSource;
import org.springframework.beans.BeanWrapper;
import org.springframework.beans.PropertyAccessorFactory;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;

/** Whoever opens an H2 file, through whatever pool: one thread at a time changes it. */
@AutoConfiguration
@ConditionalOnClass(name = "org.h2.Driver")
public class H2AutoConfiguration {
  /** What the pools call their URL. */
  private static final List<String> URL = List.of("jdbcUrl", "url", "URL");

  private static final String HIKARI = "exceptionOverrideClassName";

  @Bean
  static BeanPostProcessor anchorOneWriterOnH2() {
    return new BeanPostProcessor() {
      @Override
      public Object postProcessBeforeInitialization(Object bean, String name) {
        if (bean instanceof DataSource pool
            && url(pool).filter(OneWriterDataSource::isFor).isPresent()) {
          keepOpen(pool);
        }
        return bean;
      }

      @Override
      public Object postProcessAfterInitialization(Object bean, String name) {
        return bean instanceof DataSource pool
                && url(pool).filter(OneWriterDataSource::isFor).isPresent()
            ? new OneWriterDataSource(pool)
            : bean;
      }
    };
  }

  /**
   * Where the pool is HikariCP, is not told by somebody else what a failure means, and can be told:
   * one that runs takes no settings.
   */
  private static void keepOpen(DataSource pool) {
    BeanWrapper properties = PropertyAccessorFactory.forBeanPropertyAccess(pool);
    if (properties.isWritableProperty(HIKARI)
        && !Boolean.TRUE.equals(properties.getPropertyValue("running"))
        && Objects.isNull(properties.getPropertyValue(HIKARI))) {
      properties.setPropertyValue(HIKARI, HeldRows.class.getName());
    }
  }

  private static Optional<String> url(DataSource pool) {
    BeanWrapper properties = PropertyAccessorFactory.forBeanPropertyAccess(pool);
    return URL.stream()
        .filter(properties::isReadableProperty)
        .map(properties::getPropertyValue)
        .filter(Objects::nonNull)
        .map(String::valueOf)
        .findFirst();
  }
}
