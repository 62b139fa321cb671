package org.fhiranchor.server;

import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Tells Spring that no bean definition changes any more before the first bean is made. Spring says
 * so itself only after the web server is there, and ours brings nearly every bean of HAPI with it:
 * until then each look for a bean by its type goes through all thousand definitions, and HAPI's 146
 * resource types look many times each (figures: docs/decide/house.md).
 */
final class FixedBeanDefinitions
    implements ApplicationContextInitializer<ConfigurableApplicationContext>,
        BeanFactoryPostProcessor {
  @Override
  public void initialize(ConfigurableApplicationContext context) {
    context.addBeanFactoryPostProcessor(this);
  }

  /** Spring calls this when it has read all definitions. */
  @Override
  public void postProcessBeanFactory(ConfigurableListableBeanFactory beans) {
    beans.freezeConfiguration();
  }
}
