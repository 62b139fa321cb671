package org.fhiranchor.interceptors.autoconfigure;

import ca.uhn.fhir.interceptor.api.IInterceptorService;
import ca.uhn.fhir.rest.server.RestfulServer;
import jakarta.servlet.Servlet;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.fhiranchor.interceptors.start.StartRefusedException;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.ApplicationListener;

/**
 * Puts our interceptors into both of HAPI's registries and our operations into the server, after
 * every bean exists and before a port is open, and looks whether they are still there once the
 * server is ready (GATE-3).
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
    implements SmartInitializingSingleton, ApplicationListener<ApplicationReadyEvent> {

  @Override
  public void afterSingletonsInstantiated() {
    if (servers.isEmpty()) {
      throw new StartRefusedException(
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

  @Override
  public void onApplicationEvent(ApplicationReadyEvent ready) {
    refuseMissing();
  }

  /**
   * Looks whether somebody put another registry in place of the one that we are in.
   *
   * @throws StartRefusedException naming what is missing, which stops the server
   */
  void refuseMissing() {
    refuseMissing("JPA", jpaRegistry, jpaOnly);
    for (RestfulServer server : servers) {
      refuseMissing("RestfulServer", server.getInterceptorService(), serverOnly);
    }
  }

  private void refuseMissing(String registry, IInterceptorService of, List<Object> here) {
    List<Object> present = of.getAllRegisteredInterceptors();
    List<String> missing =
        Stream.concat(here.stream(), both.stream())
            .filter(one -> !present.contains(one))
            .map(one -> one.getClass().getSimpleName())
            .toList();
    if (!missing.isEmpty()) {
      throw new StartRefusedException(
          "the %s interceptor registry has lost %s: was it replaced after the start?"
              .formatted(registry, String.join(", ", missing)));
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
