package org.fhiranchor.interceptors.autoconfigure;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.interceptor.api.IInterceptorService;
import ca.uhn.fhir.rest.server.RestfulServer;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import javax.sql.DataSource;
import org.fhiranchor.interceptors.bounds.BoundedRequest;
import org.fhiranchor.interceptors.bounds.DatabaseWords;
import org.fhiranchor.interceptors.bounds.NothingCached;
import org.fhiranchor.interceptors.bounds.RequestBounds;
import org.fhiranchor.interceptors.bounds.SearchBounds;
import org.fhiranchor.interceptors.bounds.SubscriptionEndpoints;
import org.fhiranchor.interceptors.bounds.UnfitPatches;
import org.fhiranchor.interceptors.bounds.UnreadBodies;
import org.fhiranchor.interceptors.bounds.UnusableRequests;
import org.fhiranchor.interceptors.bounds.Utf8Bodies;
import org.fhiranchor.interceptors.store.SqlDeliveriesInTurn;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.jdbc.core.simple.JdbcClient;

/** How much one request may bring and ask for, whoever sends it (ANS-4). */
@AutoConfiguration(after = AnchorAutoConfiguration.class)
@ConditionalOnClass(RestfulServer.class)
public class BoundsAutoConfiguration {
  @Bean
  FilterRegistrationBean<Filter> anchorBodyBounds(AnchorSettings settings) {
    long most = settings.limits().inflatedBytes();
    FilterRegistrationBean<Filter> registration =
        new FilterRegistrationBean<>(
            (request, response, chain) ->
                chain.doFilter(new BoundedRequest((HttpServletRequest) request, most), response));
    registration.addUrlPatterns("/*");
    // what it throws is for HAPI to answer, so nobody else may read through it
    registration.setOrder(Ordered.LOWEST_PRECEDENCE);
    registration.setName("anchorBodyBounds");
    return registration;
  }

  @Bean
  FilterRegistrationBean<UnreadBodies> anchorUnreadBodies() {
    FilterRegistrationBean<UnreadBodies> registration =
        new FilterRegistrationBean<>(new UnreadBodies());
    registration.addUrlPatterns("/*");
    registration.setOrder(Ordered.HIGHEST_PRECEDENCE);
    return registration;
  }

  @Bean
  HapiRegistration anchorBoundsRegistration(
      ObjectProvider<RestfulServer> servers,
      ObjectProvider<ServletRegistrationBean<?>> servlets,
      IInterceptorService jpaRegistry,
      FhirContext context,
      DataSource dataSource,
      AnchorSettings settings) {
    AnchorSettings.Limits limits = settings.limits();
    SearchBounds searches = new SearchBounds(limits.searchValues(), limits.searchParameters());
    return new HapiRegistration(
        HapiRegistration.serversOf(servers, servlets),
        jpaRegistry,
        List.of(
            new SubscriptionEndpoints(settings.subscriptionEndpoints(), searches),
            new UnfitPatches(context),
            new SqlDeliveriesInTurn(context, JdbcClient.create(dataSource))),
        List.of(new NothingCached(), new Utf8Bodies()),
        List.of(
            new RequestBounds(limits.bundleEntries(), searches),
            new UnusableRequests(),
            new DatabaseWords()),
        List.of());
  }
}
