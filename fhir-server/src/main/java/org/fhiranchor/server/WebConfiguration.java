package org.fhiranchor.server;

import java.util.List;
import org.eclipse.jetty.server.handler.SizeLimitHandler;
import org.springframework.boot.web.embedded.jetty.JettyServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.UrlBasedCorsConfigurationSource;
import org.springframework.web.filter.CorsFilter;

/** What HTTP needs around the FHIR servlet: browsers of other origins, and a limit on bodies. */
@Configuration
class WebConfiguration {
  @Bean
  FilterRegistrationBean<CorsFilter> cors(ServerSettings settings) {
    CorsConfiguration cors = new CorsConfiguration();
    cors.setAllowedOriginPatterns(settings.corsOrigins());
    cors.setAllowedMethods(List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"));
    cors.setAllowedHeaders(List.of("*"));
    cors.setExposedHeaders(
        List.of(
            "Content-Location",
            "ETag",
            "Last-Modified",
            "Location",
            "Part2-Ground",
            "Part2-Notice",
            "Retry-After",
            "WWW-Authenticate",
            "X-Progress",
            "X-Request-Id"));
    cors.setMaxAge(1800L);
    UrlBasedCorsConfigurationSource everywhere = new UrlBasedCorsConfigurationSource();
    everywhere.registerCorsConfiguration("/**", cors);
    FilterRegistrationBean<CorsFilter> filter =
        new FilterRegistrationBean<>(new CorsFilter(everywhere));
    filter.setOrder(Ordered.HIGHEST_PRECEDENCE);
    return filter;
  }

  @Bean
  WebServerFactoryCustomizer<JettyServletWebServerFactory> bodyLimit(ServerSettings settings) {
    return factory ->
        factory.addServerCustomizers(
            server -> {
              SizeLimitHandler limit = new SizeLimitHandler(settings.maxRequestBytes(), -1);
              limit.setHandler(server.getHandler());
              server.setHandler(limit);
            });
  }

  @Bean
  WebServerFactoryCustomizer<JettyServletWebServerFactory> drainedRequests() {
    return factory -> factory.addServerCustomizers(new DrainedRequests());
  }
}
