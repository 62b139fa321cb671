package org.fhiranchor.interceptors.autoconfigure;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.web.context.WebServerGracefulShutdownLifecycle;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.util.ClassUtils;

/** Holds back what libraries log of requests, from before the port is open (ANS-3). */
@AutoConfiguration
@ConditionalOnClass(name = "ch.qos.logback.classic.LoggerContext")
public class LibraryLinesAutoConfiguration {
  /** The port opens 1,024 below this one's, or later. */
  private static final int BEFORE_THE_PORT =
      WebServerGracefulShutdownLifecycle.SMART_LIFECYCLE_PHASE - 4096;

  /** Never ends: what is logged while the server goes down names patients just as well. */
  @Bean
  LoopLifecycle anchorLibraryLines(ApplicationContext context) {
    LibraryLines lines =
        new LibraryLines(
            Arrays.stream(context.getBeanNamesForAnnotation(SpringBootConfiguration.class))
                .flatMap(name -> Optional.ofNullable(context.getType(name)).stream())
                .map(type -> ClassUtils.getUserClass(type).getName())
                .collect(Collectors.toSet()));
    return new LoopLifecycle(lines::install, () -> {}, BEFORE_THE_PORT);
  }
}
