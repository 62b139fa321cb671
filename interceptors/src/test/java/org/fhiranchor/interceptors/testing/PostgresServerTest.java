package org.fhiranchor.interceptors.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class PostgresServerTest {
  @Test
  @DisplayName("a private cluster takes connections on its port and is gone after close")
  void startsAndStops() throws IOException {
    PostgresServer server = PostgresServer.start();
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      assertThat(socket.isConnected()).isTrue();
    } finally {
      server.close();
    }
    assertThat(server.url()).startsWith("jdbc:postgresql://127.0.0.1:");
  }
}
