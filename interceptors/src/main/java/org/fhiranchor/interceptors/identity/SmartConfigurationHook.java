package org.fhiranchor.interceptors.identity;

import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * Serves the SMART configuration under the FHIR base, {@code
 * [base]/.well-known/smart-configuration}. Belongs in the registry of the RestfulServer.
 */
@Interceptor
public final class SmartConfigurationHook {
  /** Path under the FHIR base. */
  public static final String PATH = "/.well-known/smart-configuration";

  private final SmartDiscovery discovery;

  /** Serves what is true when it is asked. */
  public SmartConfigurationHook(SmartDiscovery discovery) {
    this.discovery = discovery;
  }

  /** Answers the one path and leaves every other to HAPI. */
  @Hook(value = Pointcut.SERVER_INCOMING_REQUEST_PRE_PROCESSED, order = TokenAuthentication.ORDER)
  public boolean serve(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    String own = request.getContextPath() + request.getServletPath() + PATH;
    if (!request.getMethod().equals("GET") || !own.equals(request.getRequestURI())) {
      return true;
    }
    SmartConfigurationServlet.write(discovery, response);
    return false;
  }
}
