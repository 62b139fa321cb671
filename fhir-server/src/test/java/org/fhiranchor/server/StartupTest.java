package org.fhiranchor.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.fhiranchor.interceptors.autoconfigure.AnchorSettingsException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.web.server.PortInUseException;

final class StartupTest {
  @Test
  @DisplayName("SET-2 wrong settings of both prefixes stop the start together")
  void wrongSettings(@TempDir Path data) {
    assertThatThrownBy(
            () ->
                RunningServer.start(
                    data,
                    "--server.port=http",
                    "--anchor.log.orign=example.org/log",
                    "--server.fhir.refernces=strict",
                    "--server.fhir.parsing=sloppy",
                    "--server.fhir.page-size=501",
                    "--server.fhir.max-request-size=2TB"))
        .isInstanceOfSatisfying(
            AnchorSettingsException.class,
            wrong ->
                assertThat(wrong.problems())
                    .satisfiesExactlyInAnyOrder(
                        p -> assertThat(p).contains("server.port", "0 to 65535", "http"),
                        p -> assertThat(p).contains("did you mean anchor.log.origin?"),
                        p -> assertThat(p).contains("did you mean server.fhir.references?"),
                        p -> assertThat(p).contains("parsing", "lenient, strict", "sloppy"),
                        p -> assertThat(p).contains("page-size", "1 to 500", "501"),
                        p -> assertThat(p).contains("max-request-size", "1GB", "2TB")));
  }

  @Test
  @DisplayName("SRV-14 a taken port is reported at once")
  void portTaken(@TempDir Path data) throws IOException {
    try (ServerSocket other = new ServerSocket(0)) {
      assertThatThrownBy(() -> RunningServer.start(data, "--server.port=" + other.getLocalPort()))
          .isInstanceOf(PortInUseException.class);
    }
  }

  @Test
  @DisplayName("SRV-15 two servers never share a data folder")
  void oneServerPerFolder(@TempDir Path data) {
    DataFolder first = DataFolder.lock(data);
    assertThatThrownBy(() -> DataFolder.lock(data))
        .isInstanceOf(DataFolderException.class)
        .hasMessageContaining(data.toString())
        .hasMessageContaining("in use by another server");

    first.destroy();
    DataFolder.lock(data).destroy();
  }

  @Test
  @DisplayName("SRV-15 a data folder that cannot be made is reported with its path")
  void unusableFolder(@TempDir Path folder) throws IOException {
    Path file = Files.createFile(folder.resolve("file"));

    assertThatThrownBy(() -> DataFolder.lock(file.resolve("data")))
        .isInstanceOf(DataFolderException.class)
        .hasMessageContaining("cannot be written");
  }
}
