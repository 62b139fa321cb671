package org.fhiranchor.interceptors.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class PostgresServerTest {
  @Test
  @DisplayName("a private cluster takes connections on its port and is gone after close")
  void startsAndStops() throws IOException {
    PostgresCluster cluster = PostgresCluster.start();
    try (Socket socket = socket(cluster.port())) {
      assertThat(socket.isConnected()).isTrue();
    } finally {
      cluster.close();
    }
    assertThatThrownBy(() -> socket(cluster.port())).isInstanceOf(ConnectException.class);
  }

  @Test
  @DisplayName("each test has a database of its own, empty, and gone after close with its sessions")
  void oneForEach() throws SQLException {
    PostgresServer first = PostgresServer.start();
    try (PostgresServer second = PostgresServer.start();
        Connection left = connection(first)) {
      left.createStatement().execute("create table t (n int)");
      assertThat(second.url()).startsWith("jdbc:postgresql://127.0.0.1:").isNotEqualTo(first.url());
      try (Connection other = connection(second)) {
        assertThatThrownBy(() -> other.createStatement().execute("select n from t"))
            .hasMessageContaining("does not exist");
      }
      first.close();
    }
    assertThatThrownBy(() -> connection(first)).hasMessageContaining("does not exist");
  }

  private static Socket socket(int port) throws IOException {
    return new Socket(InetAddress.getLoopbackAddress(), port);
  }

  private static Connection connection(PostgresServer server) throws SQLException {
    return DriverManager.getConnection(server.url(), server.user(), "");
  }
}
