package org.fhiranchor.server;

import ca.uhn.fhir.batch2.jobs.export.BulkDataExportProvider;
import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.IValidationSupport;
import ca.uhn.fhir.jpa.api.config.JpaStorageSettings;
import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.jpa.api.dao.IFhirSystemDao;
import ca.uhn.fhir.jpa.graphql.GraphQLProvider;
import ca.uhn.fhir.jpa.provider.DiffProvider;
import ca.uhn.fhir.jpa.provider.JpaCapabilityStatementProvider;
import ca.uhn.fhir.jpa.provider.JpaSystemProvider;
import ca.uhn.fhir.jpa.provider.ValueSetOperationProvider;
import ca.uhn.fhir.jpa.search.DatabaseBackedPagingProvider;
import ca.uhn.fhir.jpa.searchparam.MatchUrlService;
import ca.uhn.fhir.parser.StrictErrorHandler;
import ca.uhn.fhir.rest.api.EncodingEnum;
import ca.uhn.fhir.rest.openapi.OpenApiInterceptor;
import ca.uhn.fhir.rest.server.HardcodedServerAddressStrategy;
import ca.uhn.fhir.rest.server.RestfulServer;
import ca.uhn.fhir.rest.server.provider.ResourceProviderFactory;
import ca.uhn.fhir.rest.server.util.ISearchParamRegistry;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Meta;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The FHIR REST API under {@code /fhir}. */
@Configuration
class RestConfiguration {
  @Bean
  RestfulServer restfulServer(
      FhirContext context,
      ServerSettings settings,
      ResourceProviderFactory resourceProviders,
      JpaSystemProvider<Bundle, Meta> systemProvider,
      ValueSetOperationProvider valueSets,
      DiffProvider diff,
      GraphQLProvider graphQl,
      BulkDataExportProvider export,
      JpaCapabilityStatementProviderFactory conformance,
      DatabaseBackedPagingProvider paging,
      SharedReferences sharedReferences) {
    if (settings.strictParsing()) {
      context.setParserErrorHandler(new StrictErrorHandler());
    }
    RestfulServer server = new RestfulServer(context);
    server.setServerName("FHIR Anchor");
    server.registerProviders(resourceProviders.createProviders());
    server.registerProviders(systemProvider, valueSets, diff, graphQl, export);
    server.setServerConformanceProvider(conformance.of(server));
    server.setDefaultResponseEncoding(EncodingEnum.JSON);
    server.setPagingProvider(sized(paging, settings));
    server.registerInterceptor(new OpenApiInterceptor());
    server.registerInterceptor(sharedReferences);
    settings
        .baseUrl()
        .map(HardcodedServerAddressStrategy::new)
        .ifPresent(server::setServerAddressStrategy);
    return server;
  }

  @Bean
  SharedReferences sharedReferences(
      FhirContext context, MatchUrlService matchUrls, DaoRegistry daos) {
    return new SharedReferences(context, matchUrls, daos);
  }

  private static DatabaseBackedPagingProvider sized(
      DatabaseBackedPagingProvider paging, ServerSettings settings) {
    paging.setDefaultPageSize(settings.pageSize());
    paging.setMaximumPageSize(settings.maxPageSize());
    return paging;
  }

  @Bean
  JpaCapabilityStatementProviderFactory conformance(
      IFhirSystemDao<Bundle, Meta> systemDao,
      JpaStorageSettings settings,
      ISearchParamRegistry searchParams,
      IValidationSupport validation) {
    return server -> {
      JpaCapabilityStatementProvider provider =
          new JpaCapabilityStatementProvider(server, systemDao, settings, searchParams, validation);
      provider.setImplementationDescription(
          "FHIR Anchor: a HAPI FHIR R4 server that can be proven");
      return provider;
    };
  }

  /** Makes what answers {@code GET /metadata}, once the server that it describes is there. */
  @FunctionalInterface
  interface JpaCapabilityStatementProviderFactory {
    JpaCapabilityStatementProvider of(RestfulServer server);
  }

  @Bean
  ServletRegistrationBean<RestfulServer> hapiServlet(RestfulServer server) {
    ServletRegistrationBean<RestfulServer> registration =
        new ServletRegistrationBean<>(server, "/fhir/*");
    registration.setLoadOnStartup(1);
    return registration;
  }
}
