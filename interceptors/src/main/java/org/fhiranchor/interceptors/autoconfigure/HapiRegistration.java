package org.fhiranchor.interceptors.autoconfigure;

import ca.uhn.fhir.interceptor.api.IInterceptorService;
import ca.uhn.fhir.rest.server.RestfulServer;
import jakarta.servlet.Servlet;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.web.servlet.ServletRegistrationBean;

/**
 * Puts our interceptors into both of HAPI's registries and our operations into the server, after
 * every bean exists and before a port is open.
 *
 * @param jpaOnly once, on the JPA registry: the same hooks fire on both (REC-2)
 * @param serverOnly on each RestfulServer
 * @param both on either registry, each for the hooks it sees
 */
record HapiRegistration(
    Collection<RestfulServer> servers,
    IInterceptorService jpaRegistry,
    List<Object> jpaOnly,
    List<Object> serverOnly,
    List<Object> both,
    List<Object> providers)
    implements SmartInitializingSingleton {

  @Override
  public void afterSingletonsInstantiated() {
    if (servers.isEmpty()) {
      throw new IllegalStateException(
          "no HAPI RestfulServer found: want one as a bean or in a ServletRegistrationBean");
    }
    jpaOnly.forEach(jpaRegistry::registerInterceptor);
    both.forEach(jpaRegistry::registerInterceptor);
    for (RestfulServer server : servers) {
      serverOnly.forEach(server::registerInterceptor);
      both.forEach(server::registerInterceptor);
      server.registerProviders(providers);
    }
  }

  /** Every RestfulServer there is, as a bean or inside a servlet registration, each once. */
  static Collection<RestfulServer> serversOf(
      ObjectProvider<RestfulServer> beans, ObjectProvider<ServletRegistrationBean<?>> servlets) {
    Set<RestfulServer> servers = Collections.newSetFromMap(new IdentityHashMap<>());
    beans.forEach(servers::add);
    for (ServletRegistrationBean<?> registration : servlets) {
      Servlet servlet = registration.getServlet();
      if (servlet instanceof RestfulServer server) {
        servers.add(server);
      }
    }
    return servers;
  }
}
