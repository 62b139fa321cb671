package org.fhiranchor.server.console;

import java.security.SecureRandom;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The parts list of the console. */
@Configuration
public class ConsoleConfiguration {
  @Bean
  FilterRegistrationBean<ConsoleFilter> console() {
    FilterRegistrationBean<ConsoleFilter> filter =
        new FilterRegistrationBean<>(new ConsoleFilter(new ConsoleFiles(), new SecureRandom()));
    filter.addUrlPatterns("/", "/check.html", "/console/*");
    return filter;
  }
}
