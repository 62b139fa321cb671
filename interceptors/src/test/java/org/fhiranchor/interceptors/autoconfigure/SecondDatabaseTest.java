package org.fhiranchor.interceptors.autoconfigure;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Optional;
import org.fhiranchor.interceptors.store.SqlContentKeys;
import org.fhiranchor.interceptors.store.SqlTombstones;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.dao.DataAccessException;

/** The second database that all nodes share, when it does not answer. */
final class SecondDatabaseTest {
  @Test
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  @DisplayName("DIS-9 a second database that takes a connection and says nothing is away")
  void silent() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      String url = "jdbc:postgresql://127.0.0.1:" + silent.getLocalPort() + "/keys?sslmode=disable";
      SqlTombstones.Source source =
          SecondDatabaseAutoConfiguration.ofAllNodes(
              url,
              new AnchorSettings.ErasureKeys(
                  Optional.of(url), Optional.of("keys"), Optional.empty()));
      assertThatExceptionOfType(DataAccessException.class)
          .isThrownBy(() -> SqlContentKeys.nameIn(source));
      source.close().run();
    }
  }
}
