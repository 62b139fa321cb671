package org.fhiranchor.server;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ca.uhn.fhir.jpa.api.config.JpaStorageSettings;
import ca.uhn.fhir.jpa.dao.data.IResourceIndexedSearchParamIdentityDao;
import ca.uhn.fhir.jpa.sp.SearchParamIdentityCacheSvcImpl;
import ca.uhn.fhir.jpa.util.MemoryCacheService;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.beans.DirectFieldAccessor;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.orm.jpa.JpaTransactionManager;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

final class UninterruptedPoolsTest {
  private final ConfigurableListableBeanFactory beans = RunningServer.shared().beans();

  @Test
  @DisplayName("OPS-1 what HAPI's cache of identities writes at the end is not interrupted")
  void letsTheWriteEnd() throws Exception {
    SearchParamIdentityCacheSvcImpl cache =
        new SearchParamIdentityCacheSvcImpl(
            beans.getBean(JpaStorageSettings.class),
            beans.getBean(IResourceIndexedSearchParamIdentityDao.class),
            beans.getBean(JpaTransactionManager.class),
            beans.getBean(MemoryCacheService.class));
    beans
        .getBean("uninterruptedPools", BeanPostProcessor.class)
        .postProcessBeforeInitialization(cache, "cache");
    ThreadPoolTaskExecutor pool =
        (ThreadPoolTaskExecutor)
            new DirectFieldAccessor(cache).getPropertyValue("myThreadPoolTaskExecutor");
    CountDownLatch writing = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    Future<Boolean> write =
        pool.submit(
            () -> {
              writing.countDown();
              return goOn.await(20, SECONDS);
            });
    assertThat(writing.await(10, SECONDS)).isTrue();

    Thread end = new Thread(cache::preDestroy);
    end.start();
    await().atMost(120, SECONDS).until(() -> pool.getThreadPoolExecutor().isShutdown());
    goOn.countDown();

    assertThat(write.get(10, SECONDS)).as("went on, and was not interrupted").isTrue();
    end.join();
  }
}
