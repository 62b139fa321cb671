package org.fhiranchor.ledger.evm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LedgerKeyCommandTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @TempDir private Path folder;

  private int run(String... arguments) {
    return LedgerKeyCommand.run(
        List.of(arguments), new SecureRandom(), new PrintStream(out), new PrintStream(err));
  }

  private static String text(ByteArrayOutputStream stream) {
    return stream.toString(StandardCharsets.UTF_8).strip();
  }

  @Test
  @DisplayName("the keystore opens with its password, for the address that was printed")
  void makesAKeystore() throws IOException {
    Path keystore = folder.resolve("key.json");
    Path password = folder.resolve("password");
    assertThat(run("FILE=" + keystore, "PASSWORD_FILE=" + password)).isZero();
    KeySigner signer = KeySigner.fromKeystore(keystore, Files.readString(password).strip());
    assertThat(text(out)).isEqualTo(signer.address().toString());
    for (Path file : List.of(keystore, password)) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .isEqualTo("rw-------");
    }
  }

  @Test
  @DisplayName("neither file is ever replaced")
  void replacesNothing() throws IOException {
    Path keystore = Files.writeString(folder.resolve("key.json"), "mine");
    Path password = folder.resolve("password");
    assertThat(run("FILE=" + keystore, "PASSWORD_FILE=" + password)).isEqualTo(2);
    assertThat(text(err)).contains("is there already and is not replaced");
    assertThat(keystore).hasContent("mine");
    assertThat(password).doesNotExist();
  }

  @Test
  @DisplayName("an argument that is missing or unknown is named")
  void namesWhatIsWrong() {
    assertThat(run("FILE=" + folder.resolve("key.json"))).isEqualTo(2);
    assertThat(text(err)).contains("want PASSWORD_FILE=path");
    assertThat(run("FILES=x")).isEqualTo(2);
    assertThat(text(err)).contains("got FILES=x");
  }
}
