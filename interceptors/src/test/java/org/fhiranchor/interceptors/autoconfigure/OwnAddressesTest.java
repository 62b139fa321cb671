package org.fhiranchor.interceptors.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.rest.server.RestfulServer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.core.ResolvableType;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

@DisplayName("WHO-2: the server's own addresses come from its settings alone")
final class OwnAddressesTest {
  private final Map<String, Object> settings = new HashMap<>();
  private final StandardEnvironment environment = new StandardEnvironment();

  @BeforeEach
  void addSettings() {
    environment.getPropertySources().addFirst(new MapPropertySource("settings", settings));
  }

  private List<String> addresses(String... set) {
    return new OwnAddresses(environment, List.of(set), servlets()).get();
  }

  private static ObjectProvider<ServletRegistrationBean<?>> servlets() {
    DefaultListableBeanFactory beans = new DefaultListableBeanFactory();
    beans.registerSingleton(
        "hapi",
        new ServletRegistrationBean<>(new RestfulServer(FhirContext.forR4Cached()), "/fhir/*"));
    return beans.getBeanProvider(ResolvableType.forClass(ServletRegistrationBean.class));
  }

  @Test
  void loopbackHasItsThreeNamesOnceThePortIsKnown() {
    settings.put("server.address", "127.0.0.1");
    settings.put("server.port", "0");
    OwnAddresses own = new OwnAddresses(environment, List.of(), servlets());
    assertThat(own.get()).isEmpty();
    settings.put("local.server.port", "4711");
    assertThat(own.get())
        .containsExactly(
            "http://localhost:4711/fhir", "http://127.0.0.1:4711/fhir", "http://[::1]:4711/fhir");
  }

  @Test
  void onTheUsualPortTheNamesOfLoopbackMayLeaveItOut() {
    settings.put("server.address", "127.0.0.1");
    settings.put("server.port", "80");
    assertThat(addresses())
        .contains("http://localhost/fhir", "http://localhost:80/fhir", "http://[::1]/fhir")
        .hasSize(6);
  }

  @Test
  void aServerThatOthersReachHasNoneUnlessTold() {
    settings.put("server.address", "0.0.0.0");
    settings.put("server.port", "8080");
    assertThat(addresses()).isEmpty();
    assertThat(addresses("https://fhir.example.org:8443/fhir/"))
        .containsExactly("https://fhir.example.org:8443/fhir");
  }

  @Test
  void theBaseUrlOfTheServerIsAlwaysOneAndItsUsualPortMayBeLeftOut() {
    settings.put("server.address", "localhost");
    settings.put("server.fhir.base-url", "https://b.example/fhir");
    assertThat(addresses("http://a.example:80/fhir"))
        .containsExactly(
            "http://a.example:80/fhir",
            "http://a.example/fhir",
            "https://b.example/fhir",
            "https://b.example:443/fhir");
  }

  @Test
  void aServerWithTlsHasHttpsAddresses() {
    settings.put("server.address", "::1");
    settings.put("server.port", "8443");
    settings.put("server.ssl.bundle", "web");
    settings.put("server.servlet.context-path", "/app");
    assertThat(addresses()).contains("https://localhost:8443/app/fhir");
  }
}
