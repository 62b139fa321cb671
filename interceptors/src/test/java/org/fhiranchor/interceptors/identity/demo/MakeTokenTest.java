package org.fhiranchor.interceptors.identity.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code make token} does with a variable that it does not know; nothing is run. */
final class MakeTokenTest {
  private static String make(int exit, String... variables) throws Exception {
    ProcessBuilder make = new ProcessBuilder("make", "-n", "token");
    make.command().addAll(List.of(variables));
    make.directory(Path.of(System.getProperty("anchor.root", "..")).toFile());
    make.redirectErrorStream(true);
    make.environment().keySet().removeIf(name -> name.startsWith("MAKE") || name.equals("MFLAGS"));
    Process process = make.start();
    String said = read(process);
    assertThat(process.waitFor()).as(said).isEqualTo(exit);
    return said;
  }

  private static String read(Process process) throws IOException {
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @CsvSource({
    "ROL=patient, ROL: no such variable; did you mean ROLE?",
    "PATENT=7, PATENT: no such variable; did you mean PATIENT?",
    "role=patient, role: no such variable; did you mean ROLE?",
    "COLOUR=red, COLOUR: no such variable; want one of ROLE PATIENT PURPOSE ORG SUBJECT TTL DATA"
  })
  void refusesAVariableThatItDoesNotKnow(String variable, String said) throws Exception {
    assertThat(make(2, variable)).contains(said).doesNotContain("token.sh");
  }

  @Test
  void takesThoseItKnows() throws Exception {
    assertThat(make(0, "ROLE=patient", "PATIENT=7", "TTL=60"))
        .contains("'ROLE=patient' 'PATIENT=7'");
  }
}
