package org.fhiranchor.interceptors.identity;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import java.net.URI;
import java.util.Optional;
import org.fhiranchor.interceptors.identity.token.IssuerMetadata;
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

  private final SmartDiscovery discovery;
  private final boolean cors;

  /**
   * Describes what is true when it is asked.
   *
   * @param cors whether the server is known to answer cross-origin requests of browsers
   */
  public CapabilitySecurity(SmartDiscovery discovery, boolean cors) {
    this.discovery = discovery;
    this.cors = cors;
  }

  /** Adds the security section to each {@code rest} that serves. */
  @Hook(Pointcut.SERVER_CAPABILITY_STATEMENT_GENERATED)
  public void describe(IBaseConformance statement) {
    if (statement instanceof CapabilityStatement capabilities) {
      IssuerMetadata.Endpoints endpoints =
          discovery
              .current()
              .map(SmartConfiguration::endpoints)
              .orElse(IssuerMetadata.Endpoints.NONE);
      capabilities.getRest().forEach(rest -> rest.setSecurity(security(endpoints)));
    }
  }

  private CapabilityStatementRestSecurityComponent security(IssuerMetadata.Endpoints endpoints) {
    CapabilityStatementRestSecurityComponent security =
        new CapabilityStatementRestSecurityComponent();
    if (cors) {
      security.setCors(true);
    }
    security.addService().addCoding().setSystem(SERVICE).setCode("SMART-on-FHIR");
    security.setDescription(
        "Bearer tokens with SMART scopes, version 1 or 2; see .well-known/smart-configuration.");
    Extension uris = new Extension(OAUTH_URIS);
    add(uris, "token", endpoints.token());
    add(uris, "authorize", endpoints.authorization());
    add(uris, "introspect", endpoints.introspection());
    add(uris, "revoke", endpoints.revocation());
    add(uris, "register", endpoints.registration());
    Optional.of(uris).filter(Extension::hasExtension).ifPresent(security::addExtension);
    return security;
  }

  private static void add(Extension uris, String name, Optional<URI> address) {
    address.ifPresent(uri -> uris.addExtension(new Extension(name, new UriType(uri.toString()))));
  }
}
