package org.fhiranchor.server.availability;

import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;
import org.springframework.util.ReflectionUtils;

/**
 * HAPI's parts have pools of threads of their own, and end them by interrupting. Java closes the
 * file under a thread that is interrupted while it reads or writes, and with it H2: whoever else
 * writes while the server goes down then fails. So these pools end what they do, within a limit.
 */
final class UninterruptedPools implements BeanPostProcessor {
  private static final String HAPI = "ca.uhn.fhir.";
  private static final int LIMIT_SECONDS = 10;

  @Override
  public Object postProcessBeforeInitialization(Object bean, String name) {
    if (bean.getClass().getName().startsWith(HAPI)) {
      ReflectionUtils.doWithFields(
          bean.getClass(),
          field -> {
            field.setAccessible(true);
            if (field.get(bean) instanceof ThreadPoolTaskExecutor pool) {
              pool.setWaitForTasksToCompleteOnShutdown(true);
              pool.setAwaitTerminationSeconds(LIMIT_SECONDS);
            }
          },
          field -> ThreadPoolTaskExecutor.class.isAssignableFrom(field.getType()));
    }
    return bean;
  }
}
