package org.fhiranchor.interceptors.plain;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;

final class PlainServerTest {
  @Test
  void answersMetadata() throws IOException, InterruptedException {
    try (var context =
        SpringApplication.run(
            PlainServer.class,
            "--server.port=0",
            "--spring.datasource.url=jdbc:h2:mem:plain;DB_CLOSE_DELAY=-1",
            "--spring.main.allow-bean-definition-overriding=true",
            "--spring.main.allow-circular-references=true",
            "--spring.jpa.open-in-view=false")) {
      String port = context.getEnvironment().getRequiredProperty("local.server.port");
      HttpRequest metadata =
          HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/fhir/metadata")).build();
      assertThat(HttpClient.newHttpClient().send(metadata, BodyHandlers.ofString()).statusCode())
          .isEqualTo(200);
    }
  }
}
