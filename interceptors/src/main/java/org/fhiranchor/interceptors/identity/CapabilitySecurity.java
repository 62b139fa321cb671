package org.fhiranchor.interceptors.identity;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import java.util.Optional;
import org.hl7.fhir.instance.model.api.IBaseConformance;
import org.hl7.fhir.r4.model.CapabilityStatement;
import org.hl7.fhir.r4.model.CapabilityStatement.CapabilityStatementRestSecurityComponent;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.UriType;

/**
 * Says in the CapabilityStatement how this server is protected (SMART App Launch, conformance).
 * Belongs in the registry of the RestfulServer.
 */
@Interceptor
public final class CapabilitySecurity {
  private static final String SERVICE =
      "http://terminology.hl7.org/CodeSystem/restful-security-service";
  private static final String OAUTH_URIS =
      "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris";

  private final SmartConfiguration configuration;
  private final boolean cors;

  /**
   * Describes this configuration.
   *
   * @param cors whether the server answers cross-origin requests of browsers
   */
  public CapabilitySecurity(SmartConfiguration configuration, boolean cors) {
    this.configuration = configuration;
    this.cors = cors;
  }

  /** Adds the security section to each {@code rest} that serves. */
  @Hook(Pointcut.SERVER_CAPABILITY_STATEMENT_GENERATED)
  public void describe(IBaseConformance statement) {
    if (statement instanceof CapabilityStatement capabilities) {
      capabilities.getRest().forEach(rest -> rest.setSecurity(security()));
    }
  }

  private CapabilityStatementRestSecurityComponent security() {
    CapabilityStatementRestSecurityComponent security =
        new CapabilityStatementRestSecurityComponent().setCors(cors);
    security.addService().addCoding().setSystem(SERVICE).setCode("SMART-on-FHIR");
    security.setDescription(
        "Bearer tokens with SMART scopes, version 1 or 2; see .well-known/smart-configuration.");
    Extension uris = new Extension(OAUTH_URIS);
    configuration.token().ifPresent(uri -> add(uris, "token", uri.toString()));
    configuration.authorization().ifPresent(uri -> add(uris, "authorize", uri.toString()));
    Optional.of(uris).filter(Extension::hasExtension).ifPresent(security::addExtension);
    return security;
  }

  private static void add(Extension uris, String name, String value) {
    uris.addExtension(new Extension(name, new UriType(value)));
  }
}
